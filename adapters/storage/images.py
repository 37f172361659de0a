"""Pictures as files, named after what is in them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import sys
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from adapters.storage.pictures import (
    MAX_INPUT_BYTES,
    MAX_INPUT_PIXELS,
    InputLimits,
    Picture,
    picture_made,
    picture_sent,
)
from core.clock import Clock, SystemClock
from core.errors import NotFoundError, StorageFullError, StorageUnavailableError
from core.generation.images import StoredImage
from core.ids import ImageId

if sys.platform != "win32":
    import fcntl

T = TypeVar("T")

_ID = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")
_UNFINISHED = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{32}\.part")
_ABANDONED = timedelta(hours=1)
"""Writing a picture takes milliseconds: nobody is still at a file that old."""
_AT_A_TIME = 2
"""Pictures that are decoded and written at one time: each takes a processor and up to 400 MB for a moment."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class FileImageStore:
    """An `ImageStore` in the folder `root`: `<root>/ab/<sha256 of the file>.png`.

    A file under its name is whole: it is written beside it, forced to the disk and renamed. Its
    modification time is when it was last stored. Several processes may share the folder. The folder is
    made, and leftovers of killed processes are swept, by `open`, or else before the first write.
    """

    def __init__(
        self,
        root: Path,
        *,
        max_input_bytes: int = MAX_INPUT_BYTES,
        max_input_pixels: int = MAX_INPUT_PIXELS,
        clock: Clock | None = None,
    ) -> None:
        self._root = root.absolute()  # the working directory may change
        self._limits = InputLimits(max_input_bytes, max_input_pixels)
        self._clock = clock or SystemClock()
        self._prepared = False
        self._preparing = threading.Lock()
        # Threads of its own: pictures take long, and the database's calls must not wait behind them.
        self._threads = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="easel-pictures")

    async def open(self) -> None:
        """Make the folder ready. Raises `StorageUnavailableError` and `StorageFullError`."""
        await self._run(self._open)

    async def save(self, png: bytes, parameters: str) -> StoredImage:
        """Raises `EngineFaultError` (reason `not_a_png`); else as the port."""
        return await self._run(lambda: self._put(picture_made(png, parameters)))

    async def accept(self, data: bytes) -> StoredImage:
        """As the port; the reasons are those of `picture_sent`."""
        return await self._run(lambda: self._put(picture_sent(data, self._limits)))

    async def load(self, image: ImageId) -> bytes:
        """As the port; raises `StorageUnavailableError` (reason `cannot_read`) too."""
        return await asyncio.to_thread(self._read, image)

    async def locate(self, image: ImageId) -> str:
        """Return the file's absolute path. Raises as `load`."""
        return await asyncio.to_thread(self._find, image)

    async def listing(self, *, stored_before: datetime) -> AsyncIterator[Sequence[ImageId]]:
        """As the port: a folder at a time, of at most 256."""
        for number in range(256):
            if found := await asyncio.to_thread(self._list, f"{number:02x}", stored_before):
                yield found

    async def discard(self, images: Collection[ImageId], *, stored_before: datetime) -> int:
        """As the port. Raises `StorageUnavailableError`; what went before the failure is gone."""
        return await asyncio.to_thread(self._discard, set(images), stored_before)

    async def aclose(self) -> None:
        """Let the threads go; every call has returned by now."""
        self._threads.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _path(self, image: ImageId) -> Path:
        if not _ID.fullmatch(image):  # it may have come from outside, and becomes a path
            raise NotFoundError("image", image[:64])
        return self._root / image[:2] / f"{image}.png"

    def _read(self, image: ImageId) -> bytes:
        path = self._path(image)
        with _reading(path, image):
            return path.read_bytes()

    def _find(self, image: ImageId) -> str:
        path = self._path(image)
        with _reading(path, image):
            path.stat()
        return str(path)

    def _open(self) -> None:
        with writing(self._root):
            self._prepare()

    def _put(self, picture: Picture) -> StoredImage:
        stored = picture.stored()
        path = self._path(stored.id)
        with writing(self._root):
            self._prepare()
            _make_folder(path.parent)
            with _held(path.parent):
                if not _freshened(path, stored, self._clock.now()):
                    _write(path, picture.png, self._clock.now())
                _sync(path.parent)  # also when it was there: its writer may have been killed before this
        return stored

    def _list(self, folder: str, stored_before: datetime) -> list[ImageId]:
        found = []
        with writing(self._root):
            for path in (self._root / folder).glob("*.png"):
                with contextlib.suppress(FileNotFoundError):  # discarded meanwhile
                    if _ID.fullmatch(path.stem) and _stored_at(path) < stored_before:
                        found.append(ImageId(path.stem))
        return found

    def _discard(self, images: set[ImageId], stored_before: datetime) -> int:
        gone = 0
        with writing(self._root):
            for image in images:
                with contextlib.suppress(NotFoundError, FileNotFoundError):
                    path = self._path(image)
                    with _held(path.parent):  # or it could be stored again between the look and the removal
                        if _stored_at(path) < stored_before:
                            path.unlink()
                            gone += 1
        return gone

    def _prepare(self) -> None:
        with self._preparing:
            if not self._prepared:
                _make_folder(self._root)
                self._sweep()
                self._prepared = True

    def _sweep(self) -> None:
        abandoned = self._clock.now() - _ABANDONED
        for folder in self._root.iterdir():
            if _FOLDER.fullmatch(folder.name):
                for path in folder.glob("*.part"):
                    with contextlib.suppress(FileNotFoundError):  # another process sweeps as well
                        if _UNFINISHED.fullmatch(path.name) and _stored_at(path) < abandoned:
                            path.unlink()


@contextlib.contextmanager
def _reading(path: Path, image: ImageId) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFoundError("image", image) from None
    except OSError as error:
        raise StorageUnavailableError(reason="cannot_read", path=str(path)) from error


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Raise what the block can't write as `StorageFullError` or `StorageUnavailableError`, about `place`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(path=str(place)) from error
        reason = "read_only" if error.errno in _READ_ONLY else "cannot_write"
        raise StorageUnavailableError(reason=reason, path=str(place)) from error


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep other writers of the folder out, in this process and in others."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network disks lock no folders: then without
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock, as the death of the process does


def _make_folder(folder: Path) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        _sync(one.parent)


def _freshened(path: Path, stored: StoredImage, now: datetime) -> bool:
    """Give a file that is there and whole the time `now`; False if there is none, or a damaged one."""
    try:
        with path.open("r+b") as file:
            if os.fstat(file.fileno()).st_size != stored.size:
                return False
            if hashlib.file_digest(file, "sha256").hexdigest() != stored.id:
                return False
            os.utime(path, ns=_nanoseconds(now))
            os.fsync(file.fileno())
            return True
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes, now: datetime) -> None:
    unfinished = path.with_name(f"{path.stem}.{uuid.uuid4().hex}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.utime(unfinished, ns=_nanoseconds(now))
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Make the names in the folder durable. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stored_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _nanoseconds(moment: datetime) -> tuple[int, int]:
    value = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
    return value, value
