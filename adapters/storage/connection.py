"""A connection to SQLite that runs whole functions on its own thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar, cast

import aiosqlite

from core.errors import StorageUnavailableError

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

_CHECKPOINT_PAGES = 8000
"""A checkpoint every 32 MB of log: at SQLite's own 1000 pages one transition in 66 waits 6–10 ms for it."""

_CACHE_KIB = 32 * 1024
"""Pages kept in memory by each connection: the indexes of a million tasks, nearly."""


class ThreadConnection(aiosqlite.Connection):
    """`aiosqlite.Connection` with `run`: one hop to the thread for a transaction, not one a statement."""

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Call `function` with the connection, on its thread, after what was asked before.

        Where the caller is cancelled, the function still runs. Raises `StorageUnavailableError` on a
        closed connection.
        """
        try:
            connection = self._conn
        except ValueError:
            raise StorageUnavailableError(reason="closed") from None
        # The one call of a private name: aiosqlite has no public way to run a function on its thread.
        return cast("T", await self._execute(function, connection))  # type: ignore[no-untyped-call]


def open_plain(path: Path, busy_timeout: float) -> sqlite3.Connection:
    """Open the database in this thread. `busy_timeout` in seconds. Raises `sqlite3.Error`."""
    # isolation_level=None: transactions begin and end where this package says so, and nowhere else
    return sqlite3.connect(path, timeout=busy_timeout, isolation_level=None, cached_statements=256)


def connection_to(path: Path, busy_timeout: float) -> ThreadConnection:
    """Return a connection to be opened by awaiting it."""
    return ThreadConnection(partial(open_plain, path, busy_timeout), iter_chunk_size=64)


def prepare_writer(connection: sqlite3.Connection, synchronous: Synchronous) -> None:
    """Set what a connection that writes needs. Raises `sqlite3.Error`."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def prepare_reader(connection: sqlite3.Connection) -> None:
    """Set what a connection that only reads needs. Raises `sqlite3.Error`."""
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
