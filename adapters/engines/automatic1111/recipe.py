"""What a type's file says to this engine: ``[automatic1111] endpoint = "txt2img"``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from core.generation.models import Parameter
from core.generation.types.recipes import RecipeError, TypeContext

Endpoint = Literal["txt2img", "img2img", "upscale"]

Text = Annotated[StrictStr, Field(max_length=1000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Plain = StrictBool | StrictInt | Number | Text | Annotated[list[Text], Field(max_length=50)]
FieldName = Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9_]{0,60}$")]

ENGINE_SETS = frozenset(
    (
        "prompt",
        "negative_prompt",
        "seed",
        "width",
        "height",
        "steps",
        "cfg_scale",
        "sampler_name",
        "sampler_index",
        "batch_size",
        "n_iter",
        "denoising_strength",
        "init_images",
        "mask",
        "inpainting_mask_invert",
        "resize_mode",
        "lora",
        "image",
        "upscaling_resize",
        "upscaling_resize_w",
        "upscaling_resize_h",
        "upscaling_crop",
        "override_settings",
        "override_settings_restore_afterwards",
    )
)
"""Fields of a call's body that come from the request."""

REFUSED = {
    "enable_hr": "it makes pictures of another size than was asked for",
    "save_images": "pictures are kept by Easel, not on the server",
    "send_images": "the pictures would not come back",
    "include_init_images": "the input would come back too",
    "do_not_save_samples": "save_images decides that",
    "do_not_save_grid": "save_images decides that",
    "script_name": "a script may return other pictures than the asked ones",
    "script_args": "a script may return other pictures than the asked ones",
    "alwayson_scripts": "a script may return other pictures than the asked ones",
    "force_task_id": "tasks are told apart by Easel",
    "infotext": "it would override the request",
    "extra_images": "pictures come with the request",
}
"""Fields that nobody may set, and why."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """An input of the type's own, and the field of the body that takes its value."""

    name: str
    field: str
    default: Parameter


@dataclass(frozen=True, slots=True)
class Automatic1111Recipe:
    """Which call makes the type, and what goes into its body beside the request's settings."""

    endpoint: Endpoint
    is_masked: bool = False
    """Only a part of the picture is made anew."""
    options: tuple[tuple[str, Any], ...] = ()
    inputs: tuple[Mapped, ...] = ()

    def fields(self, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
        """Return the further fields of the body; `parameters` are the request's."""
        mapped = {one.field: parameters.get(one.name, one.default) for one in self.inputs}
        return dict(self.options) | mapped


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    endpoint: Endpoint
    options: Annotated[dict[FieldName, Plain], Field(max_length=50)] = {}
    inputs: Annotated[dict[str, FieldName], Field(max_length=50)] = {}


def read_recipe(table: Mapping[str, Any], context: TypeContext) -> Automatic1111Recipe:
    """A `core.generation.types.recipes.RecipeReader`."""
    read = _Table.model_validate(table)
    _check_pictures(read.endpoint, context)
    for name in read.options:
        _check_field(name, ("options", name))
    for name, field in read.inputs.items():
        if name not in context.inputs:
            hint = (
                f"add [inputs.{name}], or take the line out: the engine fills in the standard inputs itself"
            )
            raise RecipeError(
                f'the type has no input of its own called "{name}"', path=("inputs", name), hint=hint
            )
        _check_field(field, ("inputs", name))
    _check_once(read)
    inputs = tuple(Mapped(name, field, context.inputs[name].default) for name, field in read.inputs.items())
    return Automatic1111Recipe(read.endpoint, context.takes_mask, tuple(read.options.items()), inputs)


def _check_pictures(endpoint: Endpoint, context: TypeContext) -> None:
    if endpoint == "txt2img" and context.needs_image:
        hint = 'use endpoint = "img2img", or take [inputs.image] out'
        raise RecipeError('"txt2img" takes no picture', path=("endpoint",), hint=hint)
    if endpoint != "txt2img" and not context.needs_image:
        raise RecipeError(
            f'"{endpoint}" starts from a picture', path=("endpoint",), hint="add [inputs.image]"
        )
    if endpoint == "upscale" and context.takes_mask:
        raise RecipeError('"upscale" takes no mask', path=("endpoint",), hint="take [inputs.mask] out")


def _check_field(name: str, path: tuple[str, ...]) -> None:
    if name in ENGINE_SETS:
        raise RecipeError(f'"{name}" is set by the engine', path=path, hint="use [defaults], or take it out")
    if name.startswith(("hr_", "firstphase_")) or name in REFUSED:
        why = REFUSED.get(name, REFUSED["enable_hr"])
        raise RecipeError(f'"{name}" can\'t be set: {why}', path=path, hint="take it out")


def _check_once(read: _Table) -> None:
    seen = set(read.options)
    for name, field in read.inputs.items():
        if field in seen:
            raise RecipeError(f'"{field}" is set twice', path=("inputs", name), hint="keep one of the two")
        seen.add(field)
