from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.engines.local.recipe import LocalRecipe, read_recipe
from core.generation.types.recipes import RecipeError, TypeContext

WORDS = TypeContext("poster", Path())
PICTURE = TypeContext("poster", Path(), needs_image=True)


@pytest.mark.parametrize("do", ["draw", "redraw", "repaint"])
def test_a_type_says_what_is_done(do: str) -> None:
    recipe = read_recipe({"do": do}, PICTURE)
    assert isinstance(recipe, LocalRecipe)
    assert recipe.do == do


@pytest.mark.parametrize("do", ["redraw", "repaint"])
def test_a_type_without_a_picture_can_not_start_from_one(do: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read_recipe({"do": do}, WORDS)
    assert caught.value.path == ("do",)
    assert caught.value.hint


@pytest.mark.parametrize("table", [{}, {"do": "enlarge"}, {"do": "draw", "steps": 4}])
def test_a_table_that_says_something_else_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read_recipe(table, PICTURE)
