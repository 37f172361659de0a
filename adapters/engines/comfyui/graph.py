"""The graph of one job: the workflow with the request's values in it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from adapters.engines.comfyui.copies import copies_of, name_in, with_copies
from adapters.engines.comfyui.defaults import check_default
from adapters.engines.comfyui.inventory import Inventory, resolved
from adapters.engines.comfyui.lora_nodes import with_loras
from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.workflow import Graph
from adapters.engines.wire.pictures import rounded
from core.errors import EngineRejectedError, EngineUnavailableError
from core.generation.engine import EngineJob
from core.generation.loras import Lora, split_loras

SIDE_STEP = 8
"""Pixels: what a latent has eight of."""

_CHECKPOINT = "ckpt_name"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a job's pictures must be like. None where the workflow alone knows."""

    outputs: tuple[str, ...]
    """The nodes that have them, in the pictures' order."""
    size: tuple[int, int] | None
    number: int | None


def expected_of(job: EngineJob, recipe: ComfyUIRecipe) -> Expected:
    """Say what is to come of the job."""
    settings = job.request.settings
    copies = copies_of(recipe, settings.batch_size)
    outputs = [name_in(copy, node, recipe) for copy in range(copies) for node in recipe.outputs]
    pictures = settings.batch_size if recipe.takes("batch_size") else copies
    return Expected(
        outputs=tuple(dict.fromkeys(outputs)),
        size=None if recipe.any_size else _size(job),
        number=pictures if len(recipe.outputs) == 1 else None,
    )


def graph_of(
    job: EngineJob,
    recipe: ComfyUIRecipe,
    inventory: Inventory,
    *,
    model: str | None = None,
    uploaded: Mapping[str, str],
) -> Graph:
    """Return the graph to be sent. `uploaded` has the server's names of the pictures, by input.

    `model` is used where the request names none. Raises `EngineRejectedError` for a LoRA that the server
    has not, `EngineUnavailableError` where it has no model at all, or lacks that one.
    """
    settings = job.request.settings
    prompt, loras = split_loras(job.request.prompt)
    width, height = _size(job)
    values: dict[str, Any] = {
        **recipe.defaults,
        **job.request.parameters,
        "prompt": prompt,
        "negative_prompt": job.request.negative_prompt,
        "width": width,
        "height": height,
        "steps": settings.steps,
        "cfg_scale": settings.cfg_scale,
        "seed": job.seed,
        "batch_size": settings.batch_size,
        "strength": settings.strength,
        **uploaded,
    }
    if settings.sampler is not None:
        values["sampler"] = resolved(settings.sampler, inventory.samplers) or settings.sampler
    graph = deepcopy(recipe.graph)
    for name, targets in recipe.inputs.items():
        if name in values:
            for target in targets:
                graph[target.node]["inputs"][target.input] = values[name]
    if settings.model is None and recipe.takes("model"):
        check_default(model, inventory)
    _put_model(graph, recipe, settings.model or model, inventory)
    if recipe.takes("prompt"):
        with_loras(graph, [_known(lora, inventory) for lora in loras])
    with_copies(graph, recipe, settings.batch_size, job.seed)
    return graph


def model_in(graph: Mapping[str, Any]) -> str | None:
    """Return the checkpoint that a graph, as a server tells it, loads first."""
    for node in graph.values():
        match node:
            case {"inputs": {"ckpt_name": str() as name}}:
                return name
            case _:
                pass
    return None


def _size(job: EngineJob) -> tuple[int, int]:
    settings = job.request.settings
    return rounded(settings.width, SIDE_STEP), rounded(settings.height, SIDE_STEP)


def _put_model(graph: Graph, recipe: ComfyUIRecipe, wanted: str | None, inventory: Inventory) -> None:
    for target in recipe.inputs.get("model", ()):
        inputs = graph[target.node]["inputs"]
        if wanted is not None:
            inputs[target.input] = resolved(wanted, inventory.models) or wanted
        elif target.input == _CHECKPOINT and inventory.models is not None:
            inputs[target.input] = _own_or_first(inputs[target.input], inventory.models)


def _own_or_first(own: object, models: tuple[str, ...]) -> str:
    if isinstance(own, str) and own in models:
        return own
    if not models:
        raise EngineUnavailableError(reason="no_models")
    return models[0]


def _known(lora: Lora, inventory: Inventory) -> Lora:
    name = resolved(lora.name, inventory.loras)
    if name is None and inventory.loras is not None:
        raise EngineRejectedError(reason="lora", name=lora.name)
    return replace(lora, name=name or lora.name)
