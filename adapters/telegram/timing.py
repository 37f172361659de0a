"""How long things take. Tests make them short."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Times in seconds."""

    poll: int = 25
    """How long Telegram may hold a poll that has nothing to tell; it allows 50."""
    read: float = 20.0
    """How long an answer may take."""
    album: float = 1.0
    """How long the next picture of an album is waited for: they come one by one, without a count."""
    conflict: float = 60.0
    """How long another poller with the same token is borne: after a restart, the old poll is one."""
    answer: float = 1.0
    """How long a press may wait for what it comes to, before it is answered without."""
    double: float = 2.0
    """Two presses of one button in so short a time are one."""
    action: float = 4.0
    """Between two chat actions: each is shown for five."""
    receipt: float = 0.2
    """How long a card may take before its request is answered by a reaction."""
    pause_most: float = 30.0
    """The longest pause between two tries to reach Telegram."""
