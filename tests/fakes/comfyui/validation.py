"""What the server says to a graph before it takes it: in the shapes of the real one, tracebacks and all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.comfyui.nodes import Kind

PATH = "/srv/secret/ComfyUI/execution.py"
"""A server's path as its errors have it: none may get out."""

Graph = dict[str, dict[str, Any]]


@dataclass
class Verdict:
    """The outputs that can be run, and what is wrong with the others."""

    outputs: list[str] = field(default_factory=list)
    node_errors: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] | None = None


def verdict(graph: Graph, known: Mapping[str, Kind], files: Collection[str], *, is_new: bool) -> Verdict:
    for node_id, node in graph.items():
        if node.get("class_type") not in known:
            kind = "missing_node_type" if is_new else "invalid_prompt"
            extra = {"node_id": node_id, "class_type": node.get("class_type")}
            return Verdict(error=_error(kind, "Node not found", f"Node ID '#{node_id}'", extra))
    saving = [node_id for node_id, node in graph.items() if known[node["class_type"]].saves]
    if not saving:
        return Verdict(error=_error("prompt_no_outputs", "Prompt has no outputs", ""))
    found = Verdict()
    for output in saving:
        wrong = _wrong(graph, output, known, files)
        if not wrong:
            found.outputs.append(output)
        for node_id, errors in wrong.items():
            found.node_errors[node_id] = {
                "errors": errors,
                "dependent_outputs": [output],
                "class_type": graph[node_id]["class_type"],
            }
    if not found.outputs:
        found.error = _error("prompt_outputs_failed_validation", "Prompt outputs failed validation", "")
    return found


def _wrong(graph: Graph, output: str, known: Mapping[str, Kind], files: Collection[str]) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    stack, seen = [output], set()
    while stack:
        node_id = stack.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        node, kind = graph[node_id], known[graph[node_id]["class_type"]]
        for name, config in kind.inputs.items():
            if name not in node["inputs"]:
                if name not in kind.optional:
                    _add(wrong, node_id, "required_input_missing", name, name)
                continue
            value = node["inputs"][name]
            if isinstance(value, list):
                source, place = str(value[0]), value[1]
                if source not in graph:
                    trace = f'Traceback (most recent call last):\n  File "{PATH}", line 9\nKeyError: {source}'
                    _add(wrong, node_id, "exception_during_inner_validation", trace, name)
                    continue
                given = known[graph[source]["class_type"]].outputs[place]
                if given != config:
                    said = f"{name}, received_type({given}) mismatch input_type({config})"
                    _add(wrong, node_id, "return_type_mismatch", said, name)
                stack.append(source)
                continue
            for code, details in _of_value(name, value, config, files):
                _add(wrong, node_id, code, details, name, config, value)
    return wrong


def _of_value(name: str, value: Any, config: Any, files: Collection[str]) -> Iterator[tuple[str, str]]:
    if isinstance(config, list):
        if value not in config:
            yield "value_not_in_list", f"{name}: '{value}' not in {config} ({PATH})"
        return
    kind, options = config
    if kind == "IMAGEFILE":
        if value not in files:
            yield "custom_validation_failed", f"{name} - Invalid image file: {value}"
    elif kind in {"INT", "FLOAT"}:
        convert: Callable[[Any], float] = int if kind == "INT" else float
        try:
            number = convert(value)
        except (TypeError, ValueError) as error:
            yield "invalid_input_type", f"{name}, {value}, {error}"
            return
        if "min" in options and number < options["min"]:
            yield "value_smaller_than_min", name
        if "max" in options and number > options["max"]:
            yield "value_bigger_than_max", name


def _add(
    wrong: dict[str, Any],
    node_id: str,
    code: str,
    details: str,
    name: str,
    config: Any = None,
    value: Any = None,
) -> None:
    extra: dict[str, Any] = {"input_name": name}
    if config is not None:
        extra |= {"input_config": [config, {}] if isinstance(config, list) else list(config)}
        extra["received_value"] = value
    wrong.setdefault(node_id, []).append(_error(code, f"{code} in {PATH}", details, extra))


def _error(code: str, message: str, details: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"type": code, "message": message, "details": details, "extra_info": dict(extra or {})}
