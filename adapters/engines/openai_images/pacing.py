"""No more calls in a minute than the operator allows."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.errors import EngineBusyError


class Pacing:
    """Room for `per_minute` calls at once, which comes back evenly over a minute; 0 is without a bound."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._room = self._most
        self._clock = clock
        self._at = clock()

    def take(self, calls: int) -> None:
        """Take room for a job's calls, all at once. Raises `EngineBusyError` where there is none.

        A job of more calls than a minute has waits for all the room there is, and owes the rest.
        """
        if not self._most:
            return
        now = self._clock()
        self._room = min(self._most, self._room + (now - self._at) * self._most / 60)
        self._at = now
        missing = min(calls, self._most) - self._room
        if missing > 1e-6:  # noqa: PLR2004 - what floats lose
            raise EngineBusyError(missing * 60 / self._most)
        self._room -= calls
