"""The only place where a task's status changes.

pending → processing | cancelled | failed
processing → completed | failed | cancelled | pending (handed back)

Each function takes a task and returns the next one; a step that is not drawn above raises
`InvalidTransitionError`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.errors import InvalidTransitionError
from core.generation.models import GenerationResponse, GenerationStatus, GenerationTask, Lease, Progress

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED

TRANSITIONS = {
    PENDING: frozenset({PROCESSING, CANCELLED, FAILED}),
    PROCESSING: frozenset({COMPLETED, FAILED, CANCELLED, PENDING}),
    COMPLETED: frozenset[GenerationStatus](),
    FAILED: frozenset[GenerationStatus](),
    CANCELLED: frozenset[GenerationStatus](),
}


def start(task: GenerationTask, lease: Lease, now: datetime) -> GenerationTask:
    """A worker takes the task under `lease` and spends an attempt."""
    return _step(task, PROCESSING, attempts=task.attempts + 1, lease=lease, started_at=now)


def advance(task: GenerationTask, progress: Progress) -> GenerationTask:
    """The engine got further. Raises `InvalidTransitionError` unless the task is processing."""
    if task.status is not PROCESSING:
        raise InvalidTransitionError(task.status, PROCESSING)
    return replace(task, revision=task.revision + 1, progress=progress)


def hand_back(task: GenerationTask, *, spend_attempt: bool) -> GenerationTask:
    """Processing stops without a result; the task waits again, at its old place."""
    return _step(task, PENDING, attempts=task.attempts if spend_attempt else task.attempts - 1)


def complete(task: GenerationTask, response: GenerationResponse, now: datetime) -> GenerationTask:
    return _finish(task, COMPLETED, response, now)


def fail(task: GenerationTask, response: GenerationResponse, now: datetime) -> GenerationTask:
    return _finish(task, FAILED, response, now)


def cancel(task: GenerationTask, now: datetime) -> GenerationTask:
    return _finish(task, CANCELLED, None, now)


def _finish(
    task: GenerationTask, after: GenerationStatus, response: GenerationResponse | None, now: datetime
) -> GenerationTask:
    return _step(
        task,
        after,
        attempts=task.attempts,
        response=response,
        started_at=task.started_at,
        completed_at=now,
    )


def _step(
    task: GenerationTask,
    after: GenerationStatus,
    *,
    attempts: int,
    lease: Lease | None = None,
    response: GenerationResponse | None = None,
    started_at: datetime | None = None,
    completed_at: datetime | None = None,
) -> GenerationTask:
    """Return the task in its next status; a lease, progress or times that are not given are gone."""
    if after not in TRANSITIONS[task.status]:
        raise InvalidTransitionError(task.status, after)
    return GenerationTask(
        id=task.id,
        request=task.request,
        price=task.price,
        created_at=task.created_at,
        priority=task.priority,
        rank=task.rank,
        status=after,
        revision=task.revision + 1,
        attempts=attempts,
        lease=lease,
        response=response,
        started_at=started_at,
        completed_at=completed_at,
    )
