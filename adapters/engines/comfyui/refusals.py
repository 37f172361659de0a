"""What a server's refusal means, in codes and facts of ours: its own words hold paths and tracebacks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.engines.comfyui.copies import original
from adapters.engines.comfyui.recipe import ComfyUIRecipe, Target
from adapters.engines.comfyui.workflow import Graph
from adapters.engines.wire.connection import Answer
from core.errors import EngineError, EngineFaultError, EngineRejectedError

logger = logging.getLogger(__name__)

_NAMED = {"ckpt_name": "model", "unet_name": "model", "lora_name": "lora", "sampler_name": "sampler"}
"""Inputs that hold a name of something that the server has or has not."""

_RANGE = frozenset({"value_smaller_than_min", "value_bigger_than_max"})
_OF_NODES = _RANGE | {
    "value_not_in_list",
    "invalid_input_type",
    "required_input_missing",
    "return_type_mismatch",
    "bad_linked_input",
    "exception_during_validation",
    "exception_during_inner_validation",
    "custom_validation_failed",
    "dependency_cycle",
}
_OF_PROMPTS = frozenset({"missing_node_type", "invalid_prompt", "prompt_no_outputs", "no_prompt"})
_BAD_REQUEST = 400
_OUT_OF_MEMORY = re.compile(
    r"out ?of ?memory|allocation on device|can't allocate memory|not enough memory", re.IGNORECASE
)


def check_taken(answer: Answer, graph: Graph, recipe: ComfyUIRecipe) -> None:
    """Raise what a server's answer to a job means, unless it took it, or the part that can be run."""
    body = answer.json_or_none()
    if not isinstance(body, dict):
        raise EngineFaultError(reason="status" if not answer.ok else "not_json", status=answer.status)
    found = [_error(problem, graph, recipe) for problem in _problems(body.get("node_errors"), graph)]
    if answer.ok:
        if found:
            logger.warning("the server left out a part of a workflow: %s", found[0])
        return
    if found:
        raise min(found, key=_generality)
    if answer.status != _BAD_REQUEST:
        raise EngineFaultError(reason="status", status=answer.status)
    ours = {node["class_type"] for node in graph.values()}
    match body.get("error"):
        case {"type": str() as kind, "extra_info": {"class_type": str() as named}} if (
            kind in _OF_PROMPTS and named in ours
        ):
            raise EngineRejectedError(reason="workflow", detail=kind, node=named)
        case {"type": str() as kind} if kind in _OF_PROMPTS:
            raise EngineRejectedError(reason="workflow", detail=kind)
        case _:
            raise EngineRejectedError(reason="workflow", detail="refused")


def fault_of(fault: Mapping[str, Any] | None, recipe: ComfyUIRecipe) -> EngineError:
    """Return the error for a job that ended otherwise than well; without a fault it was interrupted."""
    if fault is None:
        return EngineFaultError(reason="interrupted")
    said = f"{fault.get('exception_type')} {fault.get('exception_message')}"
    if _OUT_OF_MEMORY.search(said):
        return EngineRejectedError(reason="out_of_memory")
    node = recipe.graph.get(original(str(fault.get("node_id"))))
    return EngineFaultError(reason="node", node=node["class_type"] if node else None)


_Problem = tuple[str, str, str | None, Mapping[str, Any]]
"""A node's id, the kind of problem, the input that it is about, and how that input is described."""


def _problems(found: Any, graph: Graph) -> Iterator[_Problem]:
    for node, about in found.items() if isinstance(found, dict) else ():
        errors = about.get("errors") if isinstance(about, dict) and node in graph else None
        for error in errors if isinstance(errors, list) else ():
            match error:
                case {"type": str() as kind, "extra_info": {"input_name": str() as name} as extra}:
                    yield node, kind, name, _description(extra.get("input_config"))
                case {"type": str() as kind}:
                    yield node, kind, None, {}
                case _:
                    pass


def _description(config: Any) -> Mapping[str, Any]:
    match config:
        case [_, dict() as options, *_]:
            return options
        case _:
            return {}


def _error(problem: _Problem, graph: Graph, recipe: ComfyUIRecipe) -> EngineError:
    node, kind, wanted, config = problem
    given = graph[node]["inputs"].get(wanted) if wanted else None
    ours = _input_at(recipe, Target(original(node), wanted or ""))
    if kind == "value_not_in_list" and wanted in _NAMED and isinstance(given, str):
        return EngineRejectedError(reason=_NAMED[wanted], name=given[:100])
    if kind == "custom_validation_failed" and ours in {"image", "mask"}:
        return EngineFaultError(reason="upload")
    if ours is not None and kind in _RANGE:
        return EngineRejectedError(reason="value", name=ours, detail=_range(config))
    if ours is not None and kind == "value_not_in_list":
        return EngineRejectedError(reason="value", name=ours, detail="not_in_list")
    detail = kind if kind in _OF_NODES else "refused"
    return EngineRejectedError(reason="workflow", detail=detail, node=graph[node]["class_type"])


def _input_at(recipe: ComfyUIRecipe, target: Target) -> str | None:
    return next((name for name, targets in recipe.inputs.items() if target in targets), None)


def _range(config: Mapping[str, Any]) -> str:
    least, most = (config.get(key) if _is_number(config.get(key)) else None for key in ("min", "max"))
    match least, most:
        case None, None:
            return "out_of_range"
        case _, None:
            return f"{least:g} or more"
        case None, _:
            return f"{most:g} or less"
        case _:
            return f"{least:g} to {most:g}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _generality(error: EngineError) -> int:
    """Sort what people can mend before what only the workflow's author can."""
    return 1 if error.facts.get("reason") == "workflow" else 0
