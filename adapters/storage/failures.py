"""The border for errors: what sqlite3 raises becomes what core knows, here and nowhere else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from core.errors import ConflictError, StorageError, StorageFullError, StorageUnavailableError

_REASONS = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "not_a_database",
    sqlite3.SQLITE_IOERR: "disk_error",
}
_UNIQUE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
}
_PRIMARY_CODE = 0xFF  # the low byte; the rest of an extended code is the detail


def storage_error(error: sqlite3.Error, path: Path | str) -> StorageError:
    """Return the error that core knows for one of the database at `path`."""
    if isinstance(error, sqlite3.IntegrityError):
        return constraint_error(error)
    code = _code(error) & _PRIMARY_CODE
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError(path=str(path))
    if code in _REASONS:
        return StorageUnavailableError(reason=_REASONS[code], path=str(path))
    return StorageError(reason="fault", path=str(path), detail=str(error))


def constraint_error(error: sqlite3.IntegrityError) -> StorageError:
    """Return a `ConflictError` with the fact `key` (``tasks.origin``) where a unique key exists already."""
    subject = str(error).rpartition(": ")[2]
    if _code(error) in _UNIQUE:
        return ConflictError(key=subject)
    return StorageError(reason="constraint", detail=subject)


def unreadable_error(table: str, key: str, error: Exception) -> StorageError:
    """Return the error for a stored row that makes no sense, whose `error` may quote what stands in it."""
    return StorageError(reason="unreadable", table=table, key=key, detail=type(error).__name__)


def refers_to_nothing(error: sqlite3.IntegrityError) -> bool:
    """Say whether a foreign key was violated."""
    return _code(error) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY


def _code(error: sqlite3.Error) -> int:
    # The sqlite3 module's own complaints (a closed connection, too few parameters) carry no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
