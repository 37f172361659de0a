"""The call that makes a job, and what its result must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.engines.automatic1111 import sources
from adapters.engines.automatic1111.names import Named, Names
from adapters.engines.automatic1111.recipe import Automatic1111Recipe
from adapters.engines.automatic1111.survey import Offer
from adapters.engines.wire.pictures import rounded
from core.generation.engine import EngineJob
from core.generation.loras import split_loras, tag_of

_UPSCALE_STEPS = 100
"""Enlarging has no steps: it is told in per cent."""

_SERVER_TAG = "sd_cpp_extra_args"
"""sd-server obeys what stands in a tag of this name in a prompt, whatever else is asked for."""

_BY_SIZE = 1
_ORIGINAL = 1

_INPAINTING: dict[str, Any] = {"inpainting_fill": _ORIGINAL, "inpaint_full_res": False, "mask_blur": 4}
"""What a type may say otherwise."""


@dataclass(frozen=True, slots=True)
class Order:
    """A path under the API, the call's body, and what is to come back."""

    path: str
    fields: Mapping[str, Any]
    size: tuple[int, int]
    number: int
    steps: int
    """Of all pictures."""
    sampler: str | None = None
    model: Named | None = None
    is_default: bool = False
    """The model is the operator's choice."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the operator set for where nobody says otherwise."""

    model: str = ""
    upscaler: str = "Lanczos"


async def order_of(
    job: EngineJob, recipe: Automatic1111Recipe, offer: Offer, preferences: Preferences
) -> Order:
    """Raises `EngineRejectedError` for a name that the server lacks, and for an input that is no picture.

    Raises `EngineUnavailableError` where it lacks the operator's model.
    """
    if recipe.endpoint == "upscale":
        return await _enlarging(job, recipe, offer, preferences)
    return await _drawing(job, recipe, offer, preferences)


async def _enlarging(
    job: EngineJob, recipe: Automatic1111Recipe, offer: Offer, preferences: Preferences
) -> Order:
    settings = job.request.settings
    fields = {"upscaler_1": preferences.upscaler} | recipe.fields(job.request.parameters)
    for name in ("upscaler_1", "upscaler_2"):
        if name in fields:
            fields[name] = offer.names.upscaler(str(fields[name]))
    fields |= {
        "image": await sources.source(job),
        "resize_mode": _BY_SIZE,
        "upscaling_resize_w": settings.width,
        "upscaling_resize_h": settings.height,
        "upscaling_crop": True,
    }
    return Order("extra-single-image", fields, (settings.width, settings.height), 1, _UPSCALE_STEPS)


async def _drawing(
    job: EngineJob, recipe: Automatic1111Recipe, offer: Offer, preferences: Preferences
) -> Order:
    settings, names = job.request.settings, offer.names
    width, height = size = (
        rounded(settings.width, offer.side_step),
        rounded(settings.height, offer.side_step),
    )
    fields = recipe.fields(job.request.parameters)
    if "scheduler" in fields:
        fields["scheduler"] = names.scheduler(str(fields["scheduler"]))
    sampler = names.sampler(settings.sampler) if settings.sampler else None
    if sampler is not None:
        fields["sampler_name"] = sampler.name
        fields |= {"scheduler": sampler.scheduler} if sampler.scheduler else {}
    model = _model(settings.model, preferences.model, names)
    if model is not None:
        # Put back afterwards: what is chosen in the server's own page is not ours to change.
        fields["override_settings"] = {"sd_model_checkpoint": model.sent}
        fields["override_settings_restore_afterwards"] = True
    fields |= _words(job, offer) | {
        "seed": job.seed,
        "steps": settings.steps,
        "cfg_scale": settings.cfg_scale,
        "width": width,
        "height": height,
        # One after another takes the memory of one; sd-server knows only the other way.
        "n_iter": 1 if offer.is_plain else settings.batch_size,
        "batch_size": settings.batch_size if offer.is_plain else 1,
        "save_images": False,
    }
    if recipe.endpoint == "img2img":
        fields |= {
            "init_images": [await sources.source(job, size)],
            "denoising_strength": settings.strength,
        }
        if recipe.is_masked:
            mask = {"mask": await sources.mask(job, size), "inpainting_mask_invert": 0}
            fields = _INPAINTING | fields | mask
    return Order(
        recipe.endpoint,
        fields,
        size,
        settings.batch_size,
        settings.steps * settings.batch_size,
        sampler.name if sampler else None,
        model,
        is_default=settings.model is None,
    )


def _model(asked: str | None, preferred: str, names: Names) -> Named | None:
    if asked:
        return names.model(asked)
    return names.default_model(preferred) if preferred else None


def _words(job: EngineJob, offer: Offer) -> dict[str, Any]:
    """Return the prompts, with LoRAs where this server looks for them. Raises `EngineRejectedError`."""
    text, loras = split_loras(_harmless(job.request.prompt))
    words = {"negative_prompt": _harmless(job.request.negative_prompt)}
    if offer.is_plain:
        beside = [{"path": offer.names.lora_path(lora), "multiplier": lora.weight} for lora in loras]
        return words | {"prompt": text} | ({"lora": beside} if beside else {})
    tags = [tag_of(offer.names.lora(lora)) for lora in loras]
    return words | {"prompt": " ".join([text, *tags]).strip()}


def _harmless(text: str) -> str:
    # A space in its place, so that no new tag is made of what stood around it.
    return text.replace(_SERVER_TAG, " ")
