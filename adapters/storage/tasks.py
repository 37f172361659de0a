"""Generation tasks in SQLite."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from adapters.storage.failures import constraint_error, unreadable_error
from adapters.storage.queries import queries
from adapters.storage.rows import UNREADABLE, Row, TaskRows, checked_limit, to_json_list, to_micros
from core.errors import ConflictError, Fact, NotFoundError, StorageError
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.repository import Duration, QueueEntry, Standing
from core.ids import AccountId, ImageId, LeaseId, TaskId

_LIVE = {GenerationStatus.PENDING, GenerationStatus.PROCESSING}
_MICRO = 1_000_000

logger = logging.getLogger(__name__)


class SqliteTasks:
    """`GenerationRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._sql = queries("tasks")
        self._rows = TaskRows()
        self._reported: set[Fact] = set()

    def get(self, key: TaskId) -> GenerationTask | None:
        """Raises `StorageError` where the row can't be read."""
        return self._one("get", key)

    def get_readable(self, key: TaskId) -> GenerationTask | None:
        """Return the task, or None where there is none or its row can't be read."""
        tasks = self._many("get", key)
        return tasks[0] if tasks else None

    def by_origin(self, key: str) -> GenerationTask | None:
        return self._one("by_origin", key)

    def add(self, entity: GenerationTask) -> None:
        request = entity.request
        origin = None if request.origin is None else request.origin.key
        values = (request.account, origin, request.settings.work, *self._rows.encode(entity))
        try:
            self._execute(self._sql["add"], values)
        except sqlite3.IntegrityError as error:
            raise constraint_error(error) from error
        self._add_images(entity.id, request.input_images)
        self._add_outputs(entity)

    def update(self, entity: GenerationTask) -> None:
        """Write what changes in a task's life; the request and the place in the queue stay.

        Raises `NotFoundError`, and `ConflictError` where the stored task has this revision or a newer.
        """
        values = (*self._rows.encode_state(entity), entity.id, entity.revision)
        try:
            changed = self._execute(self._sql["update"], values).rowcount
        except sqlite3.IntegrityError as error:
            raise constraint_error(error) from error
        if not changed:
            if self.get(entity.id) is None:
                raise NotFoundError("task", entity.id)
            raise ConflictError(key="tasks.revision")
        self._add_outputs(entity)

    def delete(self, key: TaskId) -> bool:
        return self._execute(self._sql["delete"], (key,)).rowcount > 0

    def next_pending(self, limit: int) -> Sequence[GenerationTask]:
        return self._first("next_pending", limit=limit)

    def queue(self, limit: int) -> Sequence[QueueEntry]:
        return [
            QueueEntry(task, work)
            for task, work in self._execute(self._sql["queue"], (checked_limit(limit),))
        ]

    def renew(self, leases: Mapping[TaskId, LeaseId], expires_at: datetime) -> set[TaskId]:
        until = to_micros(expires_at)
        sql = self._sql["renew"]
        return {task for task, lease in leases.items() if self._execute(sql, (until, task, lease)).rowcount}

    def leased(self, *, expired_at: datetime | None = None) -> Sequence[GenerationTask]:
        """Those whose lease ends first come first."""
        if expired_at is None:
            return self._many("leased")
        return self._many("expired", to_micros(expired_at))

    def processing(self) -> Sequence[GenerationTask]:
        """Those that were started first come first."""
        return self._many("processing")

    def for_account(
        self, account: AccountId, limit: int, statuses: Collection[GenerationStatus] | None = None
    ) -> Sequence[GenerationTask]:
        if statuses is None:
            return self._first("for_account", account, limit=limit)
        query = "for_account_live" if _LIVE.issuperset(statuses) else "for_account_in"
        return self._first(query, account, to_json_list(statuses), limit=limit)

    def standing(self, account: AccountId, priority: int, *, count_to: int) -> Standing:
        values = (account, checked_limit(count_to), priority, account, priority)
        return Standing(*self._execute(self._sql["standing"], values).fetchone())

    def finished_before(self, when: datetime, limit: int) -> Sequence[GenerationTask]:
        return self._first("finished_before", to_micros(when), limit=limit)

    def unreferenced(self, images: Collection[ImageId]) -> set[ImageId]:
        return {image for (image,) in self._execute(self._sql["unreferenced"], (to_json_list(images),))}

    def counts(self) -> dict[GenerationStatus, int]:
        return {GenerationStatus(status): count for status, count in self._execute(self._sql["counts"])}

    def count_pending(self, limit: int | None = None) -> int:
        return self._number("count_pending", -1 if limit is None else checked_limit(limit))

    def recent_durations(self, limit: int) -> Sequence[Duration]:
        rows = self._execute(self._sql["recent_durations"], (checked_limit(limit),))
        return [Duration(work, micros / _MICRO) for work, micros in rows]

    def raise_served_rank(self, priority: int, rank: int) -> None:
        self._execute(self._sql["raise_served_rank"], (priority, rank))

    def is_paused(self) -> bool:
        return bool(self._number("is_paused"))

    def set_paused(self, *, paused: bool) -> None:
        self._execute(self._sql["set_paused"], (int(paused),))

    def _one(self, query: str, key: str) -> GenerationTask | None:
        row = self._execute(self._sql[query], (key,)).fetchone()
        return None if row is None else self._decode(row)

    def _many(self, query: str, *values: str | int) -> list[GenerationTask]:
        return self._readable(self._execute(self._sql[query], values).fetchall())

    def _first(self, query: str, *values: str | int, limit: int) -> list[GenerationTask]:
        """As `_many`; asks for more rows where unreadable ones stood among the first."""
        asked = checked_limit(limit)
        while True:
            rows = self._execute(self._sql[query], (*values, asked)).fetchall()
            tasks = self._readable(rows)
            if len(tasks) >= limit or len(rows) < asked:
                return tasks[:limit]
            asked += limit

    def _readable(self, rows: Sequence[Row]) -> list[GenerationTask]:
        """Return the tasks without those that can't be read: they must not stand in the others' way."""
        tasks = []
        for row in rows:
            try:
                tasks.append(self._decode(row))
            except StorageError as error:
                self._report(error)
        return tasks

    def _decode(self, row: Row) -> GenerationTask:
        try:
            return self._rows.decode(row)
        except UNREADABLE as error:
            raise unreadable_error("tasks", row[0], error) from error

    def _report(self, error: StorageError) -> None:
        """Say it once: the row is met again and again."""
        if error.facts["key"] not in self._reported:
            self._reported.add(error.facts["key"])
            logger.error("left out a task that can't be read: %s", error)

    def _number(self, query: str, *values: str | int) -> int:
        (number,) = self._execute(self._sql[query], values).fetchone()
        return int(number or 0)

    def _add_outputs(self, task: GenerationTask) -> None:
        if task.response is not None:
            self._add_images(task.id, task.response.outputs)

    def _add_images(self, task: TaskId, images: Collection[ImageId]) -> None:
        for image in images:
            self._execute(self._sql["add_image"], (task, image))
