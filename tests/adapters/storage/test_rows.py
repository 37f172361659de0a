"""What the writer has at hand of a task is what the database has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from adapters.storage.rows import TaskRows
from adapters.storage.sqlite import SqliteStore
from core.errors import LeaseLostError
from core.generation import lifecycle
from core.generation.models import GenerationTask, Progress
from core.ids import TaskId
from core.store import Transaction
from tests.fakes.builders import a_lease, a_request, a_response, a_task
from tests.fakes.clock import NOON

LOCAL = datetime(2030, 6, 1, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "easel.db") as opened:
        yield opened


async def written(store: SqliteStore) -> GenerationTask | None:
    """Return the task as the next writing transaction has it, which is as a reading one has it."""
    of_writer = await store.write(lambda tx: tx.tasks.get(a_task().id))
    assert of_writer == await store.read(lambda tx: tx.tasks.get(a_task().id))
    return of_writer


async def test_every_step_of_a_life_is_read_as_it_was_written(store: SqliteStore) -> None:
    task = a_task()
    await store.write(lambda tx: tx.tasks.add(task))
    assert await written(store) == task
    started = lifecycle.start(task, a_lease(), NOON)
    advanced = lifecycle.advance(started, Progress(1, 2))
    back = lifecycle.hand_back(advanced, spend_attempt=True)
    again = lifecycle.start(back, a_lease(2), NOON)
    done = lifecycle.complete(again, a_response(), NOON)
    for state in (started, advanced, back, again, done):
        await store.write(lambda tx, state=state: tx.tasks.update(state))  # type: ignore[misc]
        assert await written(store) == state


async def test_what_is_undone_is_forgotten(store: SqliteStore) -> None:
    task = a_task()
    await store.write(lambda tx: tx.tasks.add(task))

    def undone(tx: Transaction) -> None:
        tx.tasks.update(lifecycle.start(task, a_lease(), NOON))
        raise LeaseLostError

    with pytest.raises(LeaseLostError):
        await store.write(undone)
    assert await written(store) == task
    await store.write(lambda tx: tx.tasks.delete(task.id))
    assert await written(store) is None
    await store.write(lambda tx: tx.tasks.add(replace(task, price=3)))
    assert await written(store) == replace(task, price=3)


async def test_what_an_update_does_not_write_is_not_remembered(store: SqliteStore) -> None:
    task = a_task()
    await store.write(lambda tx: tx.tasks.add(task))
    for other in (
        replace(task, revision=2, request=a_request("another")),
        replace(task, revision=3, price=99),
        replace(task, revision=4, rank=99),
        replace(task, revision=5, priority=99),
        replace(task, revision=6, created_at=NOON + timedelta(1)),
    ):
        await store.write(lambda tx, other=other: tx.tasks.update(other))  # type: ignore[misc]
        assert await written(store) == replace(task, revision=other.revision)


async def test_times_of_another_zone_are_read_in_utc(store: SqliteStore) -> None:
    task = a_task(created_at=LOCAL)
    await store.write(lambda tx: tx.tasks.add(task))
    started = lifecycle.start(task, replace(a_lease(), expires_at=LOCAL), LOCAL)
    await store.write(lambda tx: tx.tasks.update(started))
    found = await written(store)
    assert found is not None
    assert found.lease is not None
    assert found.started_at is not None
    for moment in (found.created_at, found.started_at, found.lease.expires_at):
        assert moment == LOCAL
        assert moment.utcoffset() == timedelta(0)


def test_more_than_are_kept_at_hand() -> None:
    rows = TaskRows(size=2)
    tasks = [a_task(id=TaskId(f"t{number}"), price=number) for number in range(5)]
    encoded = [rows.encode(task) for task in tasks]
    assert [rows.decode(row) for row in encoded] == tasks
    assert [rows.decode(row) for row in encoded[::-1]] == tasks[::-1]
