"""What a type's file says to the Horde: the `[horde]` table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, FiniteFloat, StrictBool, StrictInt, StrictStr

from core.generation.types.recipes import RecipeError, TypeContext

Source = Literal["none", "img2img", "inpainting"]

Option = StrictBool | StrictInt | FiniteFloat | StrictStr

_OURS = frozenset(
    ("width", "height", "steps", "cfg_scale", "seed", "seed_variation", "n", "denoising_strength", "loras")
)
"""Parameters that every request sets for itself."""


@dataclass(frozen=True, slots=True)
class HordeRecipe:
    """What becomes of the input picture, and further parameters, as they are sent."""

    source: Source = "none"
    options: Mapping[str, bool | int | float | str] = field(default_factory=dict)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: Source
    options: dict[str, Option] = {}


def read_recipe(table: Mapping[str, Any], context: TypeContext) -> HordeRecipe:
    """A `core.generation.types.recipes.RecipeReader`."""
    read = _Table.model_validate(table)
    if read.source == "none" and context.needs_image:
        raise RecipeError(
            '"none" leaves the picture out', path=("source",), hint='say "img2img" or "inpainting"'
        )
    if read.source != "none" and not context.needs_image:
        raise RecipeError(
            f'"{read.source}" starts from a picture', path=("source",), hint="add [inputs.image]"
        )
    for name in read.options:
        if name in _OURS:
            raise RecipeError(
                f'"{name}" is set by each request', path=("options", name), hint="set it in [defaults]"
            )
    return HordeRecipe(read.source, read.options)
