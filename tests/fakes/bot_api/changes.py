"""News that something changed, for those who wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Wakes everybody who waits, at every change."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self) -> None:
        self.count += 1
        for one in self._waiting:
            if not one.done():
                one.set_result(None)
        self._waiting.clear()

    async def next(self) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    async def until(self, predicate: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 - a test's own word
        """Return the first true value of the predicate; a LookupError inside it means "not yet"."""
        async with asyncio.timeout(timeout):
            while True:
                try:
                    if found := predicate():
                        return found
                except LookupError:
                    pass
                await self.next()
