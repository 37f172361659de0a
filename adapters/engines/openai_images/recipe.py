"""What a type's file says to this engine: ``[openai] endpoint = "generations"`` and extra fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.generation.types.recipes import RecipeError, TypeContext

Endpoint = Literal["generations", "edits"]
Plain = Annotated[str, Field(max_length=200)] | bool | int | Annotated[float, Field(allow_inf_nan=False)]
"""A value of an option."""

OWN_FIELDS = frozenset(
    {"prompt", "model", "n", "size", "stream", "partial_images", "image", "image[]", "mask"}
)
"""What the engine fills in itself."""


@dataclass(frozen=True, slots=True)
class OpenAIRecipe:
    """Pictures from words alone, or from pictures too, with fields for the call beside the settings'."""

    endpoint: Endpoint
    options: Mapping[str, str | bool | int | float] = field(default_factory=dict)
    masked: bool = False
    """The last input image says where the first one is made anew."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    endpoint: Endpoint
    options: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=40)], Plain], Field(max_length=20)
    ] = Field(default_factory=dict)


def read_recipe(table: Mapping[str, Any], context: TypeContext) -> OpenAIRecipe:
    """A `core.generation.types.recipes.RecipeReader`."""
    read = _Table.model_validate(table)
    if read.endpoint == "edits" and not context.needs_image:
        raise RecipeError('"edits" starts from a picture', path=("endpoint",), hint="add [inputs.image]")
    if read.endpoint == "generations" and (context.needs_image or context.takes_mask):
        raise RecipeError('"generations" takes no picture', path=("endpoint",), hint='say "edits"')
    for name in read.options:
        if name in OWN_FIELDS:
            raise RecipeError(
                f'"{name}" is filled in by the engine', path=("options", name), hint="take it out"
            )
    return OpenAIRecipe(read.endpoint, read.options, masked=context.takes_mask)
