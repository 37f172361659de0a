"""The one writer: transactions that wait at the same time share a commit."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, cast

from adapters.storage.connection import ThreadConnection
from adapters.storage.failures import storage_error
from adapters.storage.group import Job, run_group
from adapters.storage.transaction import SqliteTransaction
from adapters.storage.wal import WalCap
from core.errors import StorageError, StorageUnavailableError

T = TypeVar("T")

GROUP_MAX = 256
"""Transactions in one commit: how many the first of them waits for."""

WAITING_MAX = 2048
"""Transactions that may wait. Who comes after them waits for room, which slows the source down."""

logger = logging.getLogger(__name__)


class GroupWriter:
    """Drains what waits into groups, each one transaction of the database, and answers after its commit."""

    def __init__(self, connection: ThreadConnection, path: Path, wal: WalCap) -> None:
        self._connection = connection
        self._path = path
        self._wal = wal
        self._waiting: deque[Job] = deque()
        self._drained = asyncio.Event()
        self._bell = asyncio.Event()
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._drain(), name="storage writer")

    async def submit(self, work: Callable[[SqliteTransaction], T]) -> T:
        """Run `work` in a transaction; durable on return.

        Where the caller is cancelled, a function that has not begun is dropped.
        """
        while len(self._waiting) >= WAITING_MAX:
            self._drained.clear()
            await self._drained.wait()
        if self._closed:
            raise self._closed_error()
        job = Job(work, answered := self._loop.create_future())
        self._waiting.append(job)
        self._bell.set()
        await answered
        if job.error is not None:
            raise job.error
        return cast("T", job.value)

    async def aclose(self) -> None:
        """Take nothing more and finish what waits."""
        self._closed = True
        self._bell.set()
        await asyncio.wait([self._task])  # unlike awaiting it, this doesn't cancel the task with the caller

    async def _drain(self) -> None:
        try:
            transaction = await self._connection.run(SqliteTransaction)
            while self._waiting or not self._closed:
                if self._waiting:
                    size = min(len(self._waiting), GROUP_MAX)
                    jobs = [self._waiting.popleft() for _ in range(size)]
                    self._drained.set()
                    await self._commit(transaction, jobs)
                else:
                    self._bell.clear()
                    await self._bell.wait()
        finally:  # nobody may wait for a writer that has gone
            self._closed = True
            self._drained.set()
            while self._waiting:
                job = self._waiting.popleft()
                job.error = self._closed_error()
                job.answer()

    async def _commit(self, transaction: SqliteTransaction, jobs: Sequence[Job]) -> None:
        def turn(connection: sqlite3.Connection) -> bool:
            run_group(transaction, jobs, self._translate, connection)
            return self._wal.is_exceeded()

        exceeded = False
        try:
            exceeded = await self._connection.run(turn)
        except asyncio.CancelledError:  # the loop is ending
            self._fail(jobs, self._closed_error)
            raise
        except StorageUnavailableError:  # the connection has been closed
            self._fail(jobs, self._closed_error)
        except Exception as error:  # a mistake in this package: it must not end the writer
            logger.exception("a group of transactions failed")
            detail = repr(error)
            self._fail(jobs, lambda: StorageError(reason="fault", path=str(self._path), detail=detail))
        finally:
            for job in jobs:
                job.answer()
        if exceeded:
            await self._shrink_wal()

    @staticmethod
    def _fail(jobs: Sequence[Job], make: Callable[[], StorageError]) -> None:
        for job in jobs:
            job.error = make()

    async def _shrink_wal(self) -> None:
        try:
            await self._connection.run(self._wal.enforce)
        except (sqlite3.Error, StorageUnavailableError) as error:  # what was written is durable all the same
            logger.warning("the write-ahead log stays large: %s", error)

    def _translate(self, error: sqlite3.Error) -> StorageError:
        return storage_error(error, self._path)

    def _closed_error(self) -> StorageUnavailableError:
        return StorageUnavailableError(reason="closed", path=str(self._path))
