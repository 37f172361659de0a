"""The ledger against a model of it: whatever is asked in whatever order, the books stay right."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from adapters.storage.memory import MemoryStore
from adapters.storage.sqlite import SqliteStore
from core.errors import InsufficientPointsError
from core.ids import AccountId
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.store import Transaction
from tests.fakes.clock import NOON

ACCOUNTS = [AccountId("a"), AccountId("b")]
MOVES = {
    EntryKind.GRANT: (Pot.TREASURY, Pot.BALANCE),
    EntryKind.REVOKE: (Pot.BALANCE, Pot.TREASURY),
    EntryKind.HOLD: (Pot.BALANCE, Pot.HELD),
    EntryKind.DEDUCT: (Pot.HELD, Pot.SPENT),
    EntryKind.REFUND: (Pot.HELD, Pot.BALANCE),
}
MOVEMENTS = strategies.tuples(
    strategies.sampled_from([f"key{number}" for number in range(12)]),
    strategies.sampled_from(ACCOUNTS),
    strategies.sampled_from(EntryKind),
    strategies.integers(0, 20),
)


class Books(RuleBasedStateMachine):
    """Each step is a transaction of a few movements; one that is refused takes the others back."""

    in_memory = True

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.store = (
            MemoryStore()
            if self.in_memory
            else SqliteStore(Path(self.folder.name) / "easel.db", synchronous="NORMAL", readers=1)
        )
        self.keys: set[str] = set()
        self.pots = {account: dict.fromkeys(Pot, 0) for account in ACCOUNTS}

    @initialize()
    def open(self) -> None:
        self.runner.run(self.store.open())
        self.write(lambda tx: [tx.points.add(Account(account, 0, 0, NOON)) for account in ACCOUNTS])

    def write(self, work: Any) -> Any:
        return self.runner.run(self.store.write(work))

    @rule(movements=strategies.lists(MOVEMENTS, min_size=1, max_size=4))
    def move(self, movements: list[tuple[str, AccountId, EntryKind, int]]) -> None:
        entries = [LedgerEntry(key, who, kind, n, *MOVES[kind], NOON) for key, who, kind, n in movements]
        keys = set(self.keys)
        pots = {account: dict(of_account) for account, of_account in self.pots.items()}
        expected = [self.expect(entry, keys, pots) for entry in entries]

        def work(tx: Transaction) -> list[bool]:
            return [tx.points.record(entry) for entry in entries]

        if None in expected:
            with pytest.raises(InsufficientPointsError):
                self.write(work)
        else:
            assert self.write(work) == expected
            self.keys, self.pots = keys, pots

    @staticmethod
    def expect(entry: LedgerEntry, keys: set[str], pots: dict[AccountId, dict[Pot, int]]) -> bool | None:
        """Say what `record` returns; None where it raises."""
        if entry.key in keys:
            return False
        own = pots[entry.account]
        if entry.source is not Pot.TREASURY and own[entry.source] < entry.amount:
            return None
        keys.add(entry.key)
        own[entry.source] -= entry.amount
        own[entry.target] += entry.amount
        return True

    @invariant()
    def agree(self) -> None:
        def look(tx: Transaction) -> Any:
            return [tx.points.get(account) for account in ACCOUNTS], tx.points.unbalanced()

        accounts, unbalanced = self.runner.run(self.store.read(look))
        assert unbalanced == []
        assert accounts == [
            Account(account, pots[Pot.BALANCE], pots[Pot.HELD], NOON) for account, pots in self.pots.items()
        ]

    def teardown(self) -> None:
        self.runner.run(self.store.aclose())
        self.runner.close()
        self.folder.cleanup()


class BooksInAFile(Books):
    in_memory = False


@pytest.mark.parametrize("books", [Books, BooksInAFile])
def test_the_books_stay_right(books: type[Books]) -> None:
    run_state_machine_as_test(
        books,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
