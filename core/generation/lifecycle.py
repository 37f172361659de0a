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
    _check(task, PROCESSING)
    return replace(
        task,
        status=PROCESSING,
        revision=task.revision + 1,
        attempts=task.attempts + 1,
        lease=lease,
        progress=None,
        started_at=now,
    )


def advance(task: GenerationTask, progress: Progress) -> GenerationTask:
    """The engine got further. Raises `InvalidTransitionError` unless the task is processing."""
    if task.status is not PROCESSING:
        raise InvalidTransitionError(task.status, PROCESSING)
    return replace(task, revision=task.revision + 1, progress=progress)


def hand_back(task: GenerationTask, *, spend_attempt: bool) -> GenerationTask:
    """Processing stops without a result; the task waits again, at its old place."""
    _check(task, PENDING)
    return replace(
        task,
        status=PENDING,
        revision=task.revision + 1,
        attempts=task.attempts if spend_attempt else task.attempts - 1,
        lease=None,
        progress=None,
        started_at=None,
    )


def complete(task: GenerationTask, response: GenerationResponse, now: datetime) -> GenerationTask:
    _check(task, COMPLETED)
    return _finish(task, COMPLETED, response, now)


def fail(task: GenerationTask, response: GenerationResponse, now: datetime) -> GenerationTask:
    _check(task, FAILED)
    return _finish(task, FAILED, response, now)


def cancel(task: GenerationTask, now: datetime) -> GenerationTask:
    _check(task, CANCELLED)
    return _finish(task, CANCELLED, None, now)


def _check(task: GenerationTask, after: GenerationStatus) -> None:
    if after not in TRANSITIONS[task.status]:
        raise InvalidTransitionError(task.status, after)


def _finish(
    task: GenerationTask, status: GenerationStatus, response: GenerationResponse | None, now: datetime
) -> GenerationTask:
    return replace(
        task,
        status=status,
        revision=task.revision + 1,
        lease=None,
        progress=None,
        response=response,
        completed_at=now,
    )
