"""Where a task is shown, and how much of it has been shown there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.ids import TaskId


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in a chat. The parts are opaque to all but the platform's adapter.

    `message` is None, or whatever its adapter understands by it, until a message exists: showing then
    sends one.
    """

    platform: str
    chat: str
    message: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One task shown by one message. Due while `shown_revision < revision` and it is not closed."""

    task: TaskId
    ref: MessageRef
    revision: int = 1
    """The task's revision: what should be shown."""
    shown_revision: int = 0
    """What the message shows."""
    failures: int = 0
    """Showings in a row that failed."""
    not_before: datetime | None = None
    """Postponed until then, by a rate limit or after a failure."""
    closed: bool = False
    """Nothing more to show: the task's end is shown, or the chat is gone."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A message of a task that was deleted: it is to be taken out of its chat."""

    ref: MessageRef
    failures: int = 0
    not_before: datetime | None = None
