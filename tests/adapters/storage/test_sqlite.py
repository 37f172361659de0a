"""What the store in a file does besides its contract: sharing commits, holding callers back, closing."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage import writer
from adapters.storage.sqlite import SqliteStore
from core.errors import StorageError, StorageUnavailableError
from core.ids import TaskId
from core.store import Transaction
from tests.fakes.builders import a_task


def add(name: str, store: SqliteStore) -> asyncio.Task[None]:
    return asyncio.create_task(store.write(lambda tx: tx.tasks.add(a_task(id=TaskId(name)))))


async def test_it_is_set_up_as_it_should_be(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "easel.db") as store:
        assert store._writer is not None
        connection = store._writer._connection
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
        for name, value in wanted.items():
            assert await connection.run(
                lambda one, name=name: one.execute(f"PRAGMA {name}").fetchone()  # type: ignore[misc]
            ) == (value,)


async def test_what_waits_together_shares_a_commit(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    async with SqliteStore(path) as store:
        with closing(sqlite3.connect(path)) as other:

            def version() -> int:
                return int(other.execute("PRAGMA data_version").fetchone()[0])

            before = version()
            await asyncio.gather(*(add(f"t{number}", store) for number in range(100)))
            assert version() == before + 1


async def test_what_waits_is_bounded_and_a_group_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "WAITING_MAX", 8)
    monkeypatch.setattr(writer, "GROUP_MAX", 3)
    async with SqliteStore(tmp_path / "easel.db") as store:
        callers = [add(f"t{number}", store) for number in range(30)]
        await asyncio.sleep(0)
        assert store._writer is not None
        assert len(store._writer._waiting) == 8
        await asyncio.gather(*callers)
        assert await store.read(lambda tx: tx.tasks.count_pending()) == 30


async def test_a_caller_waiting_for_room_is_told_of_the_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "WAITING_MAX", 1)
    async with SqliteStore(tmp_path / "easel.db") as store:
        callers = [add(f"t{number}", store) for number in range(3)]
        await asyncio.sleep(0)
        await store.aclose()
        first, *others = await asyncio.gather(*callers, return_exceptions=True)
    assert first is None
    assert [type(error) for error in others] == [StorageUnavailableError] * 2


async def test_a_mistake_in_the_writer_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(*_: object) -> None:
        raise ZeroDivisionError

    async with SqliteStore(tmp_path / "easel.db") as store:
        with monkeypatch.context() as patched:
            patched.setattr(writer, "run_group", mistaken)
            with pytest.raises(StorageError, match="ZeroDivisionError"):
                await add("t", store)
        await add("t", store)
    assert "a group of transactions failed" in caplog.text


async def test_what_the_loop_leaves_behind_is_answered(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "easel.db") as store:
        assert store._writer is not None
        caller = add("t", store)
        await asyncio.sleep(0)
        store._writer._task.cancel()
        with pytest.raises(StorageUnavailableError):
            await caller
        with pytest.raises(StorageUnavailableError):
            await add("later", store)


async def test_readers_see_one_moment_while_others_write(tmp_path: Path) -> None:
    reading, written = threading.Event(), threading.Event()

    async with SqliteStore(tmp_path / "easel.db") as store:

        def count_twice(tx: Transaction) -> tuple[int, int]:
            before = tx.tasks.count_pending()
            reading.set()
            assert written.wait(10)
            return before, tx.tasks.count_pending()

        reader = asyncio.create_task(store.read(count_twice))
        await asyncio.to_thread(reading.wait, 10)
        await add("t", store)
        written.set()
        assert await reader == (0, 0)
        assert await store.read(lambda tx: tx.tasks.count_pending()) == 1


async def test_closing_ends_every_thread_even_when_it_is_cancelled(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = SqliteStore(tmp_path / "easel.db")
    await store.open()
    started = set(threading.enumerate()) - before
    caller = add("t", store)
    closing_it = asyncio.create_task(store.aclose())
    await asyncio.sleep(0)
    closing_it.cancel()
    await asyncio.gather(closing_it, caller, return_exceptions=True)
    assert closing_it.cancelled()
    for thread in started - {one for one in started if one.name.startswith("asyncio")}:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()


def test_a_keyboard_interrupt_leaves_no_thread_and_no_half_transaction(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"

    async def main() -> None:
        async with SqliteStore(path) as store:
            await add("before", store)
            asyncio.get_running_loop().call_soon(interrupt)
            await asyncio.gather(*(add(f"t{number}", store) for number in range(10)))

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM tasks").fetchone()
    assert count in {1, 11}


async def test_a_store_that_is_not_open(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "easel.db")
    for call in (store.write, store.read):
        with pytest.raises(StorageUnavailableError) as caught:
            await call(lambda tx: tx.tasks.count_pending())
        assert caught.value.facts["reason"] == "closed"
    assert not store.path.exists()
