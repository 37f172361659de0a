from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.engines.openai_images.recipe import OWN_FIELDS, read_recipe
from core.generation.types.recipes import RecipeError, TypeContext

WORDS = TypeContext("poster", Path())
PICTURE = TypeContext("poster", Path(), needs_image=True)


def test_options_are_kept_as_they_are() -> None:
    options = {"quality": "high", "output_compression": 80, "enhance": True, "guidance": 3.5}
    recipe = read_recipe({"endpoint": "generations", "options": options}, WORDS)
    assert recipe.options == options
    assert [type(value) for value in recipe.options.values()] == [str, int, bool, float]


@pytest.mark.parametrize("name", sorted(OWN_FIELDS))
def test_a_field_that_the_engine_fills_in_is_no_option(name: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read_recipe({"endpoint": "generations", "options": {name: "x"}}, WORDS)
    assert caught.value.path == ("options", name)


def test_edits_want_a_picture_and_generations_none() -> None:
    for endpoint, context in (("edits", WORDS), ("generations", PICTURE)):
        with pytest.raises(RecipeError) as caught:
            read_recipe({"endpoint": endpoint}, context)
        assert caught.value.path == ("endpoint",)
        assert caught.value.hint


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"endpoint": "variations"},
        {"endpoint": "generations", "quality": "high"},
        {"endpoint": "generations", "options": {"a": ["list"]}},
        {"endpoint": "generations", "options": {"a": float("nan")}},
        {"endpoint": "generations", "options": {f"a{n}": n for n in range(21)}},
    ],
)
def test_other_tables_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_recipe(table, WORDS)
