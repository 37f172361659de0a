"""Noticing that nobody can make a request."""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.engines.horde.answers import Standing
from core.errors import EngineRejectedError


class Watch:
    """Over the requests of one job. Workers come and go: only `seconds` without any is too long."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._since: dict[int, float] = {}

    def see(self, place: int, standing: Standing) -> None:
        """Take in how far a request is. Raises `EngineRejectedError` with the reason `no_worker`."""
        if standing.is_possible or standing.processing:
            self._since.pop(place, None)
        elif self._clock() - self._since.setdefault(place, self._clock()) >= self._seconds:
            raise EngineRejectedError(reason="no_worker")
