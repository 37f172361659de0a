"""How far one job is, from its frames and its place in the queue."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from adapters.engines.comfyui.frames import Frame
from core.generation.engine import OnProgress
from core.generation.models import Progress

_ENDS = frozenset({"execution_success", "execution_error", "execution_interrupted"})
_STEPS_MOST = 100_000


class Tracker:
    """Counts the steps of all nodes that say beforehand how many they take.

    `news` is set when it is worth asking the server how the job stands.
    """

    def __init__(self, graph: Mapping[str, Any], tell: OnProgress) -> None:
        self._tell = tell
        self._planned = dict(_planned(graph))
        self._done: dict[str, int] = {}
        self._fraction = 0.0
        self._preview: bytes | None = None
        self._begun = False
        self.news = asyncio.Event()
        self.has_heard = False
        """A frame came."""
        self.has_ended = False
        """A frame said so."""

    def waits(self, position: int) -> None:
        """Tell the place in the queue, from 1."""
        if not self._begun:
            self._tell(Progress(0, 0, position=position))

    def hear(self, frame: Frame) -> None:
        """Take a frame of this job."""
        self.has_heard = True
        match frame.kind:
            case "execution_cached":
                self._cached(frame.data.get("nodes"))
            case "progress":
                self._stepped(frame.data)
            case "preview":
                self._preview = frame.preview
                self._say()
            case "executing" if frame.data.get("node") is None:
                self._ended()
            case kind if kind in _ENDS:
                self._ended()
            case _:
                pass

    def finish(self) -> None:
        """Tell that all is done."""
        total = max(1, sum(self._planned.values()))
        self._tell(Progress(total, total, preview=self._preview))

    def _ended(self) -> None:
        self.has_ended = True
        self.news.set()

    def _cached(self, nodes: object) -> None:
        for node in nodes if isinstance(nodes, list) else ():
            if isinstance(node, str) and node in self._planned:
                self._done[node] = self._planned[node]

    def _stepped(self, data: Mapping[str, Any]) -> None:
        node, value, most = data.get("node"), data.get("value"), data.get("max")
        if not isinstance(node, str) or not _is_count(value) or not _is_count(most):
            return
        if self._planned and node not in self._planned:
            return  # a decoder that works in tiles, or the like: short beside the steps
        self._planned[node] = int(most)
        self._done[node] = int(min(value, most))
        self._say()

    def _say(self) -> None:
        self._begun = True
        done, total = sum(self._done.values()), sum(self._planned.values())
        fraction = done / total if total else 0.0
        if fraction >= self._fraction:  # it never falls, even where a node takes more steps than it said
            self._fraction = fraction
            self._tell(Progress(done, total, preview=self._preview))


def _planned(graph: Mapping[str, Any]) -> Mapping[str, int]:
    found = {}
    for node_id, node in graph.items():
        match node:
            case {"inputs": {"steps": int() as steps}} if _is_count(steps):
                found[node_id] = int(steps)
            case _:
                pass
    return found


def _is_count(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= _STEPS_MOST
