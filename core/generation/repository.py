"""Data access for generation tasks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.generation.models import GenerationStatus, GenerationTask
from core.ids import AccountId, ImageId, TaskId, WorkerId
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


class GenerationRepository(Repository[TaskId, GenerationTask], Protocol):
    """Tasks. The claim order is priority (high first), then rank (low first), then age."""

    def by_origin(self, key: str) -> GenerationTask | None: ...

    def next_pending(self, limit: int) -> Sequence[GenerationTask]:
        """Return the first waiting tasks in claim order."""
        ...

    def renew(self, tasks: Collection[TaskId], worker: WorkerId, expires_at: datetime) -> set[TaskId]:
        """Move the end of this worker's leases, and return the tasks that it still holds."""
        ...

    def leased(self, *, expired_at: datetime | None = None) -> Sequence[GenerationTask]:
        """Return the tasks under a lease; with `expired_at`, those whose lease has ended by then."""
        ...

    def for_account(
        self, account: AccountId, limit: int, statuses: Collection[GenerationStatus] | None = None
    ) -> Sequence[GenerationTask]:
        """Return the account's tasks, newest first."""
        ...

    def count_live(self, account: AccountId) -> int:
        """Return how many of the account's tasks wait or run."""
        ...

    def last_rank(self, account: AccountId, priority: int) -> int:
        """Return the highest rank among the account's waiting tasks of this priority; 0 for none."""
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

    def served_rank(self) -> int:
        """Return the rank up to which the queue has been served: new tasks rank after it."""
        ...

    def set_served_rank(self, rank: int) -> None: ...

    def is_paused(self) -> bool:
        """Say whether an admin has stopped the claiming of tasks."""
        ...

    def set_paused(self, *, paused: bool) -> None: ...
