"""One process a database: a lock that the kernel releases, however the process ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import StorageError, StorageFullError, StorageUnavailableError

_DIGITS_MAX = 32  # more than a process id has

_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `<path>.lock` while the block runs; the file says which process does.

    SQLite lets several processes share a file. This is for those that must be alone: two bots with one
    token would both answer. Raises `StorageUnavailableError`, with the reason ``in_use`` and the fact
    `process` where another process holds it.
    """
    real = path.resolve()  # one file under two names is one file
    try:
        lock = os.open(real.with_name(f"{real.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _storage_error(error, path) from error
    try:
        _take(lock, path)
        yield
    finally:
        os.close(lock)  # and with it the lock; the file stays, for removing it would race with the next


def holder(path: Path) -> str | None:
    """Return the id of the process that holds `path`; None for nobody, or where it is not known."""
    real = path.resolve()
    try:
        lock = os.open(real.with_name(f"{real.name}.lock"), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who only ask don't meet
    except BlockingIOError:
        return _read(lock)
    finally:
        os.close(lock)
    return None


def _take(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
    except BlockingIOError:
        raise StorageUnavailableError(reason="in_use", path=str(path), process=_read(lock)) from None
    except OSError as error:
        raise _storage_error(error, path) from error


def _read(lock: int) -> str | None:
    text = os.pread(lock, _DIGITS_MAX, 0)
    return text.decode() if text.isdigit() else None


def _storage_error(error: OSError, path: Path) -> StorageError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFullError(path=str(path))
    reason = "read_only" if error.errno in _READ_ONLY else "cannot_open"
    return StorageUnavailableError(reason=reason, path=str(path))
