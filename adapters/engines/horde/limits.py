"""How often the Horde may be asked, learned from its answers' headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from adapters.engines.wire.connection import RETRY_AFTER_MOST, Answer

_PAUSE = 1.0
"""Seconds to wait after a 429 that names none."""

_PAUSE_LEAST = 0.05
"""Seconds after a 429 whose window is said to be over."""

_EPOCH = 10**8
"""A reset above it is a time of day, one below it a number of seconds."""


@dataclass(slots=True)
class _Window:
    left: int
    """Calls that may still be made in it."""
    ends: float
    """By the monotonic clock."""
    length: float
    """Seconds, as far as was seen."""
    limit: int


class RateLimits:
    """One account's windows, by route. All jobs share one of these."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._windows: dict[str, _Window] = {}

    def pause(self, route: str) -> float:
        """Return the seconds until the route may be called again; 0 for now."""
        window = self._windows.get(route)
        if window is None or window.left > 0:
            return 0.0
        return max(0.0, window.ends - self._monotonic())

    def take(self, route: str) -> None:
        """Count a call that is about to be made."""
        window = self._windows.get(route)
        if window is None:
            return
        now = self._monotonic()
        if now >= window.ends:
            # A new window: those who waited for it must not all rush in before its first answer.
            window.left, window.ends = window.limit, now + window.length
        window.left -= 1

    def learn(self, route: str, answer: Answer) -> None:
        """Take in what an answer's headers say of the route's window."""
        seconds = self._seconds(answer)
        left: int | None
        if answer.status == 429:  # noqa: PLR2004 - HTTP's own number
            left, seconds = 0, max(_PAUSE if seconds is None else seconds, _PAUSE_LEAST)
        else:
            left = _number(answer, "X-Ratelimit-Remaining")
        if left is None or seconds is None:
            return
        now, length = self._monotonic(), seconds
        old = self._windows.get(route)
        if old is not None and now < old.ends:
            # Answers overtake each other: the lower number is the later one.
            left, length = min(left, old.left), max(length, old.length)
        limit = max(1, _number(answer, "X-Ratelimit-Limit") or 1)
        self._windows[route] = _Window(left, now + seconds, length, limit)

    def _seconds(self, answer: Answer) -> float | None:
        """Return how long the window lasts on."""
        told = answer.retry_after()
        if told is not None:
            return told
        reset = _number(answer, "X-Ratelimit-Reset")
        if reset is None:
            return None
        return min(max(0.0, reset - self._wall() if reset > _EPOCH else reset), RETRY_AFTER_MOST)


def _number(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() else None
