"""What goes wrong with a file, and what core hears of it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.failures import storage_error
from adapters.storage.sqlite import SqliteStore
from core.errors import ConflictError, Fact, StorageError, StorageFullError, StorageUnavailableError
from core.ids import TaskId
from tests.fakes.builders import a_request, a_task


async def facts_of_opening(path: Path) -> dict[str, Fact]:
    with pytest.raises(StorageUnavailableError) as caught:
        await SqliteStore(path, busy_timeout=0).open()
    return caught.value.facts


async def make(path: Path) -> None:
    async with SqliteStore(path):
        pass


async def test_a_folder(tmp_path: Path) -> None:
    assert await facts_of_opening(tmp_path) == {"reason": "cannot_open", "path": str(tmp_path)}


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert (await facts_of_opening(tmp_path / "none" / "easel.db"))["reason"] == "cannot_open"


async def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    path.write_text("Dear diary, " * 100, encoding="utf-8")
    assert await facts_of_opening(path) == {"reason": "not_a_database", "path": str(path)}
    assert path.read_text(encoding="utf-8").startswith("Dear diary")


async def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    await make(path)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert (await facts_of_opening(path))["reason"] == "corrupt"


async def test_a_file_that_another_process_keeps_locked(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    async with SqliteStore(path, busy_timeout=0) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageUnavailableError) as caught:
                await store.write(lambda tx: tx.tasks.add(a_task()))
            assert caught.value.facts == {"reason": "locked", "path": str(path)}
            assert caught.value.retryable
            assert await store.read(lambda tx: tx.tasks.count_pending()) == 0
            other.execute("ROLLBACK")
        await store.write(lambda tx: tx.tasks.add(a_task()))


async def test_a_new_file_that_another_process_keeps_locked(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert (await facts_of_opening(path))["reason"] == "locked"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where it likes")
async def test_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    await make(path)
    path.chmod(0o444)
    async with SqliteStore(path) as store:
        with pytest.raises(StorageUnavailableError) as caught:
            await store.write(lambda tx: tx.tasks.add(a_task()))
    assert caught.value.facts == {"reason": "read_only", "path": str(path)}


async def test_a_connection_that_may_not_write(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    await make(path)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("UPDATE queue SET paused = 1")
        error = storage_error(caught.value, path)
    assert isinstance(error, StorageUnavailableError)
    assert error.facts == {"reason": "read_only", "path": str(path)}


async def test_a_full_disk_fails_who_needs_room_and_harms_nobody_later(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "easel.db") as store:
        assert store._writer is not None
        connection = store._writer._connection
        (pages,) = await connection.run(lambda one: one.execute("PRAGMA page_count").fetchone())
        await connection.run(lambda one: one.execute(f"PRAGMA max_page_count = {pages}").fetchall())

        async def fill() -> None:
            for number in range(200):
                task = a_task(id=TaskId(f"t{number}"), request=a_request("x" * 1000))
                await store.write(lambda tx, task=task: tx.tasks.add(task))  # type: ignore[misc]

        with pytest.raises(StorageFullError) as caught:
            await fill()
        assert caught.value.facts == {"path": str(store.path)}
        kept = await store.read(lambda tx: tx.tasks.count_pending())
        await connection.run(lambda one: one.execute("PRAGMA max_page_count = 10000").fetchall())
        await store.write(lambda tx: tx.tasks.add(a_task()))
        assert await store.read(lambda tx: tx.tasks.count_pending()) == kept + 1


async def test_an_error_that_nobody_has_thought_of(tmp_path: Path) -> None:
    error = storage_error(sqlite3.ProgrammingError("what now"), tmp_path)
    assert type(error) is StorageError
    assert error.facts == {"reason": "fault", "path": str(tmp_path), "detail": "what now"}


def test_a_unique_key_is_a_conflict(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE pets (name TEXT UNIQUE)")
        connection.execute("INSERT INTO pets VALUES ('fox')")
        with pytest.raises(sqlite3.IntegrityError) as caught:
            connection.execute("INSERT INTO pets VALUES ('fox')")
    error = storage_error(caught.value, tmp_path)
    assert isinstance(error, ConflictError)
    assert error.facts == {"key": "pets.name"}
