from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import ConflictError, InsufficientPointsError, InvalidRequestError, NotFoundError, Problem
from core.ids import AccountId, TaskId
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.points.service import POINTS_MAX, PointsService
from core.store import Transaction
from tests.fakes.builders import ANN, BOB
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.store import RepeatingStore
from tests.fakes.world import World, a_world

TASK = TaskId("k7f3qz")


def service_of(world: World) -> PointsService:
    assert world.points is not None
    return world.points


async def write(world: World, work: Callable[[Transaction], object]) -> None:
    await world.memory.write(work)


def row(
    kind: EntryKind, amount: int, source: Pot, target: Pot, *, key: str = "", **fields: object
) -> LedgerEntry:
    return LedgerEntry(key or f"{kind}:{TASK}", ANN, kind, amount, source, target, NOON, **fields)  # type: ignore[arg-type]


WELCOME = row(EntryKind.GRANT, 100, Pot.TREASURY, Pot.BALANCE, key=f"welcome:{ANN}", note="welcome")
HOLD = row(EntryKind.HOLD, 10, Pot.BALANCE, Pot.HELD, task=TASK)
DEDUCT = row(EntryKind.DEDUCT, 10, Pot.HELD, Pot.SPENT, task=TASK)


@pytest.mark.parametrize("source", Pot)
@pytest.mark.parametrize("target", Pot)
def test_a_row_takes_from_its_source_and_adds_to_its_target(source: Pot, target: Pot) -> None:
    entry = row(EntryKind.GRANT, 7, source, target)
    for pot in Pot:
        assert entry.change_of(pot) == (7 if pot is target else 0) - (7 if pot is source else 0)


# Accounts


async def test_a_new_account_is_opened_with_the_starting_grant() -> None:
    world = a_world()
    assert await world.account() == Account(ANN, 100, 0, NOON)
    assert await world.ledger() == [WELCOME]


async def test_an_account_is_welcomed_once() -> None:
    world = a_world()
    await world.account()
    await world.account()
    await service_of(world).grant(ANN, 5, key="1")
    assert [entry.key for entry in await world.ledger()] == [f"welcome:{ANN}", "grant:1"]


async def test_looking_at_a_known_account_writes_nothing() -> None:
    world = a_world()
    await world.account()
    before = world.store.writes
    await world.account()
    assert world.store.writes == before


async def test_opening_tells_the_truth_at_once() -> None:
    world = a_world()
    opened = await world.memory.write(lambda tx: service_of(world).open(tx, ANN))
    stored = await world.memory.read(lambda tx: tx.points.get(ANN))
    assert opened == stored == Account(ANN, 100, 0, NOON)
    assert await world.memory.write(lambda tx: service_of(world).open(tx, ANN)) == stored


async def test_the_balance_is_the_accounts() -> None:
    world = a_world(starting_grant=7)
    await service_of(world).grant(ANN, 5, key="1")
    assert await service_of(world).balance(ANN) == 12
    assert await service_of(world).balance(BOB) == 7


async def test_a_starting_grant_may_be_nothing() -> None:
    assert await a_world(starting_grant=0).pots() == (0, 0)


def test_a_starting_grant_is_not_negative() -> None:
    with pytest.raises(ValueError, match=r"^starting_grant must not be negative$"):
        PointsService(a_world().memory, starting_grant=-1)


async def test_a_service_needs_a_store_alone() -> None:
    assert await PointsService(a_world().memory).balance(ANN) == 100


# Grants


async def test_a_grant_adds_and_says_why() -> None:
    world = a_world()
    account = await service_of(world).grant(ANN, 50, key="1", note="by console:bob")
    assert account == await world.account() == Account(ANN, 150, 0, NOON)
    assert (await world.ledger())[-1] == row(
        EntryKind.GRANT, 50, Pot.TREASURY, Pot.BALANCE, key="grant:1", note="by console:bob"
    )


async def test_a_grant_without_a_note_says_nothing() -> None:
    world = a_world()
    await service_of(world).grant(ANN, 50, key="1")
    await service_of(world).revoke(ANN, 50, key="1")
    assert [entry.note for entry in await world.ledger()] == ["welcome", "", ""]


async def test_a_revocation_takes_and_says_why() -> None:
    world = a_world()
    account = await service_of(world).revoke(ANN, 30, key="1", note="by console:bob")
    assert account == await world.account() == Account(ANN, 70, 0, NOON)
    assert (await world.ledger())[-1] == row(
        EntryKind.REVOKE, 30, Pot.BALANCE, Pot.TREASURY, key="revoke:1", note="by console:bob"
    )


async def test_the_same_key_moves_points_once() -> None:
    world = a_world()
    points = service_of(world)
    assert (await points.grant(ANN, 50, key="1")).balance == 150
    assert (await points.grant(ANN, 50, key="1")).balance == 150
    assert (await points.revoke(ANN, 20, key="1")).balance == 130
    assert (await points.revoke(ANN, 20, key="1")).balance == 130


async def test_a_transaction_that_is_run_again_moves_points_once() -> None:
    world = a_world(store=RepeatingStore)
    assert (await service_of(world).grant(ANN, 50, key="1")).balance == 150


async def test_no_more_is_taken_back_than_there_is() -> None:
    world = a_world()
    with pytest.raises(InsufficientPointsError) as caught:
        await service_of(world).revoke(ANN, 101, key="1")
    assert (caught.value.needed, caught.value.balance) == (101, 100)
    assert (await service_of(world).revoke(ANN, 100, key="2")).balance == 0


@pytest.mark.parametrize("amount", [0, -1, POINTS_MAX + 1])
async def test_an_amount_has_two_ends(amount: int) -> None:
    world = a_world()
    facts = {"given": amount, "ge": 1, "le": POINTS_MAX}
    for move in (service_of(world).grant, service_of(world).revoke):
        with pytest.raises(InvalidRequestError) as caught:
            await move(ANN, amount, key="1")
        assert caught.value.problems == (Problem("points", "out_of_range", facts),)
    assert await world.ledger() == []


@pytest.mark.parametrize("amount", [1, POINTS_MAX])
async def test_the_ends_themselves_are_taken(amount: int) -> None:
    assert (await service_of(a_world()).grant(ANN, amount, key="1")).balance == 100 + amount


async def test_one_accounts_points_are_not_anothers() -> None:
    world = a_world()
    await service_of(world).grant(ANN, 50, key="1")
    assert await world.pots(BOB) == (100, 0)
    assert [entry.account for entry in await world.ledger(BOB)] == [BOB]


async def test_the_last_movements_newest_first() -> None:
    world = a_world()
    for number in range(12):
        await service_of(world).grant(ANN, 1, key=str(number))
    keys = [entry.key for entry in await service_of(world).entries(ANN)]
    assert keys == [f"grant:{number}" for number in range(11, 1, -1)]
    assert len(await service_of(world).entries(ANN, 3)) == 3
    assert await service_of(world).entries(AccountId("console:cat")) == []


async def test_a_row_is_dated() -> None:
    clock = ManualClock()
    world = a_world(clock=clock)
    await world.account()
    clock.advance(60)
    await service_of(world).grant(ANN, 1, key="1")
    dates = [entry.created_at for entry in await world.ledger()]
    assert dates == [NOON, clock.now()]


# In a task's transaction


async def test_a_hold_opens_the_account_and_reserves() -> None:
    world = a_world()
    await write(world, lambda tx: service_of(world).hold(tx, ANN, 10, TASK))
    assert await world.ledger() == [WELCOME, HOLD]
    assert await world.pots() == (90, 10)


async def test_a_hold_needs_the_points() -> None:
    world = a_world()
    with pytest.raises(InsufficientPointsError) as caught:
        await write(world, lambda tx: service_of(world).hold(tx, ANN, 101, TASK))
    assert (caught.value.needed, caught.value.balance) == (101, 100)
    assert await world.memory.read(lambda tx: tx.points.get(ANN)) is None


async def test_a_deduction_spends_what_was_held() -> None:
    world = a_world()

    def work(tx: Transaction) -> None:
        service_of(world).hold(tx, ANN, 10, TASK)
        service_of(world).deduct(tx, ANN, 10, TASK)

    await write(world, work)
    assert await world.ledger() == [WELCOME, HOLD, DEDUCT]
    assert await world.pots() == (90, 0)


async def test_nothing_is_deducted_that_was_not_held() -> None:
    world = a_world()
    await world.account()
    with pytest.raises(InsufficientPointsError):
        await write(world, lambda tx: service_of(world).deduct(tx, ANN, 10, TASK))


async def test_who_has_no_account_can_not_be_charged() -> None:
    world = a_world()
    with pytest.raises(NotFoundError):
        await write(world, lambda tx: service_of(world).deduct(tx, ANN, 10, TASK))


@pytest.mark.parametrize(("deducted", "source"), [(False, Pot.HELD), (True, Pot.SPENT)])
async def test_a_refund_comes_from_where_the_points_are(deducted: bool, source: Pot) -> None:
    world = a_world()

    def work(tx: Transaction) -> None:
        service_of(world).hold(tx, ANN, 10, TASK)
        if deducted:
            service_of(world).deduct(tx, ANN, 10, TASK)
        service_of(world).refund(tx, ANN, 10, TASK)

    await write(world, work)
    assert (await world.ledger())[-1] == row(EntryKind.REFUND, 10, source, Pot.BALANCE, task=TASK)
    assert await world.pots() == (100, 0)


async def test_everything_is_done_once_for_a_task() -> None:
    world = a_world()
    points = service_of(world)

    def work(tx: Transaction) -> None:
        points.hold(tx, ANN, 10, TASK)
        for _ in range(2):
            points.deduct(tx, ANN, 10, TASK)
        for _ in range(2):
            points.refund(tx, ANN, 10, TASK)

    await write(world, work)
    assert len(await world.ledger()) == 4
    assert await world.pots() == (100, 0)


@pytest.mark.parametrize("account", [ANN, BOB])
async def test_points_are_held_under_an_id_once(account: AccountId) -> None:
    world = a_world()
    await write(world, lambda tx: service_of(world).hold(tx, ANN, 10, TASK))
    with pytest.raises(ConflictError) as caught:
        await write(world, lambda tx: service_of(world).hold(tx, account, 10, TASK))
    assert caught.value.facts == {"key": f"hold:{TASK}"}
    assert await world.pots() == (90, 10)


async def test_one_tasks_points_are_not_anothers() -> None:
    world = a_world()
    points = service_of(world)
    other = TaskId("other")

    def work(tx: Transaction) -> None:
        points.hold(tx, ANN, 10, TASK)
        points.hold(tx, ANN, 20, other)
        points.deduct(tx, ANN, 20, other)
        points.refund(tx, ANN, 10, TASK)

    await write(world, work)
    assert await world.pots() == (80, 0)
    assert [entry.source for entry in await world.ledger()][-1] is Pot.HELD


async def test_the_sums_agree_with_the_rows() -> None:
    world = a_world()
    task = await world.claimed()
    await world.service.cancel_task(task.id)
    await world.create()
    await service_of(world).revoke(ANN, 3, key="1")
    assert await world.memory.read(lambda tx: tx.points.unbalanced()) == []
    balance = sum(entry.change_of(Pot.BALANCE) for entry in await world.ledger())
    assert (balance, 10) == await world.pots()
