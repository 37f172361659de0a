"""Transactions that share one commit, each undone alone where it fails."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from adapters.storage.transaction import SqliteTransaction
from core.errors import StorageError

Translate = Callable[[sqlite3.Error], Exception]


class Job:
    """A transaction function, who waits for it, and what came of it."""

    __slots__ = ("_answered", "_work", "error", "value")

    def __init__(self, work: Callable[[SqliteTransaction], Any], answered: asyncio.Future[None]) -> None:
        self._work = work
        self._answered = answered
        self.value: Any = None
        self.error: BaseException | None = None

    @property
    def is_abandoned(self) -> bool:
        """Say whether its caller was cancelled."""
        return self._answered.cancelled()

    def run(self, transaction: SqliteTransaction) -> BaseException | None:
        """Call the function, keep its value, and return what it raised."""
        try:
            self.value = self._work(transaction)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the caller
            return error
        return None

    def answer(self) -> None:
        """Wake the caller, on the event loop's thread."""
        if not self._answered.done():
            self._answered.set_result(None)


class _FailedAfterWritingError(Exception):
    """One of several functions has failed, and what it wrote can't be told from what the others did."""


class _LostError(Exception):
    """SQLite has rolled back the whole transaction by itself, as it does on a full disk."""


def run_group(
    transaction: SqliteTransaction, jobs: Sequence[Job], translate: Translate, connection: sqlite3.Connection
) -> None:
    """Run the jobs in one transaction of `connection`; each has its value or its error afterwards.

    A function that fails is undone alone. Where the transaction itself fails, all have failed.

    A savepoint around each function costs a fifth of the time, and almost none fails after it has
    written. So there are none at first; where one does, all is undone and run again with them.
    """
    wanted = [job for job in jobs if not job.is_abandoned]
    if not wanted:
        return
    group = _Group(transaction, wanted, translate, connection)
    try:
        try:
            group.run(savepoints=False)
        except _FailedAfterWritingError:
            group.run(savepoints=True)
    except (sqlite3.Error, _LostError) as error:
        for job in wanted:
            job.error = (
                translate(error) if isinstance(error, sqlite3.Error) else StorageError(reason="rolled_back")
            )


class _Group:
    def __init__(
        self,
        transaction: SqliteTransaction,
        jobs: Sequence[Job],
        translate: Translate,
        connection: sqlite3.Connection,
    ) -> None:
        self._transaction = transaction
        self._jobs = jobs
        self._translate = translate
        self._connection = connection

    def run(self, *, savepoints: bool) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for job in self._jobs:
                if savepoints:
                    self._run_in_savepoint(job)
                else:
                    self._run(job)
            self._connection.execute("ROLLBACK" if self._failed_alone() else "COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _run(self, job: Job) -> None:
        before = self._connection.total_changes
        self._attempt(job)
        if job.error is None or self._failed_alone():
            return
        if self._connection.total_changes != before:
            raise _FailedAfterWritingError

    def _failed_alone(self) -> bool:
        return len(self._jobs) == 1 and self._jobs[0].error is not None

    def _run_in_savepoint(self, job: Job) -> None:
        self._connection.execute("SAVEPOINT work")
        self._attempt(job)
        if job.error is not None:
            self._connection.execute("ROLLBACK TO work")
        self._connection.execute("RELEASE work")

    def _attempt(self, job: Job) -> None:
        error = job.run(self._transaction)
        if not self._connection.in_transaction:
            raise error if isinstance(error, sqlite3.Error) else _LostError
        job.error = self._translate(error) if isinstance(error, sqlite3.Error) else error
