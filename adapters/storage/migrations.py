"""The database's schema in numbered steps, each applied once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from adapters.storage.connection import open_plain
from adapters.storage.failures import storage_error
from core.errors import StorageUnavailableError

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL -- microseconds since 1970 in UTC
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """A step: ``0001_initial`` and the statements that take the schema there."""

    name: str
    sql: str

    @property
    def number(self) -> int:
        return int(self.name.partition("_")[0])


def shipped_migrations() -> list[Migration]:
    """Return the migrations under `sql/migrations`, in order."""
    folder = resources.files(__package__) / "sql" / "migrations"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    return [Migration(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in files]


class Migrator:
    """Takes a database to the newest schema that it knows."""

    def __init__(self, migrations: Sequence[Migration] | None = None) -> None:
        """`migrations` in order; those that are shipped, by default."""
        self._migrations = shipped_migrations() if migrations is None else list(migrations)

    def migrate(self, path: Path, *, busy_timeout: float = 5.0) -> list[str]:
        """Open the database, apply what is missing, close it, and return the names of what was applied.

        An older database is copied before, to `easel.db.before-0002` beside it. All steps are one
        transaction, so a database is never between two of them. Raises `StorageUnavailableError`, with
        the reason ``newer`` where the database has a step that this program doesn't know.
        """
        try:
            with closing(open_plain(path, busy_timeout)) as connection:
                missing, is_new = self.missing(connection, path)
                if missing and not is_new:
                    _copy(connection, path, missing[0])
                return self._apply(connection, path) if missing else []
        except sqlite3.Error as error:
            raise storage_error(error, path) from error

    def missing(self, connection: sqlite3.Connection, path: Path) -> tuple[list[Migration], bool]:
        """Return what is to be applied, and whether nothing has been yet. Writes nothing.

        Raises `StorageUnavailableError` as `migrate` does, and `sqlite3.Error`.
        """
        tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone()
        if not tables and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise StorageUnavailableError(reason="not_ours", path=str(path))
        numbers = connection.execute("SELECT number FROM migrations") if tables else ()
        applied = {number for (number,) in numbers}
        known = max((migration.number for migration in self._migrations), default=0)
        found = max(applied, default=0)
        if found > known:
            raise StorageUnavailableError(reason="newer", path=str(path), found=found, known=known)
        return [migration for migration in self._migrations if migration.number not in applied], not applied

    def _apply(self, connection: sqlite3.Connection, path: Path) -> list[str]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(_TABLE)
            missing, _ = self.missing(connection, path)  # another process may have been faster
            for migration in missing:
                for statement in _statements(migration.sql):
                    connection.execute(statement)
                connection.execute(
                    "INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)",
                    (migration.number, migration.name, time.time_ns() // 1000),
                )
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return [migration.name for migration in missing]


def _copy(connection: sqlite3.Connection, path: Path, first: Migration) -> None:
    target = path.with_name(f"{path.name}.before-{first.number:04}")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(partial),))
    partial.replace(target)


def _statements(script: str) -> Iterator[str]:
    """Split a script, because sqlite3's `executescript` would commit the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
