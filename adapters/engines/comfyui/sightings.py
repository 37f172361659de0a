"""Where a job was seen on a server: in its history or in its queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PICTURES_MOST = 64
"""Of one job."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture on the server's disk, by what it is asked for with."""

    filename: str
    subfolder: str
    type: str

    @property
    def params(self) -> dict[str, str]:
        return {"filename": self.filename, "subfolder": self.subfolder, "type": self.type}


@dataclass(frozen=True, slots=True)
class Done:
    """It ended well. `pictures` are by the node that made them."""

    pictures: Mapping[str, Sequence[Stored]]
    graph: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """It ended otherwise: by a fault, with what the server says of it, or by being interrupted."""

    fault: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """It waits or runs. `position` counts from 1, and is None while it runs."""

    position: int | None
    graph: Mapping[str, Any] = field(default_factory=dict)
    client_id: str | None = None
    """Whom the server tells of it."""


Sighting = Done | Broken | Queued


def in_history(answer: Any, prompt_id: str) -> Done | Broken | None:
    """Read the answer of ``/history/{id}``; None where the job is not, or not yet, in it."""
    match answer:
        case dict() if isinstance(entry := answer.get(prompt_id), dict):
            pass
        case _:
            return None
    status = entry.get("status")
    if isinstance(status, dict) and status.get("status_str") != "success":
        return Broken(_fault(status.get("messages")))
    outputs = entry.get("outputs")
    found = outputs.items() if isinstance(outputs, dict) else ()
    pictures = {node: tuple(_stored(output)) for node, output in found}
    match entry.get("prompt"):
        case [_, _, dict() as graph, *_]:
            return Done(pictures, graph)
        case _:
            return Done(pictures)


def in_queue(answer: Any, prompt_id: str) -> Queued | None:
    """Read the answer of ``/queue``, whose items come in no order."""
    if not isinstance(answer, dict):
        return None
    for item in _items(answer.get("queue_running")):
        if item[1] == prompt_id:
            return _queued(None, item)
    pending = sorted(_items(answer.get("queue_pending")), key=lambda item: item[0])
    for place, item in enumerate(pending, start=1):
        if item[1] == prompt_id:
            return _queued(place, item)
    return None


def _items(found: Any) -> Iterator[list[Any]]:
    for item in found if isinstance(found, list) else ():
        match item:
            case [int() | float(), str(), *_]:
                yield item
            case _:
                pass


def _queued(position: int | None, item: list[Any]) -> Queued:
    match item[2:4]:
        case [dict() as graph, {"client_id": str() as client_id}]:
            return Queued(position, graph, client_id)
        case [dict() as graph, *_]:
            return Queued(position, graph)
        case _:
            return Queued(position)


def _stored(output: Any) -> Iterator[Stored]:
    images = output.get("images") if isinstance(output, dict) else None
    for image in images[:PICTURES_MOST] if isinstance(images, list) else ():
        match image:
            case {"filename": str() as name, "subfolder": str() as folder, "type": "output" | "temp" as kind}:
                yield Stored(name, folder, str(kind))
            case _:
                pass


def _fault(messages: Any) -> Mapping[str, Any] | None:
    for message in messages if isinstance(messages, list) else ():
        match message:
            case ["execution_error", dict() as data]:
                return data
            case _:
                pass
    return None
