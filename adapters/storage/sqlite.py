"""The store in a SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self, TypeVar

from adapters.storage.connection import (
    Synchronous,
    ThreadConnection,
    connection_to,
    prepare_reader,
    prepare_writer,
)
from adapters.storage.failures import storage_error
from adapters.storage.migrations import Migrator
from adapters.storage.readers import ReaderPool
from adapters.storage.wal import WalCap
from adapters.storage.writer import GroupWriter
from core.errors import StorageUnavailableError
from core.store import Transaction

T = TypeVar("T")

WAL_CAP = 64 * 1024 * 1024
"""Bytes; twice what is written between two checkpoints."""


class SqliteStore:
    """`core.store.Store` in one file: one writer, who shares commits out, and readers beside it.

    Use it as an asynchronous context manager, or call `open` and `aclose`.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        synchronous: Synchronous = "FULL",
        readers: int = 2,
        busy_timeout: float = 5.0,
        wal_cap: int = WAL_CAP,
        migrator: Migrator | None = None,
    ) -> None:
        """Open nothing yet.

        `synchronous`: after a power cut ``FULL`` has all that was answered, ``NORMAL`` may lack the
        last moments; both survive a killed process. `busy_timeout`: seconds to wait for another
        process's transaction. `wal_cap`: bytes that the write-ahead log may grow to.
        """
        self.path = Path(path)
        self._synchronous: Synchronous = synchronous
        self._readers = readers
        self._busy_timeout = busy_timeout
        self._wal = WalCap(self.path, wal_cap)
        self._migrator = migrator
        self._stack = AsyncExitStack()
        self._writer: GroupWriter | None = None
        self._pool: ReaderPool | None = None

    async def open(self) -> list[str]:
        """Open the file, made where there is none, and return the migrations that it took.

        Raises `StorageUnavailableError` with a `reason`: ``cannot_open``, ``not_a_database``,
        ``newer``, ``locked``, ``read_only``, ``corrupt``.
        """
        if self._writer is not None:
            raise RuntimeError("the store is open")
        migrator = self._migrator or Migrator()
        applied = await asyncio.to_thread(migrator.migrate, self.path, busy_timeout=self._busy_timeout)
        async with AsyncExitStack() as stack:
            try:
                writer = await self._connect(stack, lambda one: prepare_writer(one, self._synchronous))
                readers = [await self._connect(stack, prepare_reader) for _ in range(self._readers)]
            except sqlite3.Error as error:
                raise storage_error(error, self.path) from error
            self._pool = ReaderPool(readers, self.path)
            self._writer = GroupWriter(writer, self.path, self._wal)
            stack.push_async_callback(self._writer.aclose)
            self._stack = stack.pop_all()
        return applied

    async def aclose(self) -> None:
        """Finish what waits and close the file. Every connection is closed even when this is cancelled."""
        await self._stack.aclose()
        self._writer = self._pool = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """As `core.store.Store.write`. Where the caller is cancelled, `work` has run whole or not at all."""
        if self._writer is None:
            raise StorageUnavailableError(reason="closed", path=str(self.path))
        return await self._writer.submit(work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """As `core.store.Store.read`."""
        if self._pool is None:
            raise StorageUnavailableError(reason="closed", path=str(self.path))
        return await self._pool.run(work)

    async def _connect(
        self, stack: AsyncExitStack, prepare: Callable[[sqlite3.Connection], None]
    ) -> ThreadConnection:
        connection = connection_to(self.path, self._busy_timeout)
        await connection
        stack.push_async_callback(connection.close)
        await connection.run(prepare)
        return connection
