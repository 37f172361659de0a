"""Transactions that share a commit, where the commit itself fails, or SQLite gives up the whole of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.storage.failures import storage_error
from adapters.storage.group import Job, run_group
from adapters.storage.migrations import Migrator
from adapters.storage.transaction import SqliteTransaction
from core.errors import StorageError, StorageUnavailableError
from core.ids import TaskId
from tests.fakes.builders import a_task


class Connection(sqlite3.Connection):
    """A connection whose commit can fail."""

    broken = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if self.broken and sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, parameters)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    Migrator().migrate(tmp_path / "easel.db")
    opened = sqlite3.connect(tmp_path / "easel.db", isolation_level=None, factory=Connection)
    with closing(opened):
        yield opened


def run(connection: Connection, *functions: Callable[[SqliteTransaction], Any]) -> list[Job]:
    loop = asyncio.new_event_loop()
    jobs = [Job(function, loop.create_future()) for function in functions]
    run_group(SqliteTransaction(connection), jobs, lambda error: storage_error(error, "here"), connection)
    loop.close()
    assert not connection.in_transaction
    return jobs


def add(name: str) -> Callable[[SqliteTransaction], str]:
    def work(tx: SqliteTransaction) -> str:
        tx.tasks.add(a_task(id=TaskId(name)))
        return name

    return work


def pending(connection: Connection) -> int:
    return SqliteTransaction(connection).tasks.count_pending()


def test_a_commit_that_fails_fails_all(connection: Connection) -> None:
    connection.broken = True
    jobs = run(connection, add("a"), add("b"))
    assert [type(job.error) for job in jobs] == [StorageError, StorageError]
    assert jobs[0].error is not jobs[1].error
    connection.broken = False
    assert pending(connection) == 0
    assert [job.value for job in run(connection, add("a"), add("b"))] == ["a", "b"]


def test_a_transaction_that_sqlite_gives_up_fails_all(connection: Connection) -> None:
    def lose(tx: SqliteTransaction) -> None:
        tx.tasks.add(a_task(id=TaskId("b")))
        connection.execute("ROLLBACK")  # as SQLite does by itself after some errors

    jobs = run(connection, add("a"), lose, add("c"))
    assert [isinstance(job.error, StorageError) for job in jobs] == [True] * 3
    assert pending(connection) == 0


def test_a_database_that_is_locked_fails_all(connection: Connection, tmp_path: Path) -> None:
    connection.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "easel.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        jobs = run(connection, add("a"), add("b"))
    assert [isinstance(job.error, StorageUnavailableError) for job in jobs] == [True, True]


def test_functions_run_once_where_none_fails_after_writing(connection: Connection) -> None:
    runs: list[str] = []

    def fail(_: SqliteTransaction) -> None:
        runs.append("fail")
        raise ValueError

    def succeed(tx: SqliteTransaction) -> None:
        runs.append("succeed")
        add("a")(tx)

    jobs = run(connection, fail, succeed)
    assert runs == ["fail", "succeed"]
    assert isinstance(jobs[0].error, ValueError)
    assert pending(connection) == 1


def test_a_function_alone_runs_once_and_is_undone(connection: Connection) -> None:
    runs: list[int] = []

    def fail(tx: SqliteTransaction) -> None:
        runs.append(1)
        add("a")(tx)
        raise KeyboardInterrupt

    (job,) = run(connection, fail)
    assert isinstance(job.error, KeyboardInterrupt)
    assert runs == [1]
    assert pending(connection) == 0


def test_an_error_of_the_first_run_is_forgotten_in_the_second(connection: Connection) -> None:
    runs: list[int] = []

    def once(tx: SqliteTransaction) -> None:
        runs.append(1)
        add("a")(tx)
        if len(runs) == 1:
            raise ValueError

    jobs = run(connection, once, add("b"))
    assert [job.error for job in jobs] == [None, None]
    assert pending(connection) == 2
