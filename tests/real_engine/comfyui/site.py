"""The real server as the tests see it: what it runs, what it remembers, and somebody else who uses it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from core.generation.types.folder import BUILTIN
from tools.real_comfyui.folder import CHECKPOINT
from tools.real_comfyui.server import Server

GUARD = 60.0
"""Seconds after which something that should have come about is given up."""

WORKFLOW = BUILTIN / "txt2img.comfyui.json"

_PAUSE = 0.05


def until(holds: Callable[[], bool], *, seconds: float = GUARD) -> bool:
    """Ask again and again, since a server tells nobody of its queue; return whether it came to hold."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


@dataclass(frozen=True)
class ComfyUI:
    """A server that several use."""

    server: Server

    @property
    def url(self) -> str:
        return self.server.url

    def history(self) -> dict[str, str]:
        """How each job ended that it remembers: `success`, `error` or `interrupted`, by id."""
        return {name: _end(entry["status"]) for name, entry in self.server.ask("history").items()}

    def running(self) -> list[str]:
        return [item[1] for item in self.server.ask("queue")["queue_running"]]

    def pending(self) -> list[str]:
        return [item[1] for item in self.server.ask("queue")["queue_pending"]]

    def jobs(self) -> set[str]:
        """All that it knows of, wherever they are."""
        return {*self.running(), *self.pending(), *self.history()}

    def submit(self, *, steps: int) -> str:
        """Give it a small picture to make, as somebody else; return the job's id."""
        name = uuid4()
        graph = new_graph(steps=steps, seed=name.int % 2**32)
        self.server.ask("prompt", {"prompt": graph, "prompt_id": str(name)})
        return str(name)

    def clear(self) -> None:
        """Stop and forget everybody's jobs."""
        self.server.ask("queue", {"clear": True})
        self.server.ask("interrupt", {})
        assert until(lambda: not self.running())
        self.server.ask("history", {"clear": True})


def new_graph(*, steps: int, seed: int) -> dict[str, Any]:
    """Return Easel's own workflow with these values."""
    nodes: dict[str, Any] = json.loads(WORKFLOW.read_text(encoding="utf-8"))
    nodes["3"]["inputs"] |= {"steps": steps, "seed": seed}
    nodes["4"]["inputs"] |= {"ckpt_name": CHECKPOINT}
    nodes["5"]["inputs"] |= {"width": 64, "height": 64}
    return nodes


def _end(status: dict[str, Any]) -> str:
    told = {kind for kind, _ in status["messages"]}
    return "interrupted" if "execution_interrupted" in told else str(status["status_str"])
