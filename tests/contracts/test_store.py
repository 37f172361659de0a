"""What every store does with transactions: all of one or nothing of it, and nobody else's."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import pytest

from adapters.storage.memory import MemoryStore
from adapters.storage.sqlite import SqliteStore
from core.errors import ConflictError, CoreError, InsufficientPointsError, StorageUnavailableError
from core.ids import TaskId
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.points.service import PointsService
from core.store import Store, Transaction
from tests.fakes.builders import ANN, a_request, a_task
from tests.fakes.clock import NOON


class PeculiarError(Exception):
    """An error that no store has heard of."""


def task_named(name: str) -> TaskId:
    return TaskId(name)


async def names(store: Store) -> list[TaskId]:
    return [entry.id for entry in await store.read(lambda tx: tx.tasks.queue(1000))]


async def test_write_returns_what_the_function_returns(store: Store) -> None:
    assert await store.write(lambda _: "value") == "value"
    assert await store.read(lambda _: "value") == "value"


async def test_a_transaction_sees_what_it_wrote(store: Store) -> None:
    def work(tx: Transaction) -> bool:
        tx.tasks.add(a_task())
        return tx.tasks.get(a_task().id) == a_task()

    assert await store.write(work)


async def test_a_function_that_raises_has_written_nothing(store: Store) -> None:
    error = PeculiarError("as it is")

    def work(tx: Transaction) -> NoReturn:
        tx.tasks.add(a_task())
        tx.points.add(Account(ANN, 0, 0, NOON))
        tx.tasks.set_paused(paused=True)
        raise error

    with pytest.raises(PeculiarError) as caught:
        await store.write(work)
    assert caught.value is error
    assert await store.read(lambda tx: tx.tasks.get(a_task().id)) is None
    assert await store.read(lambda tx: tx.points.get(ANN)) is None
    assert not await store.read(lambda tx: tx.tasks.is_paused())


async def test_an_error_that_is_caught_inside_leaves_the_rest_of_the_function(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.tasks.add(a_task())
        with pytest.raises(ConflictError):
            tx.tasks.add(a_task())
        tx.tasks.add(a_task(id=task_named("other")))

    await store.write(work)
    assert await names(store) == [a_task().id, "other"]


@pytest.mark.parametrize("after_writing", [True, False])
async def test_one_failing_function_among_many_is_undone_alone(store: Store, after_writing: bool) -> None:
    def add(number: int) -> TaskId:
        return task_named(f"task{number:02}")

    async def write(number: int) -> TaskId:
        def work(tx: Transaction) -> TaskId:
            if number == 7 and not after_writing:
                raise PeculiarError
            tx.tasks.add(a_task(id=add(number)))
            if number == 7:
                raise PeculiarError
            return add(number)

        return await store.write(work)

    results = await asyncio.gather(*(write(number) for number in range(20)), return_exceptions=True)
    assert isinstance(results[7], PeculiarError)
    wanted = [add(number) for number in range(20) if number != 7]
    assert [result for result in results if not isinstance(result, BaseException)] == wanted
    assert await names(store) == wanted


async def test_a_hundred_at_once_spend_a_balance_of_ten(store: Store) -> None:
    points = PointsService(store, starting_grant=10)

    async def create(number: int) -> None:
        def work(tx: Transaction) -> None:
            task = a_task(id=task_named(f"t{number}"), price=1)
            tx.tasks.add(task)
            points.hold(tx, ANN, task.price, task.id)

        await store.write(work)

    results = await asyncio.gather(*(create(number) for number in range(100)), return_exceptions=True)
    refused = [result for result in results if result is not None]
    assert len(refused) == 90
    assert all(isinstance(error, InsufficientPointsError) for error in refused)
    assert await store.read(lambda tx: tx.tasks.count_pending()) == 10
    account = await store.read(lambda tx: tx.points.get(ANN))
    assert account is not None
    assert (account.balance, account.held) == (0, 10)
    assert await store.read(lambda tx: tx.points.unbalanced()) == []


async def test_writes_are_done_in_the_order_in_which_they_were_asked_for(store: Store) -> None:
    seen: list[int] = []
    await asyncio.gather(*(store.write(lambda _, n=n: seen.append(n)) for n in range(50)))  # type: ignore[misc]
    assert seen == list(range(50))


async def test_a_cancelled_caller_harms_nobody(store: Store) -> None:
    async def add(name: str) -> None:
        await store.write(lambda tx: tx.tasks.add(a_task(id=task_named(name))))

    callers = [asyncio.create_task(add(f"t{number}")) for number in range(10)]
    await asyncio.sleep(0)
    callers[3].cancel()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(results[3], asyncio.CancelledError)
    assert [result for result in results if result is not None] == [results[3]]
    assert {f"t{number}" for number in range(10) if number != 3} <= set(await names(store))
    await add("after")
    assert "after" in await names(store)


async def test_a_function_whose_caller_gave_up_before_it_began_is_dropped(store: Store) -> None:
    ran: list[str] = []
    caller = asyncio.create_task(store.write(lambda _: ran.append("dropped")))
    await asyncio.sleep(0)
    caller.cancel()
    await store.write(lambda _: ran.append("kept"))
    assert caller.cancelled()
    assert ran == ["kept"]


async def test_a_cancelled_reader_leaves_its_place_to_others(store: Store) -> None:
    callers = [asyncio.create_task(store.read(lambda tx: tx.tasks.counts())) for _ in range(10)]
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    assert (
        await asyncio.gather(*(store.read(lambda tx: tx.tasks.count_pending()) for _ in range(10)))
        == [0] * 10
    )


async def test_a_reading_function_may_not_write(store: Store) -> None:
    with pytest.raises(StorageUnavailableError) as caught:
        await store.read(lambda tx: tx.tasks.add(a_task()))
    assert caught.value.facts["reason"] == "read_only"
    assert await names(store) == []


async def test_a_reading_function_that_raises_ends_its_snapshot(store: Store) -> None:
    def fail(_: Transaction) -> NoReturn:
        raise PeculiarError

    for _ in range(5):
        with pytest.raises(PeculiarError):
            await store.read(fail)
    await store.write(lambda tx: tx.tasks.add(a_task()))
    assert await names(store) == [a_task().id]


async def test_stop_iteration_reaches_the_caller_as_an_error(store: Store) -> None:
    with pytest.raises(RuntimeError):
        await store.write(lambda _: next(iter(())))


async def test_after_closing_everything_is_refused(store: MemoryStore | SqliteStore) -> None:
    await store.aclose()
    with pytest.raises(StorageUnavailableError) as writing:
        await store.write(lambda tx: tx.tasks.counts())
    with pytest.raises(StorageUnavailableError) as reading:
        await store.read(lambda tx: tx.tasks.counts())
    assert writing.value.facts["reason"] == reading.value.facts["reason"] == "closed"
    await store.aclose()


async def test_what_waits_is_finished_before_closing(store: MemoryStore | SqliteStore) -> None:
    callers = [asyncio.create_task(store.write(lambda tx: tx.tasks.is_paused())) for _ in range(5)]
    await asyncio.sleep(0)
    if isinstance(store, MemoryStore):  # it makes nobody wait
        await asyncio.gather(*callers)
    await store.aclose()
    assert await asyncio.gather(*callers) == [False] * 5


async def test_points_and_task_go_together(store: Store) -> None:
    points = PointsService(store, starting_grant=5)

    def create(tx: Transaction) -> None:
        tx.tasks.add(a_task(request=a_request(), price=10))
        points.hold(tx, ANN, 10, a_task().id)

    with pytest.raises(InsufficientPointsError) as caught:
        await store.write(create)
    assert (caught.value.needed, caught.value.balance) == (10, 5)
    assert isinstance(caught.value, CoreError)
    assert await names(store) == []
    assert await store.read(lambda tx: tx.points.get(ANN)) is None


async def test_a_second_transaction_builds_on_the_first(store: Store) -> None:
    grant = LedgerEntry("k1", ANN, EntryKind.GRANT, 3, Pot.TREASURY, Pot.BALANCE, NOON)
    await store.write(lambda tx: tx.points.add(Account(ANN, 0, 0, NOON)))
    await asyncio.gather(
        *(store.write(lambda tx, n=n: tx.points.record(grant._replace(key=f"g{n}"))) for n in range(30))  # type: ignore[misc]
    )
    account = await store.read(lambda tx: tx.points.get(ANN))
    assert account == Account(ANN, 90, 0, NOON)
