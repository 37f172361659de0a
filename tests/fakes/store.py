"""A store that can be out of order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from core.store import Store, Transaction

T = TypeVar("T")


class FlakyStore:
    """Passes everything on, but for the calls that are to fail."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.write_failures: list[Exception] = []
        """What the next writes raise, instead of being done."""
        self.read_failures: list[Exception] = []
        self.writes = 0
        """Writes that were asked for, failed ones too."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        self.writes += 1
        if self.write_failures:
            raise self.write_failures.pop(0)
        return await self._store.write(work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        if self.read_failures:
            raise self.read_failures.pop(0)
        return await self._store.read(work)


class RepeatingStore(FlakyStore):
    """Runs every writing function twice and keeps what the second did, as a store may after a conflict."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        class _AgainError(Exception):
            pass

        def rehearse(tx: Transaction) -> T:
            work(tx)
            raise _AgainError

        try:
            await self._store.write(rehearse)
        except _AgainError:
            return await self._store.write(work)
        raise AssertionError("unreachable")
