import hashlib
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.engines.sketch.painting import Sketch, paint

ROOT = Path(__file__).parents[4]


def sketch(prompt: str, **changes: object) -> Sketch:
    values: dict[str, object] = {
        "prompt": prompt, "negative_prompt": "", "width": 96, "height": 96, "steps": 1, "seed": 7, **changes,
    }  # fmt: skip
    return Sketch(**values)  # type: ignore[arg-type]


def finished(prompt: str, **changes: object) -> Image.Image:
    *_, last = paint(sketch(prompt, **changes))
    return last


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=np.float64)


def likeness(first: Image.Image, second: Image.Image) -> float:
    return float(np.corrcoef(pixels(first).ravel(), pixels(second).ravel())[0, 1])


def test_the_same_sketch_gives_the_same_pixels() -> None:
    assert finished("a red fox in the snow").tobytes() == finished("a red fox in the snow").tobytes()


def test_another_process_gives_the_same_pixels() -> None:
    program = (
        "import hashlib\n"
        "from adapters.engines.sketch.painting import Sketch, paint\n"
        "*_, last = paint(Sketch('a castle at night, oil painting', 'fog', 96, 96, 1, 7))\n"
        "print(hashlib.sha256(last.tobytes()).hexdigest())\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    here = finished("a castle at night, oil painting", negative_prompt="fog").tobytes()

    assert child.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_steps_divide_the_work_and_change_nothing_else() -> None:
    assert finished("a boat", steps=1).tobytes() == finished("a boat", steps=9).tobytes()


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 8},
        {"prompt": "a red fox!"},
    ],
)
def test_prompt_and_seed_change_the_picture(other: dict[str, object]) -> None:
    changed = {"prompt": "a red fox", **other}

    assert finished(**changed).tobytes() != finished("a red fox").tobytes()  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(64, 64), (65, 97), (333, 64), (64, 421), (127, 129)])
@pytest.mark.parametrize("prompt", ["a lighthouse in a storm, watercolour", "zork"])
def test_the_size_is_exact(prompt: str, size: tuple[int, int]) -> None:
    shown = list(paint(sketch(prompt, width=size[0], height=size[1], steps=2)))

    assert {(image.size, image.mode) for image in shown} == {(size, "RGB")}


@pytest.mark.parametrize("steps", [1, 2, 7, 150])
def test_one_picture_a_step(steps: int) -> None:
    assert len(list(paint(sketch("a cat in space", steps=steps)))) == steps


def test_previews_come_closer_to_the_result() -> None:
    shown = list(paint(sketch("castle on a hill at sunset", steps=12, width=128, height=128)))
    alike = [likeness(image, shown[-1]) for image in shown]

    assert alike[0] < alike[5] < alike[10]
    assert alike[10] > 0.9


def test_leaving_early_leaves_the_rest_undone() -> None:
    work = paint(sketch("a castle", steps=50))
    next(work)
    assert isinstance(work, Generator)
    work.close()

    assert list(work) == []


def test_the_negative_prompt_takes_out_what_it_names_and_leaves_the_rest() -> None:
    whole = pixels(finished("a fox at night in a meadow"))
    without = pixels(finished("a fox at night in a meadow", negative_prompt="the moon"))
    changed = np.abs(whole - without).max(axis=2) > 40

    assert 0.001 < changed.mean() < 0.05
    assert not changed[60:].any()


@pytest.mark.parametrize("named", ["stars", "clouds", "trees", "flowers", "grass", "foxes", "night"])
def test_scenery_can_be_taken_out(named: str) -> None:
    prompt = "a fox at night in a meadow"

    assert finished(prompt, negative_prompt=named).tobytes() != finished(prompt).tobytes()


def test_noir_is_grey() -> None:
    picture = pixels(finished("a red fox at sunset, film noir"))

    assert np.ptp(picture, axis=2).max() <= 1


def test_pixel_art_has_blocks() -> None:
    picture = pixels(finished("pixel art castle", width=224, height=224))
    blocks = picture.reshape(112, 2, 112, 2, 3)

    assert np.all(blocks == blocks[:, :1, :, :1])
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) <= 28


def test_pencil_is_on_light_paper_without_colour() -> None:
    picture = pixels(finished("pencil sketch of a red fox", width=256, height=256))

    assert np.ptp(picture, axis=2).mean() < 16
    assert np.percentile(picture, 90) > 225


def test_watercolour_leaves_the_paper_at_the_rim() -> None:
    picture = pixels(finished("a castle at night, watercolour", width=256, height=256))

    assert picture[:2].mean() > 225
    assert picture[100:150, 100:150].mean() < 200


def test_a_poster_has_a_border_and_few_tones() -> None:
    picture = pixels(finished("poster of a mountain at night", width=256, height=256))

    assert picture[:4].mean() > 225
    assert picture[:4].std() < 12


def test_neon_is_dark_with_bright_colour() -> None:
    picture = pixels(finished("city at night, neon", width=192, height=192))

    assert np.median(picture) < 90
    assert np.ptp(picture, axis=2).max() > 120


@pytest.mark.parametrize("style", ["oil painting", "comic", "vaporwave", "neon", "pencil", "poster", "noir"])
def test_a_style_changes_the_whole_picture(style: str) -> None:
    assert finished(f"meadow, {style}").tobytes() != finished("meadow").tobytes()


@pytest.fixture
def source() -> Image.Image:
    return finished("a lighthouse on a beach at noon", width=120, height=96, seed=3)


def test_image_to_image_shows_its_input_less_with_more_strength(source: Image.Image) -> None:
    def alike(strength: float) -> float:
        made = finished("a red fox at night", width=120, height=96, source=source, strength=strength)
        return likeness(made, source)

    kept, some, most, none = (alike(strength) for strength in (0.0, 0.4, 0.8, 1.0))

    assert kept > 0.999
    assert kept > some > most > none
    assert some > 0.6


def test_image_to_image_takes_a_style(source: Image.Image) -> None:
    made = finished("noir", width=120, height=96, source=source, strength=0.6)

    assert np.ptp(pixels(made), axis=2).max() <= 1
    assert likeness(made, source.convert("L").convert("RGB")) > 0.6


def test_the_source_bytes_matter(source: Image.Image) -> None:
    other = source.transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    assert finished("cat", source=source).tobytes() != finished("cat", source=other).tobytes()


def test_a_source_of_another_shape_is_cut_to_fit(source: Image.Image) -> None:
    assert finished("cat", source=source.convert("L"), width=64, height=200).size == (64, 200)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    prompt=st.text(max_size=200),
    negative_prompt=st.text(max_size=40),
    seed=st.integers(0, 2**64),
    width=st.integers(64, 90),
    height=st.integers(64, 90),
)
def test_any_text_gives_a_picture(
    prompt: str, negative_prompt: str, seed: int, width: int, height: int
) -> None:
    made = finished(prompt, negative_prompt=negative_prompt, seed=seed, width=width, height=height)

    assert made.size == (width, height)


WORDS = [
    "fox",
    "cat",
    "boat",
    "whale",
    "bird",
    "castle",
    "house",
    "moon",
    "sun",
    "car",
    "rocket",
    "person",
    "fish",
    "cup",
    "apple",
    "night",
    "sunset",
    "storm",
    "rain",
    "fog",
    "snow",
    "sea",
    "beach",
    "lake",
    "desert",
    "city",
    "forest",
    "mountains",
    "hills",
    "meadow",
    "room",
    "space",
    "underwater",
    "autumn",
    "spring",
    "aurora",
    "rainbow",
    "red",
    "blue",
    "three",
    "seven",
    "hill",
    "astronaut",
    "wizard",
    "queen",
    "pixel",
    "watercolour",
    "oil",
    "noir",
    "neon",
    "poster",
    "comic",
    "pencil",
    "vaporwave",
    "purple",
    "sky",
]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.lists(st.sampled_from(WORDS), max_size=9), seed=st.integers(0, 9), tall=st.booleans())
def test_any_mixture_of_known_words_gives_a_picture(words: list[str], seed: int, *, tall: bool) -> None:
    size = {"width": 64, "height": 110} if tall else {"width": 110, "height": 64}
    made = finished(" ".join(words), seed=seed, **size)

    assert pixels(made).std() > 1
