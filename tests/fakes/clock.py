"""Clocks that stand still, or that go with a loop whose time is virtual."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class LoopClock:
    """Goes with the running loop's time."""

    def now(self) -> datetime:
        return NOON + timedelta(seconds=asyncio.get_running_loop().time())
