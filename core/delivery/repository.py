"""Data access for deliveries: the outbox of the chats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.delivery.models import Delivery, MessageRef, Removal
from core.generation.models import GenerationTask
from core.ids import TaskId
from core.repository import Repository


class DeliveryRepository(Repository[TaskId, Delivery], Protocol):
    """Deliveries, one a task, by the task's id."""

    def raise_revision(self, task: TaskId, revision: int) -> None:
        """Say that the task has changed; nothing where it is shown nowhere.

        Comes after `tasks.update`, in the same transaction: whether the task has ended is read there.
        """
        ...

    def due(self, platform: str, now: datetime, limit: int) -> Sequence[tuple[Delivery, GenerationTask]]:
        """Return what is to be shown now on `platform`: ended tasks first, then the oldest.

        Of those that have not ended, messages that show nothing yet come first.
        """
        ...

    def waiting(self, platform: str, limit: int) -> Sequence[tuple[Delivery, GenerationTask]]:
        """Return the open deliveries of tasks that wait in the queue, in claim order."""
        ...

    def in_chat(self, platform: str, chat: str, limit: int) -> Sequence[Delivery]:
        """Return the chat's deliveries, newest first, closed ones too."""
        ...

    def next_due(self, platform: str) -> datetime | None:
        """Return the earliest `not_before` among postponed deliveries that are due; None for none."""
        ...

    def open_count(self, platform: str) -> int:
        """Return how many deliveries of `platform` are not closed."""
        ...


class RemovalRepository(Protocol):
    """Messages to be taken out of their chats."""

    def add(self, ref: MessageRef) -> None:
        """Ask for the message's removal; asked twice is asked once."""
        ...

    def due(self, platform: str, now: datetime, limit: int) -> Sequence[Removal]:
        """Return what is to be removed now on `platform`, oldest first."""
        ...

    def next_due(self, platform: str) -> datetime | None:
        """Return the earliest `not_before` among those that are postponed; None for none."""
        ...

    def update(self, removal: Removal) -> None:
        """Keep when it is tried again; nothing where it is done."""
        ...

    def finish(self, ref: MessageRef) -> None:
        """Forget it: the message is gone."""
        ...
