"""What was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Received:
    """Something that a platform has sent, as it sent it.

    Stored before the platform is told that it is taken, and handled from here: whatever kills Easel in
    between, it is neither lost nor taken twice.
    """

    platform: str
    key: str
    """Unique on its platform, e.g. Telegram's update id."""
    chat: str
    """What must be handled in order: one chat's messages."""
    payload: str
    received_at: datetime
