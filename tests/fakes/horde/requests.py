"""A request in the Horde's queue: each look at it moves it on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


@dataclass
class Knobs:
    """How the Horde behaves from now on."""

    waits: int = 2
    """Looks at a request until somebody takes it."""
    works: int = 1
    """Looks after that until it is done."""
    kudos: float = 10.0
    """Of one picture."""
    no_worker: bool = False
    """Requests are accepted with a warning."""
    impossible: bool = False
    """What waits can be taken by nobody."""
    base64: bool = False
    """Pictures come in the answer instead of by an address."""
    foreign: str = ""
    """Pictures lie at this address instead."""
    size: tuple[int, int] | None = None
    """Of every picture, whatever was asked for."""
    maintenance: bool = False
    concurrency: int = 30
    silent: bool = False
    """Looks are never answered."""
    lose: int = 0
    """So many requests are forgotten at the first look."""
    fault: int = 0
    """So many are faulted at the first look."""
    codes: bool = True
    """Refusals have a code: those of older Hordes have none."""
    late: int = 0
    """So many times a picture is not there yet."""
    broken: int = 0
    """So many looks are answered by 500 and text."""
    censor: set[int] = field(default_factory=set)
    """Which pictures are placeholders, by the number of their request, from 0."""
    remarks: list[dict[str, str]] = field(default_factory=list)
    """What workers say of every picture."""


@dataclass
class Request:
    """What was asked, and how often somebody looked."""

    number: int
    body: dict[str, Any]
    key: str
    id: str = field(default_factory=lambda: str(uuid4()))
    looks: int = 0
    deleted: bool = False
    faulted: bool = False

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = self.body["params"]
        return params

    @property
    def pictures(self) -> int:
        return int(self.params.get("n", 1))

    def is_done(self, knobs: Knobs) -> bool:
        return self.looks >= knobs.waits + knobs.works and not knobs.impossible

    def standing(self, knobs: Knobs) -> dict[str, Any]:
        """Return what a look shows."""
        done = self.is_done(knobs)
        waiting = not done and (self.looks < knobs.waits or knobs.impossible)
        processing = not done and not waiting
        place = max(1, knobs.waits - self.looks) if waiting else 0
        return {
            "finished": self.pictures * done,
            "processing": self.pictures * processing,
            "restarted": 0,
            "waiting": self.pictures * waiting,
            "done": done,
            "faulted": self.faulted,
            "wait_time": place * 3 + processing,
            "queue_position": place,
            "kudos": 0.0,
            "is_possible": not knobs.impossible,
        }
