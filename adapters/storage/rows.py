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

Row = tuple[Any, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86_400
_MICRO = 1_000_000
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


class RequestColumn:
    """Requests as JSON, with the last ones at hand: a task is read several times in its life.

    Requests are frozen, so all who read the same text share one. For one thread.
    """

    def __init__(self, size: int = 1024) -> None:
        self._size = size
        self._recent: dict[str, GenerationRequest] = {}

    def encode(self, request: GenerationRequest) -> str:
        """Return JSON with every field in it: a later default must not change what was asked."""
        text = request.model_dump_json()
        self._keep(text, request)
        return text

    def decode(self, text: str) -> GenerationRequest:
        """Return the request as it was stored.

        It was valid then, and cleaning its prompt again takes longer than the query; so it is put
        together without being validated.
        """
        known = self._recent.get(text)
        if known is not None:
            return known
        fields = json.loads(text)
        fields["settings"] = GenerationSettings.model_construct(**fields["settings"])
        fields["input_images"] = tuple(fields["input_images"])
        if fields["origin"] is not None:
            fields["origin"] = Origin.model_construct(**fields["origin"])
        request = GenerationRequest.model_construct(**fields)
        self._keep(text, request)
        return request

    def _keep(self, text: str, request: GenerationRequest) -> None:
        if len(self._recent) >= self._size:
            del self._recent[next(iter(self._recent))]
        self._recent[text] = request


def encode_state(task: GenerationTask) -> Row:
    """Return what changes in a task's life, in the order of `tasks.sql`."""
    lease = task.lease
    progress = task.progress
    return (
        task.status.value,
        task.revision,
        task.attempts,
        *((None, None, None) if lease is None else (lease.id, lease.worker, to_micros(lease.expires_at))),
        *((None, None) if progress is None else (progress.step, progress.steps)),
        None if task.response is None else task.response.model_dump_json(),
        to_micros_or_none(task.started_at),
        to_micros_or_none(task.completed_at),
    )


def encode_task(task: GenerationTask, requests: RequestColumn) -> Row:
    """Return the values of the columns in `tasks.sql`."""
    return (
        task.id,
        requests.encode(task.request),
        task.price,
        to_micros(task.created_at),
        task.priority,
        task.rank,
        *encode_state(task),
    )


def decode_task(row: Row, requests: RequestColumn) -> GenerationTask:
    """Return the task of a row with the columns in `tasks.sql`."""
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
        response,
        started_at,
        completed_at,
    ) = row
    return GenerationTask(
        id=task,
        request=requests.decode(request),
        price=price,
        created_at=from_micros(created_at),
        priority=priority,
        rank=rank,
        status=_STATUSES[status],
        revision=revision,
        attempts=attempts,
        lease=None if lease is None else Lease(lease, worker, from_micros(expires_at)),
        progress=None if step is None else Progress(step, steps),
        response=None if response is None else GenerationResponse.model_validate_json(response),
        started_at=from_micros_or_none(started_at),
        completed_at=from_micros_or_none(completed_at),
    )
