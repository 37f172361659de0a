from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from adapters.engines.local.child.hearing import Hearing, steps_from_picture
from adapters.engines.local.order import Order

ORDER = Order(
    job=1,
    model_file="fox.gguf",
    decoder_file=None,
    threads=0,
    prompt="a fox",
    negative_prompt="",
    width=64,
    height=64,
    steps=4,
    cfg_scale=1.0,
    seed=7,
    count=2,
    strength=0.5,
)

Told = list[tuple[int, int, bytes | None]]


class Preview:
    def to_pil(self) -> Image.Image:
        return Image.new("RGB", (8, 8))


def heard(order: Order = ORDER, *, from_picture: bool = False) -> tuple[Hearing, Told]:
    told: Told = []
    hearing = Hearing(order, from_picture, lambda *one: told.append(one))
    return hearing, told


def steps_of(told: Told) -> list[tuple[int, int]]:
    return [(step, steps) for step, steps, _ in told if steps]


def test_tensors_that_are_loaded_are_no_steps_but_a_sign_of_life() -> None:
    hearing, told = heard()
    for step in (0, 600, 1130):
        hearing.progress(step, 1130, 0.1)
    assert told == [(0, 0, None)]  # and not more than one a second


def test_steps_are_counted_over_all_pictures() -> None:
    hearing, told = heard()
    for index in range(2):
        hearing.begin(index)
        for step in range(5):
            hearing.progress(step, 4, 0.1)
    assert steps_of(told) == [(step, 8) for step in range(1, 9)]


def test_a_sampler_of_second_order_that_says_a_step_twice_moves_nothing_back() -> None:
    hearing, told = heard()
    for step in (0, 0, 1, 1, 2, 4):
        hearing.progress(step, 4, 0.1)
    assert steps_of(told) == [(1, 8), (2, 8), (4, 8)]


def test_tiles_that_are_decoded_after_the_last_step_are_no_steps() -> None:
    hearing, told = heard()
    for step in (1, 2, 3, 4, 0, 1, 2, 3, 4):
        hearing.progress(step, 4, 0.1)
    assert steps_of(told) == [(step, 8) for step in range(1, 5)]


@pytest.mark.parametrize(
    ("steps", "strength", "expected"), [(4, 0.5, 3), (2, 1.0, 2), (2, 0.0, 1), (1, 0.2, 1), (4, 0.75, 4)]
)
def test_a_picture_that_is_started_from_takes_as_many_steps_as_the_real_library_said(
    steps: int, strength: float, expected: int
) -> None:
    order = replace(ORDER, steps=steps, strength=strength)
    assert steps_from_picture(order) == expected
    hearing, told = heard(order, from_picture=True)
    hearing.progress(expected, expected, 0.1)
    assert steps_of(told) == [(expected, 2 * expected)]


def test_a_preview_comes_with_its_step_and_halves_of_steps_have_none() -> None:
    hearing, told = heard()
    hearing.preview(-1, [Preview()], False)
    hearing.progress(1, 4, 0.1)
    hearing.preview(2, [Preview()], False)
    hearing.progress(2, 4, 0.1)
    hearing.progress(3, 4, 0.1)
    shown = [preview for _, _, preview in told]
    assert shown[0] is shown[2] is None
    assert shown[1] is not None
    assert shown[1].startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("message", "is_short"),
    [
        ("ggml_aligned_malloc: insufficient memory (attempted to allocate 33564767.56 MB)\n", True),
        ("unet: failed to allocate the compute buffer\n", True),
        ("clip compute buffer size: 1.42 MB(RAM)\n", False),
    ],
)
def test_what_the_library_says_of_its_memory_is_noted(message: str, is_short: bool) -> None:
    hearing, _ = heard()
    hearing.log(3, message)
    hearing.log(1, "generate_image 64x64\n")
    assert hearing.short_of_memory is is_short
