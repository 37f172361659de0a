"""A workflow in ComfyUI's API format: nodes by id, each with a class and inputs that are values or links."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.generation.types.recipes import RecipeError

Graph = dict[str, dict[str, Any]]
"""By node id: `class_type`, `inputs` and, for people, `_meta.title`."""

NOT_OUTPUTS = frozenset(
    {
        "CheckpointLoaderSimple", "CLIPLoader", "CLIPSetLastLayer", "CLIPTextEncode", "ConditioningCombine",
        "ControlNetApply", "ControlNetLoader", "DualCLIPLoader", "EmptyLatentImage", "EmptySD3LatentImage",
        "ImageScale", "ImageScaleBy", "KSampler", "KSamplerAdvanced", "LatentUpscale", "LoadImage",
        "LoadImageMask", "LoraLoader", "LoraLoaderModelOnly", "SetLatentNoiseMask", "UNETLoader", "VAEDecode",
        "VAEEncode", "VAEEncodeForInpaint", "VAELoader",
    }
)  # fmt: skip
"""Classes of ComfyUI's own nodes that hand things on to others, and give nothing to whoever asked.

Which of other classes do is known to a server alone.
"""

EXPORT = "in ComfyUI, use Workflow > Export (API)"


def parse_workflow(text: str, name: str) -> Graph:
    """Return the graph in `text`, which is the file `name`. Raises `RecipeError`."""
    try:
        found = json.loads(text)
    except ValueError as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise _bad(f"{name} is not JSON{line}", EXPORT) from None
    if not isinstance(found, dict):
        raise _bad(f"{name} is not a workflow", EXPORT)
    if isinstance(found.get("nodes"), list) or "links" in found:
        raise _bad(f"{name} is in the format of ComfyUI's own interface", EXPORT)
    if isinstance(found.get("prompt"), dict):
        raise _bad(f"{name} is a whole request", 'keep only what stands under "prompt"')
    if not found:
        raise _bad(f"{name} has no nodes", EXPORT)
    for node_id, node in found.items():
        if not _is_node(node):
            raise _bad(f"{name}: node {node_id} has no class_type or no inputs", EXPORT)
    _check_links(found, name)
    return found


def link_of(value: object) -> tuple[str, int] | None:
    """Return the node and the place of its output that an input is linked to; None for a plain value."""
    match value:
        case [str() | int() as node, int() as place]:
            return str(node), place
        case _:
            return None


def links_of(graph: Mapping[str, Mapping[str, Any]], node: str) -> Iterator[tuple[str, str, int]]:
    """Yield the linked inputs of a node: the input's name, the node it comes from, the place there."""
    for name, value in graph[node]["inputs"].items():
        if link := link_of(value):
            yield name, *link


def downstream(graph: Graph, sources: Iterable[str]) -> frozenset[str]:
    """Return the nodes that depend on one of `sources`, with these."""
    found = set(sources)
    while more := {
        node
        for node in graph
        if node not in found and any(source in found for _, source, _ in links_of(graph, node))
    }:
        found |= more
    return frozenset(found)


def label(graph: Graph, node: str) -> str:
    """Return what people call a node: its id and its title."""
    meta = graph[node].get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    return f'{node} ("{title or graph[node]["class_type"]}")'


def close_node(graph: Graph, wrong: str) -> str:
    """Return a hint at the node that was probably meant, by id, title or class."""
    names = {name.lower(): node for node in reversed(graph) for name in _names(graph, node)}
    close = difflib.get_close_matches(wrong.lower(), names, n=1)
    if close:
        return f"did you mean {label(graph, names[close[0]])}?"
    listed = ", ".join(label(graph, node) for node in list(graph)[:12])
    return f"there are {listed}{' …' if len(graph) > 12 else ''}"  # noqa: PLR2004 - as many as listed


def _names(graph: Graph, node: str) -> Iterator[str]:
    yield node
    yield graph[node]["class_type"]
    meta = graph[node].get("_meta")
    if isinstance(meta, dict) and isinstance(meta.get("title"), str):
        yield meta["title"]


def _is_node(node: object) -> bool:
    match node:
        case {"class_type": str(), "inputs": dict()}:
            return True
        case _:
            return False


def _check_links(graph: Graph, name: str) -> None:
    for node in graph:
        for wanted, source, _ in links_of(graph, node):
            if source not in graph:
                raise _bad(f"{name}: {wanted} of node {label(graph, node)} is linked to no node", EXPORT)


def _bad(problem: str, hint: str) -> RecipeError:
    return RecipeError(problem, path=("workflow",), hint=hint)
