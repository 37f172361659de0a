"""A circuit breaker: keeps work away from a server that is ill, and lets it back by one try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Circuit(StrEnum):
    """Closed lets everything through, open nothing, half-open a single try."""

    CLOSED = "closed"
    HALF_OPEN = "half-open"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """`pause` and `pause_most` in seconds."""

    faults: int = 5
    """Jobs in a row on which a server breaks before it counts as ill."""
    pause: float = 1.0
    """Before the first look at a server that is ill; doubled for each that finds it ill still."""
    pause_most: float = 60.0


class Breaker:
    """The state of one server, by what came of its probes and its jobs."""

    def __init__(self, settings: BreakerSettings, now: Callable[[], float]) -> None:
        """`now` gives seconds that only grow."""
        self._settings = settings
        self._now = now
        self._circuit = Circuit.CLOSED
        self._faults = 0
        self._openings = 0
        self._retry_at = 0.0
        self._reason = ""

    @property
    def circuit(self) -> Circuit:
        return self._circuit

    @property
    def reason(self) -> str:
        """Why the circuit is not closed: an error's code, without what a member must not see."""
        return self._reason

    @property
    def retry_at(self) -> float:
        """When an ill server is to be looked at again, by `now`."""
        return self._retry_at

    def is_due(self) -> bool:
        """Say whether it is time to probe a server that is ill."""
        return self._circuit is Circuit.OPEN and self._now() >= self._retry_at

    def recovered(self) -> None:
        """A probe of an ill server went well: the next job shows whether it is."""
        if self._circuit is Circuit.OPEN:
            self._circuit = Circuit.HALF_OPEN

    def succeeded(self) -> None:
        """A job came back as it should."""
        self._circuit = Circuit.CLOSED
        self._faults = self._openings = 0
        self._reason = ""

    def failed(self, reason: str) -> None:
        """The server could not be reached, or fell silent."""
        self._open(reason)

    def faulted(self, reason: str) -> None:
        """The server broke on a job, which may be the job's fault: only several in a row are its own."""
        self._faults += 1
        if self._circuit is Circuit.HALF_OPEN or self._faults >= self._settings.faults:
            self._open(reason)

    def _open(self, reason: str) -> None:
        pause = min(self._settings.pause * 2.0**self._openings, self._settings.pause_most)
        self._openings = min(self._openings + 1, 30)  # 2 to the power of more is no number of seconds
        self._circuit = Circuit.OPEN
        self._retry_at = self._now() + pause
        self._reason = reason
