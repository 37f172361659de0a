"""A store in memory, with the rules of the one in a file: for tests, and for trying the service by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self, TypeVar

from adapters.storage.memory_chats import MemoryNotes, MemoryReceived, MemoryRemovals
from adapters.storage.memory_deliveries import MemoryDeliveries
from adapters.storage.memory_points import MemoryPoints
from adapters.storage.memory_state import MemoryState
from adapters.storage.memory_tasks import MemoryTasks
from core.errors import StorageUnavailableError
from core.store import Transaction

T = TypeVar("T")


class MemoryTransaction:
    """`core.store.Transaction` on one state."""

    def __init__(self, state: MemoryState) -> None:
        self.tasks = MemoryTasks(state)
        self.points = MemoryPoints(state)
        self.deliveries = MemoryDeliveries(state)
        self.removals = MemoryRemovals(state)
        self.received = MemoryReceived(state)
        self.notes = MemoryNotes(state)


class MemoryStore:
    """`core.store.Store` in dictionaries; nothing outlives it.

    A transaction works on a copy, which takes the place of what was there when the function returns.
    """

    def __init__(self) -> None:
        self._state = MemoryState()
        self._closed = False

    async def open(self) -> None:
        """Nothing to open; it is there so that one store can stand for another."""

    async def aclose(self) -> None:
        """Refuse what comes from now on."""
        self._closed = True

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """As `core.store.Store.write`."""
        await self._take_turn()
        draft = self._state.copy()
        value = work(MemoryTransaction(draft))
        self._state = draft
        return value

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """As `core.store.Store.read`."""
        await self._take_turn()
        return work(MemoryTransaction(self._state.copy(writable=False)))

    async def _take_turn(self) -> None:
        await asyncio.sleep(0)  # others run meanwhile, as they do while a database works
        if self._closed:
            raise StorageUnavailableError(reason="closed", path="memory")
