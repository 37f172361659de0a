"""A damaged row is said once and stands in nobody's way."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.storage.sqlite import SqliteStore
from core.errors import StorageError
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.service import GenerationService
from core.ids import TaskId
from tests.fakes.builders import ANN, WORKER, a_request, a_task, an_origin
from tests.fakes.clock import NOON

DAMAGES = [
    ("request", ""),
    ("request", "{"),
    ("request", "[]"),
    ("request", "{}"),
    ("request", '{"settings": null, "input_images": [], "origin": null}'),
    ("created_at", 2**62),
]
damages = pytest.mark.parametrize(("column", "value"), DAMAGES)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "easel.db") as opened:
        yield opened


def damage(store: SqliteStore, task: str, column: str, value: Any) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE tasks SET {column} = ? WHERE id = ?", (value, task))  # noqa: S608 - ours


async def add(store: SqliteStore, *names: str, status: GenerationStatus = GenerationStatus.PENDING) -> None:
    def work(tx: Any) -> None:
        for name in names:
            tx.tasks.add(a_task(status, id=TaskId(name), request=a_request(name, origin=an_origin(name))))

    await store.write(work)


def ids(tasks: Any) -> list[str]:
    return [task.id for task in tasks]


@damages
async def test_one_that_is_asked_for_is_an_error(store: SqliteStore, column: str, value: Any) -> None:
    await add(store, "bad")
    damage(store, "bad", column, value)
    for use in (store.read, store.write):
        with pytest.raises(StorageError) as caught:
            await use(lambda tx: tx.tasks.get(TaskId("bad")))
        assert caught.value.facts["reason"] == "unreadable"
        assert (caught.value.facts["table"], caught.value.facts["key"]) == ("tasks", "bad")
    with pytest.raises(StorageError):
        await store.read(lambda tx: tx.tasks.by_origin(an_origin("bad").key))


@damages
async def test_the_others_are_claimed_and_it_is_said_once(
    store: SqliteStore, column: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await add(store, "bad", "one", "worse", "two", "three")
    for name in ("bad", "worse"):
        damage(store, name, column, value)
    service = GenerationService(store)
    claimed: list[GenerationTask] = []
    for limit in (1, 2, 1):
        claimed += await service.claim(WORKER, limit)
    assert ids(claimed) == ["one", "two", "three"]
    assert caplog.text.count("left out a task that can't be read") == 2


async def test_those_that_run_are_rescued_without_it(store: SqliteStore) -> None:
    await add(store, "one", "bad", "two", status=GenerationStatus.PROCESSING)
    damage(store, "bad", "request", "{")
    rescued = await GenerationService(store).rescue(max_attempts=3, orphaned=True)
    assert ids(rescued) == ["one", "two"]


async def test_those_that_have_ended_are_forgotten_without_it(store: SqliteStore) -> None:
    await add(store, "one", "bad", "two", status=GenerationStatus.COMPLETED)
    damage(store, "bad", "response", "nonsense")
    assert await GenerationService(store).cleanup_old_tasks(timedelta(0)) == 2
    assert await store.read(lambda tx: tx.tasks.counts()) == {
        **dict.fromkeys(GenerationStatus, 0),
        GenerationStatus.COMPLETED: 1,
    }


async def test_a_list_is_as_long_as_it_can_be(store: SqliteStore) -> None:
    await add(store, "one", "two", "bad", "worse", "three")
    for name in ("bad", "worse"):
        damage(store, name, "request", "{")
    assert ids(await store.read(lambda tx: tx.tasks.for_account(ANN, 2))) == ["three", "two"]
    assert ids(await store.read(lambda tx: tx.tasks.for_account(ANN, 9))) == ["three", "two", "one"]
    assert await store.read(lambda tx: tx.tasks.for_account(ANN, 0)) == []


async def test_one_of_several_deliveries_may_ask_softly(store: SqliteStore) -> None:
    await add(store, "bad", "good")
    damage(store, "bad", "request", "{")

    def look(tx: Any) -> list[str]:
        return ids(filter(None, (tx.tasks.get_readable(TaskId(name)) for name in ("bad", "good", "none"))))

    assert await store.read(look) == ["good"]


async def test_a_damage_after_the_task_was_read_is_seen(store: SqliteStore) -> None:
    """What the writer remembers of a row is compared with the row."""
    await add(store, "bad")
    assert await store.write(lambda tx: tx.tasks.get(TaskId("bad"))) is not None
    damage(store, "bad", "request", "{")
    with pytest.raises(StorageError):
        await store.write(lambda tx: tx.tasks.get(TaskId("bad")))
    damage(store, "bad", "price", 77)
    damage(store, "bad", "request", a_request("bad").model_dump_json())
    task = await store.write(lambda tx: tx.tasks.get(TaskId("bad")))
    assert task is not None
    assert (task.price, task.request, task.created_at) == (77, a_request("bad"), NOON)
