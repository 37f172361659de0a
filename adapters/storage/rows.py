"""How core's values are written in columns, and read back equal to what they were."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from core.generation.models import (
    GenerationRequest,
    GenerationResponse,
    GenerationSettings,
    GenerationStatus,
    GenerationTask,
    Lease,
    Origin,
    Progress,
)
from core.ids import TaskId

Row = tuple[Any, ...]

UNREADABLE = (ValueError, KeyError, TypeError, OverflowError)
"""What comes of a row whose columns were damaged: JSON that is none, a status that there isn't."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86_400
_MICRO = 1_000_000
_STATE_FROM = 6
"""The first of the columns that change in a task's life."""
_NO_LEASE = (None, None, None)
_NO_PROGRESS = (None, None, None, None)
_STATUSES = {status.value: status for status in GenerationStatus}  # a third of the time of calling the class


def to_micros(when: datetime) -> int:
    """Return microseconds since 1970 in UTC. Raises `ValueError` for a naive time."""
    try:
        since = when - _EPOCH
    except TypeError:
        raise ValueError(f"a time without a zone: {when!r}") from None
    return (since.days * _SECONDS_A_DAY + since.seconds) * _MICRO + since.microseconds


def from_micros(micros: int) -> datetime:
    """Return the time in UTC."""
    return _EPOCH + timedelta(0, 0, micros)


def to_micros_or_none(when: datetime | None) -> int | None:
    return None if when is None else to_micros(when)


def from_micros_or_none(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def to_json_list(values: Collection[str]) -> str:
    """Return what `json_each` reads: one parameter for a list of any length."""
    return json.dumps(list(values))


def checked_limit(limit: int) -> int:
    """Return the limit. Raises `ValueError` below 0, which would be no limit to SQLite."""
    if limit < 0:
        raise ValueError(f"a limit below 0: {limit}")
    return limit


class TaskRows:
    """Tasks as rows and back, with the last live ones at hand: a task is read several times in its life.

    A row is read as the task that is at hand only where every column of it is equal to what that task
    was read from or written as, so it doesn't matter who has changed the row meanwhile or whether what
    was written has been undone. For one thread.
    """

    def __init__(self, size: int = 1024) -> None:
        """`size` in tasks."""
        self._size = size
        self._recent: dict[TaskId, tuple[Row, GenerationTask]] = {}

    def encode(self, task: GenerationTask) -> Row:
        """Return the values of the columns in `tasks.sql`.

        The request is JSON with every field in it: a later default must not change what was asked.
        """
        row = (
            task.id,
            _to_json(task.request),
            task.price,
            to_micros(task.created_at),
            task.priority,
            task.rank,
            *self._state(task),
        )
        if _is_read_as_written(task):
            self._keep(row, task)
        return row

    def encode_state(self, task: GenerationTask) -> Row:
        """Return what changes in a task's life, in the order of `tasks.sql`."""
        state = self._state(task)
        before = self._recent.pop(task.id, None)
        if before is not None and _is_read_as_written(task) and _is_successor(before[1], task):
            self._keep((*before[0][:_STATE_FROM], *state), task)
        return state

    def decode(self, row: Row) -> GenerationTask:
        """Return the task of a row with the columns in `tasks.sql`. Raises what `UNREADABLE` names."""
        known = self._recent.get(row[0])
        if known is not None and known[0] == row:
            return known[1]
        (
            task,
            request,
            price,
            created_at,
            priority,
            rank,
            status,
            revision,
            attempts,
            lease,
            worker,
            expires_at,
            step,
            steps,
            position,
            seconds,
            response,
            started_at,
            completed_at,
        ) = row
        decoded = GenerationTask(
            id=task,
            request=_decode_request(request),
            price=price,
            created_at=from_micros(created_at),
            priority=priority,
            rank=rank,
            status=_STATUSES[status],
            revision=revision,
            attempts=attempts,
            lease=None if lease is None else Lease(lease, worker, from_micros(expires_at)),
            progress=None if step is None else Progress(step, steps, position, seconds),
            response=None if response is None else GenerationResponse.model_validate_json(response),
            started_at=from_micros_or_none(started_at),
            completed_at=from_micros_or_none(completed_at),
        )
        if completed_at is None:
            self._keep(row, decoded)
        return decoded

    @staticmethod
    def _state(task: GenerationTask) -> Row:
        lease = task.lease
        progress = task.progress
        return (
            str(task.status),
            task.revision,
            task.attempts,
            *(_NO_LEASE if lease is None else (lease.id, lease.worker, to_micros(lease.expires_at))),
            *(_NO_PROGRESS if progress is None else _of_progress(progress)),
            None if task.response is None else _to_json(task.response),
            None if task.started_at is None else to_micros(task.started_at),
            None if task.completed_at is None else to_micros(task.completed_at),
        )

    def _keep(self, row: Row, task: GenerationTask) -> None:
        if len(self._recent) >= self._size:
            del self._recent[next(iter(self._recent))]
        self._recent[task.id] = row, task


def _of_progress(progress: Progress) -> Row:
    seconds = progress.seconds
    return progress.step, progress.steps, progress.position, None if seconds is None else float(seconds)


def _to_json(value: GenerationRequest | GenerationResponse) -> str:
    """Return what `model_dump_json` does, without going through its fifteen options each time."""
    return value.__pydantic_serializer__.to_json(value).decode()


def _is_read_as_written(task: GenerationTask) -> bool:
    """Say whether a live task comes back the same: times are stored in UTC, and JSON has fewer types."""
    return (
        task.completed_at is None
        and task.response is None
        and task.created_at.tzinfo is UTC
        and (task.started_at is None or task.started_at.tzinfo is UTC)
        and (task.lease is None or task.lease.expires_at.tzinfo is UTC)
    )


def _is_successor(before: GenerationTask, task: GenerationTask) -> bool:
    """Say whether the two differ in nothing but what changes in a task's life."""
    return (
        task.request is before.request
        and task.price == before.price
        and task.created_at == before.created_at
        and task.priority == before.priority
        and task.rank == before.rank
    )


def _decode_request(text: str) -> GenerationRequest:
    """Return the request as it was stored.

    It was valid then, and cleaning its prompt again takes longer than the query; so it is put together
    without being validated.
    """
    fields = json.loads(text)
    fields["settings"] = GenerationSettings.model_construct(**fields["settings"])
    fields["input_images"] = tuple(fields["input_images"])
    if fields["origin"] is not None:
        fields["origin"] = Origin.model_construct(**fields["origin"])
    return GenerationRequest.model_construct(**fields)
