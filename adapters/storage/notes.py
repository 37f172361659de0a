"""Notes in SQLite."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from adapters.storage.queries import queries
from adapters.storage.rows import to_micros


class SqliteNotes:
    """`NoteRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._sql = queries("notes")

    def get(self, platform: str, name: str) -> str | None:
        row = self._execute(self._sql["get"], (platform, name)).fetchone()
        return None if row is None else str(row[0])

    def put(self, platform: str, name: str, text: str, when: datetime) -> None:
        self._execute(self._sql["put"], (platform, name, text, to_micros(when)))

    def delete(self, platform: str, name: str) -> None:
        self._execute(self._sql["delete"], (platform, name))

    def forget_before(self, platform: str, prefix: str, when: datetime) -> int:
        values = (platform, len(prefix), prefix, to_micros(when))
        return self._execute(self._sql["forget_before"], values).rowcount
