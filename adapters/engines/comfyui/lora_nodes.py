"""LoRAs in a graph: loader nodes between a model's loader and whatever uses the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.engines.comfyui.workflow import Graph, link_of
from core.errors import EngineRejectedError
from core.generation.loras import Lora

_LOADERS: Mapping[str, bool] = {
    "CheckpointLoaderSimple": True,
    "CheckpointLoader": True,
    "UNETLoader": False,
}
"""Classes that load a model, and whether they give its text encoder, too."""


def with_loras(graph: Graph, loras: Sequence[Lora]) -> None:
    """Put the LoRAs, each by the server's name for it, behind every loader of a model in `graph`.

    Raises `EngineRejectedError` with the reason `no_loras` where nothing loads a model.
    """
    if not loras:
        return
    loaders = [node for node in graph if graph[node]["class_type"] in _LOADERS]
    if not loaders:
        raise EngineRejectedError(reason="no_loras")
    for loader in loaders:
        _chain(graph, loader, loras, has_clip=_LOADERS[graph[loader]["class_type"]])


def _chain(graph: Graph, loader: str, loras: Sequence[Lora], *, has_clip: bool) -> None:
    names = [f"{loader}#lora{number}" for number, _ in enumerate(loras, start=1)]
    places = {0, 1} if has_clip else {0}
    for node in graph.values():
        for wanted, value in node["inputs"].items():
            link = link_of(value)
            if link and link[0] == loader and link[1] in places:
                node["inputs"][wanted] = [names[-1], link[1]]
    source = loader
    for name, lora in zip(names, loras, strict=True):
        inputs = {"model": [source, 0], "lora_name": lora.name, "strength_model": lora.weight}
        if has_clip:
            inputs |= {"clip": [source, 1], "strength_clip": lora.weight}
        kind = "LoraLoader" if has_clip else "LoraLoaderModelOnly"
        graph[name] = {"class_type": kind, "inputs": inputs, "_meta": {"title": lora.name}}
        source = name
