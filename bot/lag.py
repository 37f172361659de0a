"""The event loop's lag: how late it wakes. A starved loop starves every thread that answers to it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

logger = logging.getLogger(__name__)

INTERVAL = 0.25
"""Seconds between measurements."""

KEPT = 240
"""Measurements kept: a minute."""

WORTH_A_WARNING = 1.0
"""Seconds: a busy machine alone makes less, and a chat platform takes more amiss."""


class LagMeter:
    """Measures the lag until cancelled."""

    def __init__(self) -> None:
        self._measured: deque[float] = deque(maxlen=KEPT)

    @property
    def worst(self) -> float:
        """The longest lag within the last minute, in seconds."""
        return max(self._measured, default=0.0)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + INTERVAL
            await asyncio.sleep(INTERVAL)
            lag = loop.time() - due
            self._measured.append(lag)
            if lag > WORTH_A_WARNING:
                logger.warning("the event loop was %.0f ms late: something blocks it", lag * 1000)
