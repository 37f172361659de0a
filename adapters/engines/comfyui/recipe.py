"""What a type's file says to this engine: a workflow, and where in it the inputs go."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from adapters.engines.comfyui.workflow import (
    NOT_OUTPUTS,
    Graph,
    close_node,
    downstream,
    label,
    link_of,
    links_of,
    parse_workflow,
)
from core.generation.catalog import InputKind
from core.generation.models import Parameter
from core.generation.types.recipes import STANDARD_INPUTS, RecipeError, TypeContext

_SAVES = ("SaveImage", "PreviewImage")
"""Classes of the nodes whose pictures count where nobody says which; the first that there is."""

_NUMBERS = frozenset({"width", "height", "steps", "cfg_scale", "seed", "batch_size", "strength"})


@dataclass(frozen=True, slots=True)
class Target:
    """One input of one node."""

    node: str
    input: str


@dataclass(frozen=True, slots=True)
class ComfyUIRecipe:
    """A workflow that has been checked; `graph` is never changed, only copied."""

    graph: Graph
    inputs: Mapping[str, tuple[Target, ...]]
    """By the names of the request's inputs."""
    outputs: tuple[str, ...]
    """The nodes whose pictures count."""
    defaults: Mapping[str, Parameter] = field(default_factory=dict)
    """Of the type's own inputs."""
    takes_mask: bool = False
    any_size: bool = False
    """The pictures need not have the request's size."""
    seeded: frozenset[str] = frozenset()
    """The nodes that do something else with another seed."""

    def takes(self, *names: str) -> bool:
        """Say whether the workflow has a place for each of these inputs."""
        return all(name in self.inputs for name in names)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workflow: str
    inputs: dict[str, str | list[str]]
    output: str | list[str] = []
    any_size: bool = False


def read_recipe(table: Mapping[str, Any], context: TypeContext) -> ComfyUIRecipe:
    """A `core.generation.types.recipes.RecipeReader`."""
    said = _Table.model_validate(table)
    try:
        text = context.read(said.workflow)
    except RecipeError as error:
        raise RecipeError(error.problem, path=("workflow",), hint=error.hint) from None
    graph = parse_workflow(text, said.workflow)
    inputs = {
        name: tuple(_target(graph, name, target, context) for target in _listed(targets))
        for name, targets in said.inputs.items()
        if targets
    }
    _check_targets(graph, inputs)
    _check_words(inputs, context)
    _check_pictures(graph, inputs, context)
    return ComfyUIRecipe(
        graph=graph,
        inputs=inputs,
        outputs=_outputs(graph, _listed(said.output)),
        defaults={name: one.default for name, one in context.inputs.items()},
        takes_mask=context.takes_mask,
        any_size=said.any_size or not {"width", "height"} <= inputs.keys(),
        seeded=downstream(graph, (target.node for target in inputs.get("seed", ()))),
    )


def _target(graph: Graph, name: str, text: str, context: TypeContext) -> Target:
    path = ("inputs", name)
    if not context.takes(name):
        known = [one for one in (*STANDARD_INPUTS, *context.inputs) if context.takes(one)]
        hint = f"add [inputs.{name}]" if name in STANDARD_INPUTS else _close(name, known)
        raise RecipeError(f'the type has no input "{name}"', path=path, hint=hint)
    node, _, wanted = text.partition(".")
    if not wanted:
        raise RecipeError(f'"{text}" names no input of a node', path=path, hint='write it as "6.text"')
    if node not in graph:
        raise RecipeError(f"the workflow has no node {node}", path=path, hint=close_node(graph, node))
    there = graph[node]["inputs"]
    if wanted not in there:
        plain = [one for one, value in there.items() if link_of(value) is None]
        raise RecipeError(
            f'node {label(graph, node)} has no input "{wanted}"', path=path, hint=_close(wanted, plain)
        )
    if link := link_of(there[wanted]):
        raise RecipeError(
            f'"{wanted}" of node {label(graph, node)} is linked, so a value can\'t be put there',
            path=path,
            hint=f"name an input of node {label(graph, link[0])}",
        )
    given, held = _kind(name, context), there[wanted]
    if isinstance(held, str) and given != "text":
        raise RecipeError(f'"{wanted}" of node {label(graph, node)} takes text, not {given}', path=path)
    if isinstance(held, int | float) and given == "text":
        taken = "a switch" if isinstance(held, bool) else "a number"
        raise RecipeError(f'"{wanted}" of node {label(graph, node)} takes {taken}, not text', path=path)
    return Target(node, wanted)


def _kind(name: str, context: TypeContext) -> str:
    """Return what an input's values are, for whoever wrote the file."""
    own = context.inputs.get(name)
    if own is None:
        return "a number" if name in _NUMBERS else "text"
    return {InputKind.TEXT: "text", InputKind.CHOICE: "text", InputKind.SWITCH: "a switch"}.get(
        own.kind, "a number"
    )


def _check_targets(graph: Graph, inputs: Mapping[str, tuple[Target, ...]]) -> None:
    """Refuse two inputs in one place, where the second would undo the first."""
    used: dict[Target, str] = {}
    for name, targets in inputs.items():
        for target in targets:
            if (other := used.setdefault(target, name)) != name:
                raise RecipeError(
                    f'"{target.input}" of node {label(graph, target.node)} is taken by {other} already',
                    path=("inputs", name),
                )


def _check_words(inputs: Mapping[str, tuple[Target, ...]], context: TypeContext) -> None:
    """Refuse a workflow that does the same whatever is said. One of a picture alone needs no prompt."""
    if "prompt" not in inputs and not context.needs_image:
        raise RecipeError(
            "nothing of the prompt reaches the workflow", path=("inputs",), hint='map it: prompt = "6.text"'
        )
    for name in context.inputs:
        if name not in inputs:
            raise RecipeError(
                f'the input "{name}" is used nowhere', path=("inputs",), hint=f"map {name}, or leave it out"
            )


def _check_pictures(graph: Graph, inputs: Mapping[str, tuple[Target, ...]], context: TypeContext) -> None:
    if context.needs_image and "image" not in inputs:
        loaders = [node for node in graph if graph[node]["class_type"] == "LoadImage"]
        hint = f'add image = "{loaders[0]}.image"' if loaders else "give the workflow a LoadImage node"
        raise RecipeError("the type's image is used nowhere", path=("inputs",), hint=hint)
    if context.takes_mask and "mask" not in inputs:
        # A picture that is loaded has its mask as second output: what it shows through.
        loaders = [target.node for target in inputs.get("image", ())]
        used = {(source, place) for node in graph for _, source, place in links_of(graph, node)}
        if not any((loader, 1) in used for loader in loaders):
            raise RecipeError(
                "the type's mask is used nowhere",
                path=("inputs",),
                hint="map mask to a LoadImage node, or use the mask of the image's own node",
            )


def _outputs(graph: Graph, said: list[str]) -> tuple[str, ...]:
    for node in said:
        if node not in graph:
            raise RecipeError(
                f"the workflow has no node {node}", path=("output",), hint=close_node(graph, node)
            )
        if graph[node]["class_type"] in NOT_OUTPUTS:
            saves = [label(graph, one) for one in graph if graph[one]["class_type"] in _SAVES]
            raise RecipeError(
                f"node {label(graph, node)} saves no picture",
                path=("output",),
                hint=f"did you mean {saves[0]}?" if saves else "add a SaveImage node",
            )
    if said:
        return tuple(said)
    for kind in _SAVES:
        if found := tuple(node for node in graph if graph[node]["class_type"] == kind):
            return found
    raise RecipeError(
        "the workflow saves no picture",
        path=("workflow",),
        hint="add a SaveImage node, or name the node that saves as output",
    )


def _listed(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def _close(name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known) or 'none'}"
