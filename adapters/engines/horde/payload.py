"""A job as the Horde's requests: one for each picture.

The Horde would take several pictures in one request, but it gives such a request to one worker as one batch
with one seed, and only trusted accounts may forbid that. A request for each keeps the promise that every
picture has the next seed, costs the same, and lets several volunteers work at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from adapters.engines.horde.recipe import HordeRecipe
from adapters.engines.horde.sources import mask_of, source_of
from adapters.engines.wire.pictures import rounded
from core.errors import EngineRejectedError
from core.generation.engine import EngineJob
from core.generation.loras import split_loras

SIDE_STEP = 64
"""Pixels: sides must be multiples of it."""

_SEEDS = 2**32

_STRENGTH_LEAST = 0.01
"""The Horde takes no 0."""

_SEPARATOR = re.compile(r"#{3,}")


def size_sent(job: EngineJob) -> tuple[int, int]:
    """Return the width and height that are asked for, in pixels."""
    settings = job.request.settings
    return rounded(settings.width, SIDE_STEP), rounded(settings.height, SIDE_STEP)


async def payloads_of(job: EngineJob, recipe: HordeRecipe, models: Sequence[str]) -> list[dict[str, Any]]:
    """Return the bodies of the job's requests. Raises `EngineRejectedError`."""
    request = job.request
    text, loras = split_loras(request.prompt)
    common = {
        "prompt": _prompt(text, request.negative_prompt),
        "nsfw": request.nsfw,
        "censor_nsfw": not request.nsfw,
        "r2": True,
        **({"models": list(models)} if models else {}),
        **await _source(job, recipe),
    }
    params = _params(job, recipe)
    if loras:
        params["loras"] = [{"name": one.name, "model": one.weight, "clip": one.weight} for one in loras]
    seeds = [(job.seed + place) % _SEEDS for place in range(request.settings.batch_size)]
    return [{**common, "params": {**params, "seed": str(seed)}} for seed in seeds]


def _params(job: EngineJob, recipe: HordeRecipe) -> dict[str, Any]:
    settings = job.request.settings
    width, height = size_sent(job)
    params: dict[str, Any] = {
        **recipe.options,
        "width": width,
        "height": height,
        "steps": settings.steps,
        "cfg_scale": round(settings.cfg_scale, 2),
        "n": 1,
    }
    if settings.sampler:
        params["sampler_name"] = settings.sampler
    if recipe.source != "none":
        params["denoising_strength"] = max(round(settings.strength, 2), _STRENGTH_LEAST)
    return params


async def _source(job: EngineJob, recipe: HordeRecipe) -> dict[str, str]:
    if recipe.source == "none":
        return {}
    size = size_sent(job)
    said = {"source_image": await source_of(job, size), "source_processing": recipe.source}
    if recipe.source == "inpainting":
        said["source_mask"] = await mask_of(job, size)
    return said


def _prompt(prompt: str, negative_prompt: str) -> str:
    """Join the two as the Horde takes them; what would part them sooner is taken out of both."""
    wanted, unwanted = (_SEPARATOR.sub(" ", text).strip() for text in (prompt, negative_prompt))
    if not wanted:
        raise EngineRejectedError(reason="value", name="prompt")
    return f"{wanted} ### {unwanted}" if unwanted else wanted
