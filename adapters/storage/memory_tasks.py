"""Generation tasks in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from adapters.storage.memory_state import MemoryState, in_utc, in_utc_or_none
from adapters.storage.rows import checked_limit
from core.errors import ConflictError, NotFoundError, StorageError
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.repository import Duration, QueueEntry, Standing
from core.ids import AccountId, ImageId, LeaseId, TaskId

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED


class MemoryTasks:
    """`GenerationRepository` on a state."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def get(self, key: TaskId) -> GenerationTask | None:
        return self._state.tasks.get(key)

    def by_origin(self, key: str) -> GenerationTask | None:
        task = self._state.origins.get(key)
        return None if task is None else self._state.tasks[task]

    def add(self, entity: GenerationTask) -> None:
        self._state.check_writable()
        task = _accepted(entity)
        if entity.id in self._state.tasks:
            raise ConflictError(key="tasks.id")
        if entity.request.origin is not None:
            if entity.request.origin.key in self._state.origins:
                raise ConflictError(key="tasks.origin")
            self._state.origins[entity.request.origin.key] = entity.id
        self._state.tasks[entity.id] = task

    def update(self, entity: GenerationTask) -> None:
        """Replace what changes in a task's life; the request and the place in the queue stay.

        Raises `NotFoundError`, and `ConflictError` where the stored task has this revision or a newer.
        """
        self._state.check_writable()
        task = _accepted(entity)
        known = self._state.tasks.get(entity.id)
        if known is None:
            raise NotFoundError("task", entity.id)
        if known.revision >= entity.revision:
            raise ConflictError(key="tasks.revision")
        self._state.tasks[entity.id] = replace(
            task,
            request=known.request,
            price=known.price,
            created_at=known.created_at,
            priority=known.priority,
            rank=known.rank,
        )

    def delete(self, key: TaskId) -> bool:
        self._state.check_writable()
        task = self._state.tasks.pop(key, None)
        if task is None:
            return False
        if task.request.origin is not None:
            del self._state.origins[task.request.origin.key]
        self._state.deliveries.pop(key, None)
        return True

    def next_pending(self, limit: int) -> Sequence[GenerationTask]:
        return sorted(self._with_status(PENDING), key=claim_order)[: checked_limit(limit)]

    def queue(self, limit: int) -> Sequence[QueueEntry]:
        return [QueueEntry(task.id, task.request.settings.work) for task in self.next_pending(limit)]

    def renew(self, leases: Mapping[TaskId, LeaseId], expires_at: datetime) -> set[TaskId]:
        self._state.check_writable()
        until = in_utc(expires_at)
        held = set()
        for key, lease in leases.items():
            task = self._state.tasks.get(key)
            if task is not None and task.lease is not None and task.lease.id == lease:
                self._state.tasks[key] = replace(task, lease=replace(task.lease, expires_at=until))
                held.add(key)
        return held

    def leased(self, *, expired_at: datetime | None = None) -> Sequence[GenerationTask]:
        """Those whose lease ends first come first."""
        by = in_utc_or_none(expired_at)
        ends = [
            (task.lease.expires_at, task) for task in self._state.tasks.values() if task.lease is not None
        ]
        ends.sort(key=lambda pair: pair[0])
        return [task for end, task in ends if by is None or end <= by]

    def processing(self) -> Sequence[GenerationTask]:
        """Those that were started first come first."""
        return sorted(self._with_status(PROCESSING), key=lambda task: task.started_at or task.created_at)

    def for_account(
        self, account: AccountId, limit: int, statuses: Collection[GenerationStatus] | None = None
    ) -> Sequence[GenerationTask]:
        found = (
            task
            for task in reversed(self._state.tasks.values())
            if task.request.account == account and (statuses is None or task.status in statuses)
        )
        return list(islice(found, checked_limit(limit)))

    def standing(self, account: AccountId, priority: int, *, count_to: int) -> Standing:
        live = [
            task
            for task in self._state.tasks.values()
            if task.request.account == account and not task.status.final
        ]
        waiting = (task.rank for task in live if task.status is PENDING and task.priority == priority)
        return Standing(
            live=len(live),
            waiting=self.count_pending(count_to),
            served_rank=self._state.served.get(priority, 0),
            last_rank=max(waiting, default=0),
        )

    def finished_before(self, when: datetime, limit: int) -> Sequence[GenerationTask]:
        before = in_utc(when)
        return [task for end, task in self._by_end() if end < before][: checked_limit(limit)]

    def unreferenced(self, images: Collection[ImageId]) -> set[ImageId]:
        wanted = set(images)
        for task in self._state.tasks.values():
            wanted.difference_update(task.request.input_images)
            wanted.difference_update(task.response.outputs if task.response else ())
        return wanted

    def counts(self) -> dict[GenerationStatus, int]:
        counted = Counter(task.status for task in self._state.tasks.values())
        return {status: counted[status] for status in GenerationStatus}

    def count_pending(self, limit: int | None = None) -> int:
        waiting = len(self._with_status(PENDING))
        return waiting if limit is None else min(waiting, checked_limit(limit))

    def recent_durations(self, limit: int) -> Sequence[Duration]:
        done = (
            Duration(task.request.settings.work, (end - task.started_at).total_seconds())
            for end, task in reversed(self._by_end())
            if task.status is COMPLETED and task.started_at is not None
        )
        return list(islice(done, checked_limit(limit)))

    def raise_served_rank(self, priority: int, rank: int) -> None:
        self._state.check_writable()
        self._state.served[priority] = max(rank, self._state.served.get(priority, rank))

    def is_paused(self) -> bool:
        return self._state.paused

    def set_paused(self, *, paused: bool) -> None:
        self._state.check_writable()
        self._state.paused = paused

    def _with_status(self, status: GenerationStatus) -> list[GenerationTask]:
        return [task for task in self._state.tasks.values() if task.status is status]

    def _by_end(self) -> list[tuple[datetime, GenerationTask]]:
        tasks = self._state.tasks.values()
        ended = [(task.completed_at, task) for task in tasks if task.completed_at is not None]
        return sorted(ended, key=lambda pair: pair[0])


def claim_order(task: GenerationTask) -> tuple[int, int]:
    """Return the key of the claim order among tasks in order of arrival."""
    return -task.priority, task.rank


def _accepted(task: GenerationTask) -> GenerationTask:
    """Refuse what the database's constraints refuse, and bring the times to UTC."""
    if (task.status is PROCESSING) != (task.lease is not None):
        raise StorageError(reason="constraint", detail="leased_while_processing")
    if task.status.final != (task.completed_at is not None):
        raise StorageError(reason="constraint", detail="ended_at_a_time")
    lease = task.lease
    return replace(
        task,
        created_at=in_utc(task.created_at),
        started_at=in_utc_or_none(task.started_at),
        completed_at=in_utc_or_none(task.completed_at),
        lease=None if lease is None else replace(lease, expires_at=in_utc(lease.expires_at)),
    )
