"""The cap on the write-ahead log."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_PATIENCE = 50
"""Milliseconds that a checkpoint waits for readers, while writers wait for it."""


class WalCap:
    """Empties the log where it has outgrown its cap.

    SQLite starts the log again from its beginning only when no reader is using it. Under writing
    without a pause that moment may never come by itself, and the file would grow without end.
    """

    def __init__(self, database: Path, cap: int) -> None:
        """`cap` in bytes."""
        self._log = database.with_name(f"{database.name}-wal")
        self._cap = cap
        self._limit = cap

    def is_exceeded(self) -> bool:
        return self._size() > self._limit

    def enforce(self, connection: sqlite3.Connection) -> None:
        """Write the log into the database and empty it, between two transactions of `connection`.

        A reader in the way is waited for briefly; else it is tried again when the log has grown on.
        """
        (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {usual}")
        self._limit = self._size() + self._cap // 8 if busy else self._cap

    def _size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:  # there is none; or it can't be seen, and nobody's transaction shall fail for that
            return 0
