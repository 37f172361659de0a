from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.engines.automatic1111.recipe import Automatic1111Recipe, Mapped, read_recipe
from core.generation.catalog import InputKind, TypeInput
from core.generation.types.recipes import RecipeError, TypeContext

HAIR = TypeInput("change", InputKind.NUMBER, 0.2)


def _context(**fields: Any) -> TypeContext:
    return TypeContext("mine", Path(), inputs={"change": HAIR}, **fields)


def test_options_and_inputs_are_read() -> None:
    table = {
        "endpoint": "img2img",
        "options": {"tiling": True, "mask_blur": 8, "styles": ["a"]},
        "inputs": {"change": "subseed_strength"},
    }
    assert read_recipe(table, _context(needs_image=True, takes_mask=True)) == Automatic1111Recipe(
        "img2img",
        True,
        (("tiling", True), ("mask_blur", 8), ("styles", ["a"])),
        (Mapped("change", "subseed_strength", 0.2),),
    )


def test_an_inputs_value_goes_before_its_default() -> None:
    recipe = Automatic1111Recipe("txt2img", inputs=(Mapped("change", "subseed_strength", 0.2),))
    assert recipe.fields({}) == {"subseed_strength": 0.2}
    assert recipe.fields({"change": 0.9}) == {"subseed_strength": 0.9}


@pytest.mark.parametrize(
    ("table", "context", "path"),
    [
        ({"endpoint": "txt2img"}, {"needs_image": True}, ("endpoint",)),
        ({"endpoint": "img2img"}, {}, ("endpoint",)),
        ({"endpoint": "upscale"}, {}, ("endpoint",)),
        ({"endpoint": "upscale"}, {"needs_image": True, "takes_mask": True}, ("endpoint",)),
        ({"endpoint": "txt2img", "options": {"seed": 5}}, {}, ("options", "seed")),
        ({"endpoint": "txt2img", "options": {"save_images": True}}, {}, ("options", "save_images")),
        ({"endpoint": "txt2img", "options": {"script_name": "x"}}, {}, ("options", "script_name")),
        ({"endpoint": "txt2img", "options": {"enable_hr": True}}, {}, ("options", "enable_hr")),
        ({"endpoint": "txt2img", "options": {"hr_scale": 2}}, {}, ("options", "hr_scale")),
        ({"endpoint": "txt2img", "inputs": {"steps": "subseed"}}, {}, ("inputs", "steps")),
        ({"endpoint": "txt2img", "inputs": {"change": "prompt"}}, {}, ("inputs", "change")),
        (
            {"endpoint": "txt2img", "options": {"subseed": 5}, "inputs": {"change": "subseed"}},
            {},
            ("inputs", "change"),
        ),
    ],
)
def test_what_would_not_work_is_refused_with_its_place(
    table: dict[str, Any], context: dict[str, bool], path: tuple[str, ...]
) -> None:
    with pytest.raises(RecipeError) as caught:
        read_recipe(table, _context(**context))
    assert caught.value.path == path
    assert caught.value.hint


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"endpoint": "draw"},
        {"endpoint": "txt2img", "option": {}},
        {"endpoint": "txt2img", "options": {"a b": 1}},
        {"endpoint": "txt2img", "options": {"eta": float("nan")}},
        {"endpoint": "txt2img", "options": {"deep": {"er": 1}}},
        {"endpoint": "txt2img", "options": {"deep": [{"er": 1}]}},
    ],
)
def test_a_table_of_another_shape_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_recipe(table, _context())
