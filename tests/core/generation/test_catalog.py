from __future__ import annotations

import math
from typing import Any

import pytest

from core.errors import InvalidRequestError, Problem
from core.generation.catalog import Catalog, GenerationType, InputKind, TypeInput, parameter_problem
from core.generation.models import Parameter
from core.generation.types.folder import builtin_catalog
from tests.fakes.builders import a_request, an_image


def problems(catalog: Catalog, **fields: Any) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        catalog.check(a_request(**fields))
    return caught.value.problems


def test_the_types_are_listed_in_their_order() -> None:
    assert [kind.name for kind in builtin_catalog()] == [
        "txt2img",
        "img2img",
        "inpaint",
        "variation",
        "upscale",
    ]


@pytest.mark.parametrize("kind", list(builtin_catalog()), ids=lambda kind: kind.name)
def test_a_type_is_found_by_its_name(kind: GenerationType) -> None:
    assert builtin_catalog().get(kind.name) is kind


def test_an_unknown_type_gets_a_hint() -> None:
    assert problems(builtin_catalog(), type="txt2imgs") == (
        Problem(
            "type",
            "unknown",
            {
                "given": "txt2imgs",
                "suggestion": "txt2img",
                "choices": "txt2img, img2img, inpaint, variation, upscale",
            },
        ),
    )


def test_a_type_that_is_like_none_gets_no_hint() -> None:
    (problem,) = problems(builtin_catalog(), type="x" * 80)
    assert problem.facts["given"] == "x" * 40
    assert problem.facts["suggestion"] is None


@pytest.mark.parametrize("kind", ["img2img", "variation"])
def test_a_type_may_need_a_picture(kind: str) -> None:
    assert problems(builtin_catalog(), type=kind) == (
        Problem("image", "missing", {"example": "--image photo.jpg"}),
    )
    assert builtin_catalog().check(a_request(type=kind, input_images=(an_image(),))).name == kind


def test_a_type_may_take_no_picture() -> None:
    assert problems(builtin_catalog(), input_images=(an_image(),)) == (
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


# Pictures


@pytest.mark.parametrize(
    ("kind", "pictures", "said"),
    [
        ("img2img", 1, []),
        ("img2img", 2, [("mask", "not_taken_by")]),
        ("inpaint", 0, [("image", "missing")]),
        ("inpaint", 1, []),
        ("inpaint", 2, []),
        ("inpaint", 3, [("mask", "not_taken_by")]),
        ("txt2img", 2, [("image", "not_taken")]),
    ],
)
def test_a_type_takes_so_many_pictures(kind: str, pictures: int, said: list[tuple[str, str]]) -> None:
    request = a_request(type=kind, input_images=tuple(an_image(str(number)) for number in range(pictures)))
    if not said:
        assert builtin_catalog().check(request).name == kind
        return
    with pytest.raises(InvalidRequestError) as caught:
        builtin_catalog().check(request)
    assert [(one.field, one.reason) for one in caught.value.problems] == said


# Aliases, and other types in their place


def named(name: str, *aliases: str, **fields: Any) -> GenerationType:
    return GenerationType(name, "", 10, aliases=aliases, **fields)


def test_a_type_is_found_by_its_aliases_and_listed_once() -> None:
    one, other = named("one", "uno", "eins"), named("other")
    catalog = Catalog([one, other])
    assert list(catalog) == [one, other]
    assert [catalog.find(name) for name in ("one", "uno", "eins", "other", "none")] == [
        one,
        one,
        one,
        other,
        None,
    ]
    assert catalog.check(a_request(type="uno")) is one
    assert problems(catalog, type="unos")[0].facts["suggestion"] == "uno"


@pytest.mark.parametrize(
    "types",
    [
        [named("one"), named("one")],
        [named("one", "other"), named("other")],
        [named("one", "both"), named("other", "both")],
        [named("one", "one")],
    ],
)
def test_two_types_of_a_name_are_refused_and_those_before_kept(types: list[GenerationType]) -> None:
    with pytest.raises(ValueError, match="two types are called"):
        Catalog(types)
    kept = named("kept", "still")
    catalog = Catalog([kept])
    with pytest.raises(ValueError, match="two types are called"):
        catalog.replace(types)
    assert list(catalog) == [kept]
    assert catalog.get("still") is kept
    assert catalog.find("one") is None


def test_other_types_take_their_place() -> None:
    catalog = Catalog([named("one", "uno")])
    catalog.replace([named("other")])
    assert [one.name for one in catalog] == ["other"]
    assert problems(catalog, type="uno")[0].reason == "unknown"
    catalog.replace([])
    assert list(catalog) == []


# Inputs of a type's own


TEXT = TypeInput("title", InputKind.TEXT, "")
SWITCH = TypeInput("dither", InputKind.SWITCH, default=False)
CHOICE = TypeInput("console", InputKind.CHOICE, "gameboy", choices=("gameboy", "arcade"))
WHOLE = TypeInput("colours", InputKind.INTEGER, 16, least=2, most=256)
NUMBER = TypeInput("weight", InputKind.NUMBER, 1.0, least=0.5, most=2)
ANY_NUMBER = TypeInput("any", InputKind.NUMBER, 1.0)


@pytest.mark.parametrize(
    ("one", "value"),
    [
        *((TEXT, value) for value in ("", "a fox")),
        *((SWITCH, value) for value in (True, False)),
        *((CHOICE, value) for value in ("gameboy", "arcade")),
        *((WHOLE, value) for value in (2, 16, 256)),
        *((NUMBER, value) for value in (0.5, 1, 2.0)),
        (ANY_NUMBER, -1e300),
        (ANY_NUMBER, 10**400),
    ],
)
def test_what_an_input_takes(one: TypeInput, value: Parameter) -> None:
    assert parameter_problem(one, value) is None


@pytest.mark.parametrize(
    ("one", "value", "reason", "facts"),
    [
        *((TEXT, value, "bad", {"given": str(value)}) for value in (1, 1.5, True)),
        *((SWITCH, value, "bad", {"given": str(value)}) for value in (1, 0, "true")),
        (CHOICE, "amiga", "unknown", {"given": "amiga", "choices": "gameboy, arcade"}),
        (CHOICE, 1, "bad", {"given": "1"}),
        *((WHOLE, value, "bad", {"given": str(value)}) for value in (True, 16.0, "16")),
        *((WHOLE, value, "out_of_range", {"given": str(value), "ge": 2, "le": 256}) for value in (1, 257)),
        *((NUMBER, value, "bad", {"given": str(value)}) for value in (True, "1", math.nan, math.inf)),
        (NUMBER, 0.49, "out_of_range", {"given": "0.49", "ge": 0.5, "le": 2}),
        (TEXT, True, "bad", {"given": "True"}),
    ],
)
def test_what_an_input_does_not_take(
    one: TypeInput, value: Parameter, reason: str, facts: dict[str, Any]
) -> None:
    assert parameter_problem(one, value) == Problem(one.name, reason, facts)


def test_a_request_has_inputs_that_its_type_takes() -> None:
    catalog = Catalog([named("pixels", inputs=(WHOLE, CHOICE))])
    assert catalog.check(a_request(type="pixels", parameters={"colours": 4})).name == "pixels"
    assert problems(
        catalog, type="pixels", parameters={"colours": 1, "frame": True, "console": "x" * 50}
    ) == (
        Problem("colours", "out_of_range", {"given": "1", "ge": 2, "le": 256}),
        Problem("frame", "not_taken_by", {"type": "pixels"}),
        Problem("console", "unknown", {"given": "x" * 40, "choices": "gameboy, arcade"}),
    )
