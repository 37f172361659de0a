"""The folder of the database: made where it is missing, and held by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.storage.exclusive import exclusive
from core.errors import StorageUnavailableError


@contextmanager
def prepared_folder(database: Path) -> Iterator[None]:
    """Make the database's folder and hold the database alone.

    Raises `StorageUnavailableError`: the folder can't be made, or another process is at work there.
    """
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailableError(reason="cannot_open", path=str(database)) from error
    with exclusive(database):
        yield
