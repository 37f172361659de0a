"""The bare sqlite3 module: a recording told again, in one thread, by nothing but `execute`."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.recording import Recording, Statement


def replay(path: Path, recording: Recording, group: int, *, savepoints: bool = False) -> float:
    """Run the recorded transactions, `group` of them a commit; return the seconds.

    The database must be as it was when the recording began. With `savepoints`, each transaction
    stands in one, so that it could be undone alone.
    """
    with closing(sqlite3.connect(path, **recording.options)) as connection:
        for statement in recording.setup:
            connection.execute(statement.sql, statement.values).fetchall()
        began = time.perf_counter()
        for start in range(0, len(recording.transactions), group):
            connection.execute("BEGIN IMMEDIATE")
            for transaction in recording.transactions[start : start + group]:
                if savepoints:
                    connection.execute("SAVEPOINT work")
                _run(connection, transaction)
                if savepoints:
                    connection.execute("RELEASE work")
            connection.execute("COMMIT")
        return time.perf_counter() - began


def _run(connection: sqlite3.Connection, transaction: list[Statement]) -> None:
    for sql, values, has_rows in transaction:
        cursor = connection.execute(sql, values)
        if has_rows:
            cursor.fetchall()
