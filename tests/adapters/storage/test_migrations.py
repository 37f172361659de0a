"""Steps of the schema: each once, all or none, never backwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.migrations import Migration, Migrator, shipped_migrations
from adapters.storage.sqlite import SqliteStore
from core.errors import StorageError, StorageUnavailableError
from tests.fakes.builders import a_task

SECOND = Migration(
    "0002_moods",
    """
-- A comment; with a semicolon
ALTER TABLE tasks ADD COLUMN mood TEXT;
CREATE TRIGGER moody AFTER INSERT ON tasks BEGIN
    UPDATE tasks SET mood = 'fine; thank you' WHERE id = NEW.id;
END;
CREATE INDEX tasks_mood ON tasks (mood)
""",
)
BROKEN = Migration("0002_broken", "CREATE TABLE half (id INTEGER);\nCREATE TABLE half (id INTEGER);")


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def both(second: Migration = SECOND) -> Migrator:
    return Migrator([*shipped_migrations(), second])


async def fill(path: Path) -> None:
    async with SqliteStore(path) as store:
        await store.write(lambda tx: tx.tasks.add(a_task()))


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_the_shipped_steps_are_numbered_without_a_gap() -> None:
    assert [step.number for step in shipped_migrations()] == list(range(1, len(shipped_migrations()) + 1))


def test_a_new_database_takes_every_step_once(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    assert both().migrate(path) == ["0001_initial", "0002_moods"]
    assert both().migrate(path) == []
    assert rows(path, "SELECT number, name FROM migrations") == [(1, "0001_initial"), (2, "0002_moods")]
    assert files(tmp_path) == {"easel.db"}


async def test_an_older_database_is_copied_and_taken_on(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    await fill(path)
    async with SqliteStore(path, migrator=both()) as store:
        assert await store.read(lambda tx: tx.tasks.get(a_task().id)) == a_task()
    assert rows(path, "SELECT mood FROM tasks") == [(None,)]
    copy = tmp_path / "easel.db.before-0002"
    assert files(tmp_path) == {"easel.db", copy.name}
    async with SqliteStore(copy) as store:
        assert await store.read(lambda tx: tx.tasks.get(a_task().id)) == a_task()


async def test_opening_says_what_was_applied(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "easel.db")
    assert await store.open() == ["0001_initial"]
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
            both(BROKEN).migrate(path)
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    async with SqliteStore(path) as store:
        assert await store.read(lambda tx: tx.tasks.get(a_task().id)) == a_task()


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    both().migrate(path)
    with pytest.raises(StorageUnavailableError) as caught:
        await SqliteStore(path).open()
    assert caught.value.facts == {"reason": "newer", "path": str(path), "found": 2, "known": 1}


def test_whoever_comes_second_finds_it_done(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"

    class Overtaken(Migrator):
        """Meets another process between looking and locking."""

        def _apply(self, connection: sqlite3.Connection, path: Path) -> list[str]:
            Migrator().migrate(path)
            return super()._apply(connection, path)

    assert Overtaken().migrate(path) == []
    assert rows(path, "SELECT name FROM migrations") == [("0001_initial",)]


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
