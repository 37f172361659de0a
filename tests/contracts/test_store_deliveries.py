"""What every store does with deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.delivery.models import Delivery, MessageRef
from core.errors import ConflictError, NotFoundError
from core.generation import lifecycle
from core.generation.models import GenerationStatus, GenerationTask
from core.ids import TaskId
from core.store import Store, Transaction
from tests.fakes.builders import a_lease, a_response, a_task
from tests.fakes.clock import NOON

HERE = MessageRef("console", "main", "1", "topic")
ELSEWHERE = MessageRef("postcard", "main", "1")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def put(
    store: Store,
    name: str,
    status: GenerationStatus = GenerationStatus.PENDING,
    *,
    ref: MessageRef = HERE,
    task: dict[str, Any] | None = None,
    **fields: Any,
) -> tuple[Delivery, GenerationTask]:
    made = a_task(status, id=TaskId(name), **(task or {}))
    delivery = Delivery(made.id, ref, **fields)

    def work(tx: Transaction) -> None:
        tx.tasks.add(made)
        tx.deliveries.add(delivery)

    await store.write(work)
    return delivery, made


async def due(store: Store, platform: str = "console", seconds: float = 0, limit: int = 99) -> list[str]:
    found = await store.read(lambda tx: tx.deliveries.due(platform, at(seconds), limit))
    assert all(delivery.task == task.id for delivery, task in found)
    return [task.id for _, task in found]


async def test_a_delivery_comes_back_equal(store: Store) -> None:
    delivery, task = await put(
        store, "t", revision=7, shown_revision=3, failures=2, not_before=at(0.000_001), closed=True
    )
    assert await store.read(lambda tx: tx.deliveries.get(task.id)) == delivery
    bare, other = await put(store, "u", ref=MessageRef("console", "chat"))
    assert await store.read(lambda tx: tx.deliveries.get(other.id)) == bare
    assert await store.read(lambda tx: tx.deliveries.get(TaskId("none"))) is None


async def test_one_delivery_a_task_and_none_without(store: Store) -> None:
    delivery, _ = await put(store, "t")
    with pytest.raises(ConflictError) as caught:
        await store.write(lambda tx: tx.deliveries.add(delivery))
    assert caught.value.facts["key"] == "deliveries.task"
    with pytest.raises(NotFoundError):
        await store.write(lambda tx: tx.deliveries.add(replace(delivery, task=TaskId("none"))))


async def test_a_chats_deliveries_newest_first(store: Store) -> None:
    first, _ = await put(store, "a", closed=True)
    second, _ = await put(store, "b")
    await put(store, "c", ref=ELSEWHERE)
    found = await store.read(lambda tx: tx.deliveries.in_chat("console", "main", 9))
    assert list(found) == [second, first]
    assert list(await store.read(lambda tx: tx.deliveries.in_chat("console", "main", 1))) == [second]


async def test_a_limit_below_zero_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="below 0"):
        await store.read(lambda tx: tx.deliveries.due("console", at(0), -1))
    with pytest.raises(ValueError, match="below 0"):
        await store.read(lambda tx: tx.deliveries.waiting("console", -1))


async def test_what_shows_nothing_yet_comes_before_news(store: Store) -> None:
    await put(store, "news", revision=2, shown_revision=1)
    await put(store, "new")
    await put(store, "ended", GenerationStatus.CANCELLED)
    assert await due(store) == ["ended", "new", "news"]


async def test_update_and_delete(store: Store) -> None:
    delivery, task = await put(store, "t")
    changed = Delivery(task.id, ELSEWHERE, 5, 4, 3, at(9), closed=False)
    await store.write(lambda tx: tx.deliveries.update(changed))
    assert await store.read(lambda tx: tx.deliveries.get(task.id)) == changed
    with pytest.raises(NotFoundError):
        await store.write(lambda tx: tx.deliveries.update(replace(delivery, task=TaskId("none"))))
    assert await store.write(lambda tx: tx.deliveries.delete(task.id))
    assert not await store.write(lambda tx: tx.deliveries.delete(task.id))
    assert await store.read(lambda tx: tx.tasks.get(task.id)) == task


async def test_a_deleted_task_takes_its_delivery_along(store: Store) -> None:
    _, task = await put(store, "t")
    await put(store, "u")
    await store.write(lambda tx: tx.tasks.delete(task.id))
    assert await store.read(lambda tx: tx.deliveries.get(task.id)) is None
    assert await due(store) == ["u"]


async def test_a_raised_revision_makes_it_due(store: Store) -> None:
    _, task = await put(store, "t", revision=3, shown_revision=3)
    assert await due(store) == []
    await store.write(lambda tx: tx.deliveries.raise_revision(task.id, 5))
    assert await due(store) == ["t"]
    await store.write(lambda tx: tx.deliveries.raise_revision(task.id, 4))
    await store.write(lambda tx: tx.deliveries.raise_revision(TaskId("shown nowhere"), 4))
    delivery = await store.read(lambda tx: tx.deliveries.get(task.id))
    assert delivery is not None
    assert delivery.revision == 5


async def test_due_brings_the_task_as_it_is(store: Store) -> None:
    pair = await put(store, "t")
    assert await store.read(lambda tx: tx.deliveries.due("console", NOON, 9)) == [pair]


async def test_ended_tasks_are_due_first_then_the_oldest(store: Store) -> None:
    ended = []
    for name in ("a", "b", "c", "d"):
        _, task = await put(store, name)
        if name in "bd":
            started = lifecycle.start(task, a_lease(), NOON)
            ended.append((started, lifecycle.complete(started, a_response(), NOON)))
    await put(store, "e", GenerationStatus.FAILED)
    assert await due(store) == ["e", "a", "b", "c", "d"]

    def finish(tx: Transaction) -> None:
        for states in reversed(ended):
            for state in states:
                tx.tasks.update(state)
                tx.deliveries.raise_revision(state.id, state.revision)

    await store.write(finish)
    assert await due(store) == ["b", "d", "e", "a", "c"]
    assert await due(store, limit=3) == ["b", "d", "e"]


async def test_what_is_not_due(store: Store) -> None:
    await put(store, "due")
    await put(store, "shown", revision=2, shown_revision=2)
    await put(store, "closed", closed=True)
    await put(store, "postponed", not_before=at(10))
    await put(store, "elsewhere", ref=ELSEWHERE)
    assert await due(store) == ["due"]
    assert await due(store, seconds=10) == ["due", "postponed"]
    assert await due(store, "postcard") == ["elsewhere"]
    assert await due(store, "nowhere") == []


async def test_when_the_next_is_due(store: Store) -> None:
    assert await store.read(lambda tx: tx.deliveries.next_due("console")) is None
    await put(store, "now")
    await put(store, "closed", closed=True, not_before=at(1))
    await put(store, "shown", shown_revision=1, not_before=at(2))
    await put(store, "elsewhere", ref=ELSEWHERE, not_before=at(3))
    assert await store.read(lambda tx: tx.deliveries.next_due("console")) is None
    await put(store, "later", not_before=at(5))
    await put(store, "sooner", not_before=at(4))
    assert await store.read(lambda tx: tx.deliveries.next_due("console")) == at(4)


async def test_deliveries_of_waiting_tasks_in_claim_order(store: Store) -> None:
    await put(store, "c", task={"rank": 3}, shown_revision=1)
    first = await put(store, "a", task={"rank": 9, "priority": 1})
    await put(store, "b", task={"rank": 1})
    await put(store, "closed", closed=True)
    await put(store, "elsewhere", ref=ELSEWHERE)
    await put(store, "running", GenerationStatus.PROCESSING)
    found = await store.read(lambda tx: tx.deliveries.waiting("console", 9))
    assert [task.id for _, task in found] == ["a", "b", "c"]
    assert await store.read(lambda tx: tx.deliveries.waiting("console", 1)) == [first]


async def test_how_many_are_open(store: Store) -> None:
    await put(store, "due")
    await put(store, "shown", shown_revision=1)
    await put(store, "closed", closed=True)
    await put(store, "elsewhere", ref=ELSEWHERE)
    assert await store.read(lambda tx: tx.deliveries.open_count("console")) == 2


async def test_times_without_a_zone_are_refused(store: Store) -> None:
    naive = datetime(2030, 1, 1)  # noqa: DTZ001 - it is refused
    delivery, _ = await put(store, "t")
    with pytest.raises(ValueError, match="zone"):
        await store.write(lambda tx: tx.deliveries.update(replace(delivery, not_before=naive)))
    with pytest.raises(ValueError, match="zone"):
        await store.read(lambda tx: tx.deliveries.due("console", naive, 9))
