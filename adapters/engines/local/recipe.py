"""What a type's file says to this engine: ``[local] do = "draw"``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.generation.types.recipes import RecipeError, TypeContext

Doing = Literal["draw", "redraw", "repaint"]


@dataclass(frozen=True, slots=True)
class LocalRecipe:
    """From words alone, from a picture, or in a part of a picture."""

    do: Doing


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    do: Doing


def read_recipe(table: Mapping[str, Any], context: TypeContext) -> LocalRecipe:
    """A `core.generation.types.recipes.RecipeReader`."""
    do = _Table.model_validate(table).do
    if do != "draw" and not context.needs_image:
        raise RecipeError(f'"{do}" starts from a picture', path=("do",), hint="add [inputs.image]")
    return LocalRecipe(do)
