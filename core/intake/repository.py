"""Data access for what was received."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from core.intake.models import Received

PER_CHAT = 20
"""The most of one chat that is read at one time."""


class IntakeRepository(Protocol):
    """What was received, each once for its key."""

    def add(self, received: Received) -> bool:
        """Keep it; False where that key was received before."""
        ...

    def waiting(self, platform: str, limit: int) -> Sequence[Received]:
        """Return what has not been handled, in order of arrival: of each chat its first `PER_CHAT` at most.

        So no chat's backlog hides what the others wait for.
        """
        ...

    def finish(self, platform: str, keys: Collection[str], when: datetime) -> None:
        """Mark them as handled. Their keys stay known, their payloads don't."""
        ...

    def forget_before(self, when: datetime) -> int:
        """Forget what was handled before then, and return how much that was."""
        ...
