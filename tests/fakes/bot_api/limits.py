"""How much the platform lets a bot send."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

GROUP_WINDOW = 60.0
SLACK = 0.05
"""A clock's grain: nobody is accused for so little."""


@dataclass
class Limits:
    """Counts sends and edits. The numbers are the documented ones; the burst is a strict guess."""

    refuse: bool = False
    """Whether to answer 429, or only to note the violation."""
    per_second: float = 1.0
    burst: int = 5
    per_group: int = 20
    overall: int = 30
    count_actions: bool = False
    """Whether chat actions count as well: nobody outside knows."""

    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)
    _until: dict[int | None, float] = field(default_factory=dict)

    def silence(self, chat: int | None, until: float) -> None:
        """Note that the bot was told to wait; None means in every chat."""
        self._until[chat] = max(until, self._until.get(chat, 0.0))

    def early(self, chat: int | None, now: float) -> bool:
        """Tell whether the bot was told to wait for longer."""
        return any(now < self._until.get(one, 0.0) - SLACK for one in (chat, None))

    def take(self, chat: int, now: float, *, group: bool, count: int = 1) -> tuple[str, int] | None:
        """Count messages; return which limit they break and the seconds to wait, or None.

        What is refused does not count.
        """
        tokens, then = self._buckets.get(chat, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - then) * self.per_second)
        per_chat = self._groups.setdefault(chat, deque())
        _forget(per_chat, now - GROUP_WINDOW)
        _forget(self._all, now - 1.0 + SLACK)
        broken: tuple[str, float] | None = None
        if len(self._all) + count > self.overall:
            broken = (f"more than {self.overall} messages a second", 1.0)
        elif group and len(per_chat) + count > self.per_group:
            oldest = per_chat[0] if per_chat else now
            broken = (f"more than {self.per_group} messages a minute in a group", oldest + GROUP_WINDOW - now)
        elif tokens + SLACK < min(count, self.burst):
            broken = (
                f"more than {self.per_second:g} message a second in a chat",
                (min(count, self.burst) - tokens) / self.per_second,
            )
        if broken is None or not self.refuse:
            self._buckets[chat] = (max(0.0, tokens - count), now)
            per_chat.extend([now] * count)
            self._all.extend([now] * count)
        if broken is None:
            return None
        return broken[0], max(1, math.ceil(broken[1]))


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
