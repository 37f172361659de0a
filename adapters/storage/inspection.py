"""A look at where things are kept, which leaves it as it was."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.storage.exclusive import holder
from adapters.storage.failures import storage_error
from adapters.storage.images import writing
from adapters.storage.migrations import Migrator
from adapters.storage.transaction import SqliteTransaction

_PATIENCE = 1.0
"""Seconds to wait for another process's lock."""
_TRIAL_BYTES = 64 * 1024
"""More than a disk keeps beside the file's name: a full one refuses it."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found."""

    pending: tuple[str, ...]
    """Names of the migrations that the next start applies."""
    tasks: int | None
    """How many there are; None where the schema is too old to say."""
    process: str | None
    """Who is at work on it now."""


def inspect(path: Path) -> Inspection:
    """Look at the database that is at `path`. Raises `StorageUnavailableError` as `Migrator.migrate` does."""
    if _beside(path, "-journal").exists():  # being made, or its maker was killed: the next start sees to it
        return Inspection((), None, holder(path))
    try:
        with closing(_open(path)) as connection:
            missing, _ = Migrator().missing(connection, path)
            tasks = None if missing else sum(SqliteTransaction(connection).tasks.counts().values())
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    return Inspection(tuple(one.name for one in missing), tasks, holder(path))


def try_writing(folder: Path, place: Path) -> None:
    """Make a file where `folder` is or would be, and take it away: rights alone don't tell root.

    Raises `StorageUnavailableError` and `StorageFullError`, about `place`.
    """
    with writing(place):
        existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        if existing == folder:
            _try_file(folder)
        else:
            with tempfile.TemporaryDirectory(prefix=".easel-check-", dir=existing) as trial:
                _try_file(Path(trial))


def try_changing(path: Path) -> None:
    """Open the file for writing and leave it alone. Raises as `try_writing`."""
    with writing(path), path.open("r+b"):
        pass


def _try_file(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_TRIAL_BYTES))
        file.flush()


def _open(path: Path) -> sqlite3.Connection:
    """Open it for reading. Without a log beside it nobody is writing, and SQLite need not make one."""
    alone = "" if _beside(path, "-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, timeout=_PATIENCE)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
