from __future__ import annotations

from typing import Any

import pytest

from core.errors import InvalidRequestError, Problem
from core.generation.catalog import DEFAULT_TYPES, Catalog, GenerationType
from tests.fakes.builders import a_request, an_image


def problems(catalog: Catalog, **fields: Any) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        catalog.check(a_request(**fields))
    return caught.value.problems


def test_the_types_are_listed_in_their_order() -> None:
    assert [kind.name for kind in Catalog()] == ["txt2img", "img2img", "variation", "upscale"]


@pytest.mark.parametrize("kind", DEFAULT_TYPES, ids=lambda kind: kind.name)
def test_a_type_is_found_by_its_name(kind: GenerationType) -> None:
    assert Catalog().get(kind.name) is kind


def test_an_unknown_type_gets_a_hint() -> None:
    assert problems(Catalog(), type="txt2imgs") == (
        Problem(
            "type",
            "unknown",
            {"given": "txt2imgs", "suggestion": "txt2img", "choices": "txt2img, img2img, variation, upscale"},
        ),
    )


def test_a_type_that_is_like_none_gets_no_hint() -> None:
    (problem,) = problems(Catalog(), type="x" * 80)
    assert problem.facts["given"] == "x" * 40
    assert problem.facts["suggestion"] is None


@pytest.mark.parametrize("kind", ["img2img", "variation"])
def test_a_type_may_need_a_picture(kind: str) -> None:
    assert problems(Catalog(), type=kind) == (Problem("image", "missing", {"example": "--image photo.jpg"}),)
    assert Catalog().check(a_request(type=kind, input_images=(an_image(),))).name == kind


def test_a_type_may_take_no_picture() -> None:
    assert problems(Catalog(), input_images=(an_image(),)) == (
        Problem("image", "not_taken", {"type": "txt2img"}),
    )


def test_as_many_pixels_as_the_type_allows() -> None:
    catalog = Catalog([GenerationType("txt2img", "", 10, max_pixels=64 * 64)])
    assert catalog.check(a_request(width=64, height=64)).name == "txt2img"
    assert problems(catalog, width=64, height=65) == (
        Problem("width", "picture_too_large", {"pixels": 64 * 65, "limit": 64 * 64}),
    )


def test_every_problem_is_told_at_once() -> None:
    catalog = Catalog([GenerationType("big", "", 10, needs_image=True, max_pixels=1)])
    assert [one.reason for one in problems(catalog, type="big")] == ["missing", "picture_too_large"]
