"""Reading transactions, each on a snapshot, beside the writer and beside each other."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from adapters.storage.connection import ThreadConnection
from adapters.storage.failures import storage_error
from adapters.storage.transaction import SqliteTransaction

T = TypeVar("T")


class ReaderPool:
    """Some connections, one a reading transaction; who finds none free waits."""

    def __init__(self, connections: Sequence[ThreadConnection], path: Path) -> None:
        self._path = path
        self._transactions: dict[sqlite3.Connection, SqliteTransaction] = {}
        self._free: asyncio.LifoQueue[ThreadConnection] = asyncio.LifoQueue()
        for connection in connections:
            self._free.put_nowait(connection)

    async def run(self, work: Callable[[SqliteTransaction], T]) -> T:
        """Run `work` on one snapshot. A function that writes gets `StorageUnavailableError`."""

        def snapshot(connection: sqlite3.Connection) -> T:
            transaction = self._transactions.get(connection)
            if transaction is None:
                transaction = self._transactions[connection] = SqliteTransaction(connection)
            connection.execute("BEGIN")
            try:
                return work(transaction)
            finally:
                if connection.in_transaction:  # SQLite ends one by itself after some errors
                    connection.execute("ROLLBACK")

        connection = await self._free.get()
        try:
            return await connection.run(snapshot)
        except sqlite3.Error as error:
            raise storage_error(error, self._path) from error
        finally:
            self._free.put_nowait(connection)
