"""Generation tasks in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from adapters.storage.failures import constraint_error
from adapters.storage.queries import queries
from adapters.storage.rows import (
    RequestColumn,
    decode_task,
    encode_state,
    encode_task,
    to_json_list,
    to_micros,
)
from core.errors import ConflictError, NotFoundError
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.repository import Duration, QueueEntry
from core.ids import AccountId, ImageId, TaskId, WorkerId

_LIVE = {GenerationStatus.PENDING, GenerationStatus.PROCESSING}
_MICRO = 1_000_000


class SqliteTasks:
    """`GenerationRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._sql = queries("tasks")
        self._requests = RequestColumn()

    def get(self, key: TaskId) -> GenerationTask | None:
        return self._one("get", key)

    def by_origin(self, key: str) -> GenerationTask | None:
        return self._one("by_origin", key)

    def add(self, entity: GenerationTask) -> None:
        request = entity.request
        origin = None if request.origin is None else request.origin.key
        values = (request.account, origin, request.settings.work, *encode_task(entity, self._requests))
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
        values = (*encode_state(entity), entity.id, entity.revision)
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
        return self._many("next_pending", limit)

    def queue(self, limit: int) -> Sequence[QueueEntry]:
        return [QueueEntry(task, work) for task, work in self._execute(self._sql["queue"], (limit,))]

    def renew(self, tasks: Collection[TaskId], worker: WorkerId, expires_at: datetime) -> set[TaskId]:
        until = to_micros(expires_at)
        sql = self._sql["renew"]
        return {task for task in tasks if self._execute(sql, (until, task, worker)).rowcount}

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
            return self._many("for_account", account, limit)
        query = "for_account_live" if _LIVE.issuperset(statuses) else "for_account_in"
        return self._many(query, account, to_json_list(statuses), limit)

    def count_live(self, account: AccountId) -> int:
        return self._number("count_live", account)

    def last_rank(self, account: AccountId, priority: int) -> int:
        return self._number("last_rank", account, priority)

    def finished_before(self, when: datetime, limit: int) -> Sequence[GenerationTask]:
        return self._many("finished_before", to_micros(when), limit)

    def unreferenced(self, images: Collection[ImageId]) -> set[ImageId]:
        return {image for (image,) in self._execute(self._sql["unreferenced"], (to_json_list(images),))}

    def counts(self) -> dict[GenerationStatus, int]:
        return {GenerationStatus(status): count for status, count in self._execute(self._sql["counts"])}

    def count_pending(self, limit: int | None = None) -> int:
        return self._number("count_pending", -1 if limit is None else limit)

    def recent_durations(self, limit: int) -> Sequence[Duration]:
        rows = self._execute(self._sql["recent_durations"], (limit,))
        return [Duration(work, micros / _MICRO) for work, micros in rows]

    def served_rank(self) -> int:
        return self._number("served_rank")

    def set_served_rank(self, rank: int) -> None:
        self._execute(self._sql["set_served_rank"], (rank,))

    def is_paused(self) -> bool:
        return bool(self._number("is_paused"))

    def set_paused(self, *, paused: bool) -> None:
        self._execute(self._sql["set_paused"], (int(paused),))

    def _one(self, query: str, key: str) -> GenerationTask | None:
        row = self._execute(self._sql[query], (key,)).fetchone()
        return None if row is None else decode_task(row, self._requests)

    def _many(self, query: str, *values: str | int) -> list[GenerationTask]:
        return [decode_task(row, self._requests) for row in self._execute(self._sql[query], values)]

    def _number(self, query: str, *values: str | int) -> int:
        (number,) = self._execute(self._sql[query], values).fetchone()
        return int(number or 0)

    def _add_outputs(self, task: GenerationTask) -> None:
        if task.response is not None:
            self._add_images(task.id, task.response.outputs)

    def _add_images(self, task: TaskId, images: Collection[ImageId]) -> None:
        for image in images:
            self._execute(self._sql["add_image"], (task, image))
