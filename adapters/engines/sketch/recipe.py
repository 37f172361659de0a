"""What a type's file says to this engine: ``[sketch] do = "draw"``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.generation.types.recipes import RecipeError, TypeContext

Doing = Literal["draw", "redraw", "repaint", "enlarge"]


@dataclass(frozen=True, slots=True)
class SketchRecipe:
    """From words alone, from a picture, in a part of a picture, or the same picture larger."""

    do: Doing


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    do: Doing


def read_recipe(table: Mapping[str, Any], context: TypeContext) -> SketchRecipe:
    """A `core.generation.types.recipes.RecipeReader`."""
    do = _Table.model_validate(table).do
    if do != "draw" and not context.needs_image:
        raise RecipeError(f'"{do}" starts from a picture', path=("do",), hint="add [inputs.image]")
    return SketchRecipe(do)
