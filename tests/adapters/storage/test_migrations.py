"""Steps of the schema: each once, all or none, never backwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.migrations import Migration, Migrator, shipped_migrations
from adapters.storage.rows import to_micros
from adapters.storage.sqlite import SqliteStore
from core.errors import StorageError, StorageUnavailableError
from core.generation.models import GenerationStatus, Progress
from tests.fakes.builders import a_task
from tests.fakes.clock import NOON

SHIPPED = [step.name for step in shipped_migrations()]
LAST = shipped_migrations()[-1].number
LATER = Migration(
    f"{LAST + 1:04}_moods",
    """
-- A comment; with a semicolon
ALTER TABLE tasks ADD COLUMN mood TEXT;
CREATE TRIGGER moody AFTER INSERT ON tasks BEGIN
    UPDATE tasks SET mood = 'fine; thank you' WHERE id = NEW.id;
END;
CREATE INDEX tasks_mood ON tasks (mood)
""",
)
BROKEN = Migration(
    f"{LAST + 1:04}_broken", "CREATE TABLE half (id INTEGER);\nCREATE TABLE half (id INTEGER);"
)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def longer(later: Migration = LATER) -> Migrator:
    """Return the migrator of a program that has a step more."""
    return Migrator([*shipped_migrations(), later])


async def fill(path: Path) -> None:
    async with SqliteStore(path) as store:
        await store.write(lambda tx: tx.tasks.add(a_task()))


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_the_shipped_steps_are_numbered_without_a_gap() -> None:
    assert [step.number for step in shipped_migrations()] == list(range(1, len(shipped_migrations()) + 1))


def test_a_new_database_takes_every_step_once(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    assert longer().migrate(path) == [*SHIPPED, LATER.name]
    assert longer().migrate(path) == []
    assert rows(path, "SELECT name FROM migrations ORDER BY number") == [
        (name,) for name in (*SHIPPED, LATER.name)
    ]
    assert rows(path, "SELECT MAX(number) FROM migrations") == [(LATER.number,)]
    assert files(tmp_path) == {"easel.db"}


async def test_an_older_database_is_copied_and_taken_on(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    await fill(path)
    async with SqliteStore(path, migrator=longer()) as store:
        assert await store.read(lambda tx: tx.tasks.get(a_task().id)) == a_task()
    assert rows(path, "SELECT mood FROM tasks") == [(None,)]
    copy = tmp_path / f"easel.db.before-{LATER.number:04}"
    assert files(tmp_path) == {"easel.db", copy.name}
    async with SqliteStore(copy) as store:
        assert await store.read(lambda tx: tx.tasks.get(a_task().id)) == a_task()


async def test_opening_says_what_was_applied(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "easel.db")
    assert await store.open() == SHIPPED
    with pytest.raises(RuntimeError):
        await store.open()
    await store.aclose()
    assert await store.open() == []
    await store.aclose()


async def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    await fill(path)
    for _ in range(2):  # the copy of the first attempt is no obstacle to the second
        with pytest.raises(StorageError):
            longer(BROKEN).migrate(path)
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    async with SqliteStore(path) as store:
        assert await store.read(lambda tx: tx.tasks.get(a_task().id)) == a_task()


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    longer().migrate(path)
    with pytest.raises(StorageUnavailableError) as caught:
        await SqliteStore(path).open()
    assert caught.value.facts == {"reason": "newer", "path": str(path), "found": LAST + 1, "known": LAST}


def test_whoever_comes_second_finds_it_done(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"

    class Overtaken(Migrator):
        """Meets another process between looking and locking."""

        def _apply(self, connection: sqlite3.Connection, path: Path) -> list[str]:
            Migrator().migrate(path)
            return super()._apply(connection, path)

    assert Overtaken().migrate(path) == []
    assert rows(path, "SELECT name FROM migrations ORDER BY number") == [(name,) for name in SHIPPED]


def test_every_table_is_strict(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    Migrator().migrate(path)
    loose: Iterable[tuple[object, ...]] = rows(
        path, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    )
    assert [name for (name,) in loose if not str(name).startswith("sqlite_")] == []


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    with pytest.raises(StorageUnavailableError) as caught:
        Migrator().migrate(path)
    assert caught.value.facts["reason"] == "not_ours"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]


def test_each_priority_goes_on_from_where_it_waits(tmp_path: Path) -> None:
    """What was one served rank for all becomes one for each, in the middle of a queue."""
    path = tmp_path / "easel.db"
    steps = shipped_migrations()
    Migrator([step for step in steps if step.number < 3]).migrate(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE queue SET served_rank = 70")
        for priority, rank in [(0, 6), (0, 5), (1, 71), (1, 72)]:
            connection.execute(
                "INSERT INTO tasks (id, account, request, price, work, priority, rank, created_at, status,"
                " revision, attempts) VALUES (?, 'a', '{}', 0, 1, ?, ?, 0, 'pending', 1, 0)",
                (f"{priority}.{rank}", priority, rank),
            )
    Migrator(steps).migrate(path)
    assert rows(path, "SELECT priority, rank FROM served ORDER BY priority") == [(0, 4), (1, 70)]
    assert rows(path, "SELECT paused FROM queue") == [(0,)]


async def test_progress_from_before_engines_told_of_their_queues_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    task = a_task(GenerationStatus.PROCESSING, progress=Progress(3, 20))
    assert task.lease is not None
    Migrator([step for step in shipped_migrations() if step.number < 4]).migrate(path)
    values = {
        "id": task.id,
        "account": task.request.account,
        "request": task.request.model_dump_json(),
        "price": task.price,
        "work": task.request.settings.work,
        "created_at": to_micros(task.created_at),
        "priority": task.priority,
        "rank": task.rank,
        "status": task.status,
        "revision": task.revision,
        "attempts": task.attempts,
        "lease_id": task.lease.id,
        "lease_worker": task.lease.worker,
        "lease_expires_at": to_micros(task.lease.expires_at),
        "progress_step": 3,
        "progress_steps": 20,
        "started_at": to_micros(NOON),
    }
    places = ", ".join(f":{name}" for name in values)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"INSERT INTO tasks ({', '.join(values)}) VALUES ({places})", values)  # noqa: S608
    async with SqliteStore(path) as store:
        assert await store.read(lambda tx: tx.tasks.get(task.id)) == task
