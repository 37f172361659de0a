"""Data access for generation tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from core.generation.models import GenerationStatus, GenerationTask
from core.ids import AccountId, ImageId, LeaseId, TaskId
from core.repository import Repository


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A waiting task, as much as a waiting time needs. `work` as in `GenerationSettings.work`."""

    id: TaskId
    work: int


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a finished task's last attempt took: `work` and seconds."""

    work: int
    seconds: float


class Standing(NamedTuple):
    """What decides whether an account's new task is let in, and where it ranks."""

    live: int
    """The account's tasks that wait or run."""
    waiting: int
    """Everybody's tasks that wait, counted no further than was asked for."""
    served_rank: int
    """The rank up to which the priority has been served: its new tasks rank after it. 0 where none has."""
    last_rank: int
    """The highest rank among the account's waiting tasks of the priority; 0 for none."""


class GenerationRepository(Repository[TaskId, GenerationTask], Protocol):
    """Tasks. The claim order is priority (high first), then rank (low first), then age.

    A row that can't be read, because its file was damaged, is logged and left out where several are
    asked for, so that it stands in nobody's way; asked for alone, it raises a `StorageError`. Limits are
    0 or more: below, `ValueError`.
    """

    def by_origin(self, key: str) -> GenerationTask | None: ...

    def next_pending(self, limit: int) -> Sequence[GenerationTask]:
        """Return the first waiting tasks in claim order."""
        ...

    def renew(self, leases: Mapping[TaskId, LeaseId], expires_at: datetime) -> set[TaskId]:
        """Move the end of these leases, and return the tasks that are held by them still."""
        ...

    def leased(self, *, expired_at: datetime | None = None) -> Sequence[GenerationTask]:
        """Return the tasks under a lease; with `expired_at`, those whose lease has ended by then."""
        ...

    def for_account(
        self, account: AccountId, limit: int, statuses: Collection[GenerationStatus] | None = None
    ) -> Sequence[GenerationTask]:
        """Return the account's tasks, newest first."""
        ...

    def standing(self, account: AccountId, priority: int, *, count_to: int) -> Standing:
        """Return how a new task would stand; those that wait are counted up to `count_to`."""
        ...

    def finished_before(self, when: datetime, limit: int) -> Sequence[GenerationTask]:
        """Return finished tasks that ended before `when`, oldest first."""
        ...

    def unreferenced(self, images: Collection[ImageId]) -> set[ImageId]:
        """Return those of `images` that no stored task has as an input or output."""
        ...

    def counts(self) -> dict[GenerationStatus, int]: ...

    def count_pending(self, limit: int | None = None) -> int:
        """Return how many tasks wait; with `limit`, counting no further than that."""
        ...

    def queue(self, limit: int) -> Sequence[QueueEntry]:
        """Return the head of the queue in claim order."""
        ...

    def processing(self) -> Sequence[GenerationTask]: ...

    def recent_durations(self, limit: int) -> Sequence[Duration]:
        """Return how long the last completed tasks took, newest first."""
        ...

    def raise_served_rank(self, priority: int, rank: int) -> None:
        """Say that this priority has been served up to `rank`. It never falls."""
        ...

    def is_paused(self) -> bool:
        """Say whether an admin has stopped the claiming of tasks."""
        ...

    def set_paused(self, *, paused: bool) -> None: ...
