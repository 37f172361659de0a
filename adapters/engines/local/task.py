"""A job of core's, made into an order for the child: names checked, sides rounded, pictures cut to size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.order import SIDE_STEP, Order
from adapters.engines.local.recipe import Doing, LocalRecipe
from adapters.engines.wire.pictures import opaque, redraw_mask, resized, rounded
from core.errors import EngineRejectedError
from core.generation.engine import EngineJob
from core.generation.loras import split_loras


def order_of(
    job: EngineJob, settings: LocalSettings, model_file: Path, number: int, samplers: Sequence[str]
) -> Order:
    """Return what the child is to make. Raises `EngineRejectedError` where it has no such thing."""
    asked = job.request.settings
    if asked.model is not None and asked.model != model_file.stem:
        raise EngineRejectedError(reason="model", name=asked.model)
    sampler = asked.sampler or settings.sampler or None
    if sampler is not None and sampler not in samplers:
        raise EngineRejectedError(reason="sampler", name=sampler)
    prompt, loras = split_loras(job.request.prompt)
    if loras:
        raise EngineRejectedError(reason="lora", name=loras[0].name)
    return Order(
        job=number,
        model_file=str(model_file),
        decoder_file=str(settings.decoder_file) if settings.decoder_file else None,
        threads=settings.threads,
        prompt=prompt,
        negative_prompt=job.request.negative_prompt,
        width=rounded(asked.width, SIDE_STEP),
        height=rounded(asked.height, SIDE_STEP),
        steps=min(asked.steps, settings.steps_most or asked.steps),
        cfg_scale=asked.cfg_scale if settings.cfg_scale is None else settings.cfg_scale,
        seed=job.seed,
        count=asked.batch_size,
        strength=asked.strength,
        sampler=sampler,
    )


def doing_of(job: EngineJob) -> Doing:
    """Return what the job's type asks for. Raises `EngineRejectedError` for a type of another engine."""
    recipe = job.recipe
    if not isinstance(recipe, LocalRecipe) or (recipe.do != "draw" and not job.input_images):
        raise EngineRejectedError(reason="type")
    return recipe.do


async def start_of(job: EngineJob, order: Order) -> tuple[bytes, ...]:
    """Return the picture to start from, and the mask of where to redraw it, in the order's size.

    Raises `EngineRejectedError` with the reason `no_mask`, or `input_image` for what is no picture.
    """
    do = doing_of(job)
    if do == "draw":
        return ()
    size = (order.width, order.height)
    try:
        source = await opaque(await resized(job.input_images[0], size))
        if do == "redraw":
            return (source,)
        return source, await resized(await redraw_mask(job), size)
    except (OSError, ValueError, SyntaxError):
        raise EngineRejectedError(reason="input_image") from None
