"""Whether the Horde knows the operator's key."""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.engines.horde.api import HordeApi

_FRESH = 300.0
"""Seconds for which a good answer holds, which is how long the Horde itself keeps it."""


class Account:
    """Asked about now and then, so that a wrong key is noticed before any job."""

    def __init__(
        self, api: HordeApi, *, is_anonymous: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._is_anonymous = is_anonymous
        self._clock = clock
        self._known_at: float | None = None

    async def check(self) -> None:
        """Raise `EngineUnavailableError` with the reason `refused` where it does not; else as `HordeApi`."""
        now = self._clock()
        if self._is_anonymous or (self._known_at is not None and now - self._known_at < _FRESH):
            return
        await self._api.user()
        self._known_at = now
