"""The Horde's rate limits, with its headers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Limits:
    """Fixed windows by route: calls and seconds. `scale` makes all seconds shorter for tests."""

    scale: float = 1.0
    windows: dict[str, tuple[int, float]] = field(
        default_factory=lambda: {"async": (2, 1), "check": (10, 1), "status": (10, 60), "models": (90, 60)}
    )
    refused: list[str] = field(default_factory=list)
    """The routes of the calls that came too early."""

    _now: dict[str, tuple[float, int]] = field(default_factory=dict)

    def take(self, route: str) -> tuple[bool, dict[str, str]]:
        """Count a call; say whether it may be, and the headers of its answer."""
        if route not in self.windows:
            return True, {}
        most, seconds = self.windows[route]
        length, now = seconds * self.scale, time.monotonic()
        began, used = self._now.get(route, (now, 0))
        if now - began >= length:
            began, used = now, 0
        self._now[route] = began, used + 1
        left = length - (now - began)
        headers = {
            "X-Ratelimit-Limit": str(most),
            "X-Ratelimit-Remaining": str(max(0, most - used - 1)),
            "X-Ratelimit-Reset": str(int(time.time() + left) + 1),
            "Retry-After": f"{left:.4f}",
        }
        if used >= most:
            self.refused.append(route)
        return used < most, headers
