"""Waits until what the console was asked for is done and shown."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from adapters.console.commands import PLATFORM
from adapters.console.gateway import ConsoleGateway
from core.ids import TaskId
from core.store import Store, Transaction

_SOONEST, _LATEST = 0.01, 0.25
"""Seconds between two looks: a showing is stored a moment after it, and nothing tells of that."""

_WAITING_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many tasks are not shown to their end, and whether the paused queue keeps all of them."""

    left: int
    stuck: bool = False
    paused: bool = False
    """Whether the queue is paused; what runs may go on all the same."""


class Settling:
    """Looks at the console's deliveries until they are closed."""

    def __init__(self, store: Store, gateway: ConsoleGateway) -> None:
        self._store = store
        self._gateway = gateway

    async def look(self, only: Collection[TaskId] | None = None) -> Outcome:
        """Return how the console's tasks stand, or those of `only`."""
        return await self._store.read(lambda tx: _look(tx, only))

    async def wait(self, only: Collection[TaskId] | None = None) -> Outcome:
        """Wait until nothing is left, or nothing can be done about what is."""
        pause = _SOONEST
        while True:
            self._gateway.activity.clear()
            outcome = await self.look(only)
            if not outcome.left or outcome.stuck:
                return outcome
            try:
                async with asyncio.timeout(pause):
                    await self._gateway.activity.wait()
                pause = _SOONEST
            except TimeoutError:
                pause = min(_LATEST, 2 * pause)


def _look(tx: Transaction, only: Collection[TaskId] | None) -> Outcome:
    if only is None:
        left = tx.deliveries.open_count(PLATFORM)
    else:
        found = [tx.deliveries.get(task) for task in only]
        left = sum(delivery is not None and not delivery.closed for delivery in found)
    paused = tx.tasks.is_paused()
    if not left or not paused:
        return Outcome(left, paused=paused)
    waiting = [
        delivery
        for delivery, _ in tx.deliveries.waiting(PLATFORM, _WAITING_MOST)
        if delivery.shown_revision >= delivery.revision and (only is None or delivery.task in only)
    ]
    return Outcome(left, stuck=len(waiting) == left, paused=True)
