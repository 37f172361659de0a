"""An event loop whose clock jumps: where everything waits, the next timer is due at once."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class _JumpingSelector(selectors.SelectSelector):
    """Never waits for time: tells `jump` how far to go instead."""

    def __init__(self) -> None:
        super().__init__()
        self.jump: Callable[[float], None] = lambda _: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:  # nothing is scheduled: only another thread can still do something
            ready = super().select(5)
            if not ready:
                raise RuntimeError("everything waits, and nothing will ever happen")
            return ready
        self.jump(timeout)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Sleeping for an hour takes no time, in the order in which it would have happened.

    A deadlock is an error at once, and `asyncio.timeout` guards a test without ever being waited for.
    """

    def __init__(self) -> None:
        selector = _JumpingSelector()
        super().__init__(selector)
        self._seconds = 1000.0
        selector.jump = self._jump

    def time(self) -> float:
        return self._seconds

    def _jump(self, seconds: float) -> None:
        self._seconds += seconds


async def turns(number: int = 20) -> None:
    """Let everybody else run for that many turns of the loop, without any time passing."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition: Callable[[], Any], *, seconds: float = 3600.0, step: float = 0.01) -> None:
    """Return when `condition()` holds, looked at every `step` of the loop's seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody rings a bell for it
            await asyncio.sleep(step)
