"""Pacing: when a message may be sent or edited, by a platform's limits.

Progress leaves room for what matters more, so that the end of a task never waits behind news of others.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.delivery.models import MessageRef

K = TypeVar("K")
V = TypeVar("V")

NEWS_SHARE = 0.6
"""How much of a limit progress may use; the rest is kept for new messages and for ends."""

REMEMBERED = 10_000
"""Messages and chats whose last edits are remembered; older ones count as long ago."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` calls in any `seconds`."""

    most: int
    seconds: float


@dataclass(slots=True)
class _Window:
    """The calls of the last seconds under one rate."""

    rate: Rate
    calls: deque[float] = field(default_factory=deque)

    def pause(self, now: float, *, share: float, calls: int) -> float:
        """Return the seconds until so many more calls fit into that share of the rate, at least one."""
        while self.calls and self.calls[0] <= now - self.rate.seconds:
            self.calls.popleft()
        room = max(1, int(self.rate.most * share))
        excess = len(self.calls) + min(calls, room) - room
        if excess <= 0:
            return 0.0
        return self.calls[excess - 1] + self.rate.seconds - now


class Pacer:
    """Knows what was sent when, and says how long the next has to wait."""

    def __init__(
        self,
        *,
        interval: Callable[[MessageRef], float],
        chat_rates: Callable[[MessageRef], Sequence[Rate]] = lambda _: (),
        overall: Sequence[Rate] = (),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the platform's limits.

        `interval` is the seconds between two edits of a message, `chat_rates` what one chat takes, and
        `overall` what the platform takes of this bot in all.
        """
        self._interval = interval
        self._chat_rates = chat_rates
        self._overall = [_Window(rate) for rate in overall]
        self._now = now
        self._edited: OrderedDict[tuple[str, str | None], float] = OrderedDict()
        self._chats: OrderedDict[str, list[_Window]] = OrderedDict()
        self._held: dict[str, float] = {}

    def pause(self, ref: MessageRef, *, is_news: bool, calls: int = 1) -> float:
        """Return the seconds to wait before so many calls at once; 0 for now.

        `is_news` is progress, which may come later or never.
        """
        now = self._now()
        share = NEWS_SHARE if is_news else 1.0
        pauses = [
            window.pause(now, share=share, calls=calls) for window in (*self._overall, *self._windows(ref))
        ]
        pauses.append(self._held.get(ref.chat, 0.0) - now)
        pauses.append(self._held.get("", 0.0) - now)
        last = self._edited.get((ref.chat, ref.message))
        if is_news and last is not None:
            pauses.append(last + self._interval(ref) - now)
        return max(0.0, *pauses)

    def note(self, ref: MessageRef, calls: int = 1) -> None:
        """Count so many calls, made now."""
        now = self._now()
        for window in (*self._overall, *self._windows(ref)):
            window.calls.extend([now] * calls)
        _remember(self._edited, (ref.chat, ref.message), now)

    def hold(self, chat: str | None, seconds: float) -> None:
        """Say that the platform wants no more calls for a while: for the chat, or (None) at all."""
        now = self._now()
        self._held = {key: until for key, until in self._held.items() if until > now}
        self._held[chat or ""] = max(self._held.get(chat or "", 0.0), now + seconds)

    def _windows(self, ref: MessageRef) -> list[_Window]:
        windows = self._chats.get(ref.chat)
        if windows is None:
            windows = [_Window(rate) for rate in self._chat_rates(ref)]
        _remember(self._chats, ref.chat, windows)
        return windows


def _remember(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
