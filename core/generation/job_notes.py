"""What an engine keeps of a running job over restarts, such as the id that a server gave it."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from core.clock import Clock, SystemClock
from core.ids import TaskId
from core.store import Store, Transaction

KEPT = timedelta(days=7)
"""A job is done or lost long before that."""


class JobNotes(Protocol):
    """Short texts by task. They save work: where one is lost, the job is begun anew."""

    async def get(self, task: TaskId) -> str | None: ...

    async def put(self, task: TaskId, text: str) -> None:
        """Keep the text in place of what was there; durable on return."""
        ...

    async def forget(self, task: TaskId) -> None: ...


class StoredJobNotes:
    """`JobNotes` of one engine, in the store."""

    def __init__(self, store: Store, engine: str, clock: Clock | None = None) -> None:
        self._store = store
        self._owner = f"engine:{engine}"
        self._clock = clock or SystemClock()

    async def get(self, task: TaskId) -> str | None:
        return await self._store.read(lambda tx: tx.notes.get(self._owner, task))

    async def put(self, task: TaskId, text: str) -> None:
        """As the port; what no job has forgotten by itself goes after a week."""
        now = self._clock.now()

        def put(tx: Transaction) -> None:
            tx.notes.forget_before(self._owner, "", now - KEPT)
            tx.notes.put(self._owner, task, text, now)

        await self._store.write(put)

    async def forget(self, task: TaskId) -> None:
        await self._store.write(lambda tx: tx.notes.delete(self._owner, task))
