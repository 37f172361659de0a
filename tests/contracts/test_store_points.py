"""What every store does with accounts and the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.errors import ConflictError, InsufficientPointsError, NotFoundError
from core.ids import AccountId, TaskId
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.store import Store, Transaction
from tests.fakes.builders import ANN, BOB
from tests.fakes.clock import NOON

TASK = TaskId("k7f3qz")
GRANT = LedgerEntry(
    "grant:1", ANN, EntryKind.GRANT, 10, Pot.TREASURY, Pot.BALANCE, NOON, note="für Ännchen 🎨"
)
HOLD = LedgerEntry("hold:1", ANN, EntryKind.HOLD, 10, Pot.BALANCE, Pot.HELD, NOON, TASK)
DEDUCT = LedgerEntry("deduct:1", ANN, EntryKind.DEDUCT, 10, Pot.HELD, Pot.SPENT, NOON, TASK)
REFUND = LedgerEntry("refund:1", ANN, EntryKind.REFUND, 10, Pot.SPENT, Pot.BALANCE, NOON, TASK)


async def open_account(store: Store, account: AccountId = ANN) -> None:
    await store.write(lambda tx: tx.points.add(Account(account, 0, 0, NOON)))


async def record(store: Store, *entries: LedgerEntry) -> list[bool]:
    return await store.write(lambda tx: [tx.points.record(entry) for entry in entries])


async def pots(store: Store, account: AccountId = ANN) -> tuple[int, int]:
    found = await store.read(lambda tx: tx.points.get(account))
    assert found is not None
    return found.balance, found.held


async def test_an_account_comes_back_equal(store: Store) -> None:
    account = Account(ANN, 0, 0, NOON + timedelta(microseconds=1))
    await store.write(lambda tx: tx.points.add(account))
    assert await store.read(lambda tx: tx.points.get(ANN)) == account
    assert await store.read(lambda tx: tx.points.get(BOB)) is None
    with pytest.raises(ConflictError) as caught:
        await store.write(lambda tx: tx.points.add(account))
    assert caught.value.facts["key"] == "accounts.id"


async def test_a_row_moves_its_points_once(store: Store) -> None:
    await open_account(store)
    assert await record(store, GRANT, GRANT) == [True, False]
    assert await record(store, GRANT._replace(amount=999)) == [False]
    assert await pots(store) == (10, 0)
    assert await record(store, HOLD, HOLD) == [True, False]
    assert await pots(store) == (0, 10)
    assert await record(store, DEDUCT, HOLD, DEDUCT) == [True, False, False]
    assert await pots(store) == (0, 0)
    assert await record(store, REFUND) == [True]
    assert await pots(store) == (10, 0)
    assert await store.read(lambda tx: tx.points.unbalanced()) == []


async def test_rows_come_back_equal_and_newest_first(store: Store) -> None:
    await open_account(store)
    await open_account(store, BOB)
    await record(store, GRANT, GRANT._replace(key="bob's", account=BOB), HOLD, DEDUCT)
    assert await store.read(lambda tx: tx.points.entries(ANN, 9)) == [DEDUCT, HOLD, GRANT]
    assert await store.read(lambda tx: tx.points.entries(ANN, 1)) == [DEDUCT]
    assert await store.read(lambda tx: tx.points.entry(HOLD.key)) == HOLD
    assert await store.read(lambda tx: tx.points.entry("none")) is None


@pytest.mark.parametrize(("entry", "pot"), [(HOLD, 9), (DEDUCT, 0)])
async def test_no_pot_falls_below_zero(store: Store, entry: LedgerEntry, pot: int) -> None:
    await open_account(store)
    await record(store, GRANT._replace(amount=9))
    with pytest.raises(InsufficientPointsError) as caught:
        await record(store, entry)
    assert (caught.value.needed, caught.value.balance) == (10, pot)
    assert await pots(store) == (9, 0)
    assert await store.read(lambda tx: tx.points.entry(entry.key)) is None


async def test_a_refusal_that_is_caught_inside_leaves_the_books_right(store: Store) -> None:
    await open_account(store)

    def work(tx: Transaction) -> None:
        tx.points.record(GRANT._replace(amount=3))
        with pytest.raises(InsufficientPointsError):
            tx.points.record(HOLD)

    await store.write(work)
    assert await pots(store) == (3, 0)
    assert await store.read(lambda tx: tx.points.entries(ANN, 9)) == [GRANT._replace(amount=3)]


async def test_a_row_of_nothing_is_kept(store: Store) -> None:
    await open_account(store)
    assert await record(store, HOLD._replace(amount=0)) == [True]
    assert await pots(store) == (0, 0)


async def test_a_row_needs_its_account(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await record(store, GRANT)
    assert await store.read(lambda tx: tx.points.entry(GRANT.key)) is None


async def test_what_a_row_may_not_say(store: Store) -> None:
    await open_account(store)
    with pytest.raises(ValueError, match="0 points or more"):
        await record(store, GRANT._replace(amount=-1))
    with pytest.raises(ValueError, match="zone"):
        await record(store, GRANT._replace(created_at=datetime(2030, 1, 1)))  # noqa: DTZ001 - it is refused
    assert await pots(store) == (0, 0)


async def test_an_account_is_updated_without_its_points(store: Store) -> None:
    await open_account(store)
    await record(store, GRANT)
    older = Account(ANN, 10, 0, NOON - timedelta(days=1))
    await store.write(lambda tx: tx.points.update(older))
    assert await store.read(lambda tx: tx.points.get(ANN)) == older
    with pytest.raises(ValueError, match="record"):
        await store.write(lambda tx: tx.points.update(replace(older, balance=99)))
    with pytest.raises(NotFoundError):
        await store.write(lambda tx: tx.points.update(replace(older, id=BOB)))
    assert await store.read(lambda tx: tx.points.get(ANN)) == older


async def test_an_account_is_deleted_with_its_rows(store: Store) -> None:
    await open_account(store)
    await open_account(store, BOB)
    await record(store, GRANT, GRANT._replace(key="bob's", account=BOB))
    assert await store.write(lambda tx: tx.points.delete(ANN))
    assert not await store.write(lambda tx: tx.points.delete(ANN))
    assert await store.read(lambda tx: tx.points.entry(GRANT.key)) is None
    assert await pots(store, BOB) == (10, 0)


async def test_books_that_do_not_agree_are_found(store: Store) -> None:
    await store.write(lambda tx: tx.points.add(Account(BOB, 1, 0, NOON)))
    await store.write(lambda tx: tx.points.add(Account(ANN, 0, 1, NOON)))
    await open_account(store, AccountId("console:sound"))
    assert await store.read(lambda tx: tx.points.unbalanced()) == [ANN, BOB]
