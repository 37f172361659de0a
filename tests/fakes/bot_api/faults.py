"""Trouble on demand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

Kind = int | Literal["drop", "reset", "delay", "hang"]
"""An error code; or `drop` the connection after the work, `reset` it before, `delay` or `hang` the answer."""


@dataclass
class Fault:
    """Something that will go wrong."""

    method: str
    kind: Kind
    times: int | None = 1
    """How often; None means until it is lifted."""
    after: int = 0
    """How many calls pass unharmed before."""
    retry_after: int | None = None
    seconds: float = 0.0
    description: str | None = None
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the hanging calls go on, and do no more harm."""
        self.lift()
        self._released.set()

    def lift(self) -> None:
        """Do no more harm."""
        self.times = 0

    async def wait(self) -> None:
        await self._released.wait()

    def ready(self, method: str) -> bool:
        """Tell whether this call may be hit; those that pass before are counted."""
        if self.method not in {"*", method.lower()} or self.times == 0:
            return False
        self.after -= 1
        return self.after < 0

    def strike(self) -> None:
        if self.times is not None:
            self.times -= 1
        self.hits += 1


class Faults:
    """Everything that is to go wrong."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._all.append(fault)
        return fault

    def next(self, method: str) -> Fault | None:
        """Return the fault that hits this call: the first that fits."""
        ready = [one for one in self._all if one.ready(method)]
        if not ready:
            return None
        ready[0].strike()
        return ready[0]

    def release(self) -> None:
        for one in self._all:
            one.release()
