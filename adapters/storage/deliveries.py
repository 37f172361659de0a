"""Deliveries in SQLite: the outbox of the chats."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from adapters.storage.failures import constraint_error, refers_to_nothing
from adapters.storage.queries import queries
from adapters.storage.rows import Row, checked_limit, from_micros_or_none, to_micros, to_micros_or_none
from adapters.storage.tasks import SqliteTasks
from core.delivery.models import Delivery, MessageRef
from core.errors import NotFoundError
from core.generation.models import GenerationTask
from core.ids import TaskId


class SqliteDeliveries:
    """`DeliveryRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection, tasks: SqliteTasks) -> None:
        self._execute = connection.execute
        self._sql = queries("deliveries")
        self._tasks = tasks

    def get(self, key: TaskId) -> Delivery | None:
        row = self._execute(self._sql["get"], (key,)).fetchone()
        return None if row is None else _decode(row)

    def add(self, entity: Delivery) -> None:
        """Raises `ConflictError`, and `NotFoundError` where there is no such task."""
        try:
            self._execute(self._sql["add"], (entity.task, *_encode(entity), entity.task))
        except sqlite3.IntegrityError as error:
            if refers_to_nothing(error):
                raise NotFoundError("task", entity.task) from error
            raise constraint_error(error) from error

    def update(self, entity: Delivery) -> None:
        if not self._execute(self._sql["update"], (*_encode(entity), entity.task)).rowcount:
            raise NotFoundError("delivery", entity.task)

    def delete(self, key: TaskId) -> bool:
        return self._execute(self._sql["delete"], (key,)).rowcount > 0

    def raise_revision(self, task: TaskId, revision: int) -> None:
        self._execute(self._sql["raise_revision"], (revision, task, revision))

    def due(self, platform: str, now: datetime, limit: int) -> Sequence[tuple[Delivery, GenerationTask]]:
        return self._with_tasks("due", platform, to_micros(now), checked_limit(limit))

    def waiting(self, platform: str, limit: int) -> Sequence[tuple[Delivery, GenerationTask]]:
        return self._with_tasks("waiting", platform, checked_limit(limit))

    def in_chat(self, platform: str, chat: str, limit: int) -> Sequence[Delivery]:
        rows = self._execute(self._sql["in_chat"], (platform, chat, checked_limit(limit)))
        return [_decode(row) for row in rows]

    def next_due(self, platform: str) -> datetime | None:
        (micros,) = self._execute(self._sql["next_due"], (platform,)).fetchone()
        return from_micros_or_none(micros)

    def open_count(self, platform: str) -> int:
        (count,) = self._execute(self._sql["open_count"], (platform,)).fetchone()
        return int(count)

    def _with_tasks(self, query: str, *values: str | int) -> list[tuple[Delivery, GenerationTask]]:
        deliveries = [_decode(row) for row in self._execute(self._sql[query], values)]
        pairs = ((delivery, self._tasks.get_readable(delivery.task)) for delivery in deliveries)
        return [(delivery, task) for delivery, task in pairs if task is not None]


def _encode(delivery: Delivery) -> Row:
    ref = delivery.ref
    return (
        ref.platform,
        ref.chat,
        ref.message,
        ref.thread,
        delivery.revision,
        delivery.shown_revision,
        delivery.failures,
        to_micros_or_none(delivery.not_before),
        int(delivery.closed),
    )


def _decode(row: Row) -> Delivery:
    task, platform, chat, message, thread, revision, shown_revision, failures, not_before, closed = row
    return Delivery(
        task=task,
        ref=MessageRef(platform=platform, chat=chat, message=message, thread=thread),
        revision=revision,
        shown_revision=shown_revision,
        failures=failures,
        not_before=from_micros_or_none(not_before),
        closed=bool(closed),
    )
