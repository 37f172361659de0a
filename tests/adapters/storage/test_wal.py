"""The write-ahead log stays near its cap."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.storage.sqlite import SqliteStore
from core.ids import TaskId
from tests.fakes.builders import a_request, a_task

CAP = 128 * 1024


async def write_some(store: SqliteStore, first: int, number: int) -> None:
    for place in range(first, first + number):
        task = a_task(id=TaskId(f"t{place}"), request=a_request("x" * 500))
        await store.write(lambda tx, task=task: tx.tasks.add(task))  # type: ignore[misc]


async def test_the_log_is_emptied_when_it_outgrows_its_cap(tmp_path: Path) -> None:
    log = tmp_path / "easel.db-wal"
    async with SqliteStore(tmp_path / "easel.db", wal_cap=CAP, synchronous="NORMAL") as store:
        largest = 0
        for first in range(0, 100, 5):
            await write_some(store, first, 5)
            largest = max(largest, log.stat().st_size)
        assert 0 < largest < 2 * CAP
        assert await store.read(lambda tx: tx.tasks.count_pending()) == 100
    assert not log.exists()


async def test_a_reader_in_the_way_delays_that_and_stops_nobody(tmp_path: Path) -> None:
    path, log = tmp_path / "easel.db", tmp_path / "easel.db-wal"
    async with SqliteStore(path, wal_cap=CAP, synchronous="NORMAL") as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT COUNT(*) FROM tasks").fetchone() == (0,)
            await write_some(store, 0, 30)
            assert log.stat().st_size > CAP
            reader.execute("ROLLBACK")
        await write_some(store, 30, 10)
        assert log.stat().st_size < 2 * CAP
        assert await store.read(lambda tx: tx.tasks.count_pending()) == 40
