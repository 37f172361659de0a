"""The points service. Its lower half joins the caller's transaction; its upper half has its own."""

from __future__ import annotations

from collections.abc import Sequence

from core.clock import Clock, SystemClock
from core.errors import ConflictError, InvalidRequestError, NotFoundError
from core.ids import AccountId, TaskId
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.store import Store, Transaction

POINTS_MAX = 1_000_000_000
"""The most that one grant moves: far above any use, far below what a database's integer holds."""


class PointsService:
    """Grants, holds, deductions and refunds, each exactly once per key."""

    def __init__(self, store: Store, *, starting_grant: int = 100, clock: Clock | None = None) -> None:
        """`starting_grant` is what a new account begins with, in points."""
        if starting_grant < 0:
            raise ValueError("starting_grant must not be negative")
        self._store = store
        self._starting_grant = starting_grant
        self._clock = clock or SystemClock()

    # In a transaction of their own.

    async def account(self, account: AccountId) -> Account:
        """Return the account, opened with its starting grant where it is new."""
        known = await self._store.read(lambda tx: tx.points.get(account))
        if known is not None:
            return known
        return await self._store.write(lambda tx: self.open(tx, account))

    async def balance(self, account: AccountId) -> int:
        return (await self.account(account)).balance

    async def grant(self, account: AccountId, amount: int, *, key: str, note: str = "") -> Account:
        """Give points; the same `key` gives them once. Raises `InvalidRequestError`."""
        return await self._transfer(account, amount, key, note, EntryKind.GRANT, Pot.TREASURY, Pot.BALANCE)

    async def revoke(self, account: AccountId, amount: int, *, key: str, note: str = "") -> Account:
        """Take points back. Raises `InsufficientPointsError` where the account has fewer."""
        return await self._transfer(account, amount, key, note, EntryKind.REVOKE, Pot.BALANCE, Pot.TREASURY)

    async def entries(self, account: AccountId, limit: int = 10) -> Sequence[LedgerEntry]:
        """Return the account's last movements, newest first."""
        return await self._store.read(lambda tx: tx.points.entries(account, limit))

    async def _transfer(
        self, account: AccountId, amount: int, key: str, note: str, kind: EntryKind, source: Pot, target: Pot
    ) -> Account:
        if not 0 < amount <= POINTS_MAX:
            raise InvalidRequestError.of("points", "out_of_range", given=amount, ge=1, le=POINTS_MAX)

        def transfer(tx: Transaction) -> Account:
            self.open(tx, account)
            now = self._clock.now()
            tx.points.record(
                LedgerEntry(f"{kind}:{key}", account, kind, amount, source, target, now, note=note)
            )
            return self.open(tx, account)

        return await self._store.write(transfer)

    # In the caller's transaction.

    def open(self, tx: Transaction, account: AccountId) -> Account:
        """Return the account, opened with its starting grant where it is new."""
        known = tx.points.get(account)
        if known is not None:
            return known
        now = self._clock.now()
        tx.points.add(Account(account, 0, 0, now))
        key = f"welcome:{account}"
        grant = self._starting_grant
        tx.points.record(
            LedgerEntry(key, account, EntryKind.GRANT, grant, Pot.TREASURY, Pot.BALANCE, now, note="welcome")
        )
        return Account(account, grant, 0, now)

    def hold(self, tx: Transaction, account: AccountId, amount: int, task: TaskId) -> None:
        """Reserve a waiting task's price.

        Raises `InsufficientPointsError`, and `ConflictError` where points were held under this id before,
        even for a task that is forgotten.
        """
        try:
            held = self._record(tx, account, amount, task, EntryKind.HOLD, Pot.BALANCE, Pot.HELD)
        except NotFoundError:  # asked of few, so it isn't looked for beforehand
            self.open(tx, account)
            held = self._record(tx, account, amount, task, EntryKind.HOLD, Pot.BALANCE, Pot.HELD)
        if not held:
            raise ConflictError(key=_key(EntryKind.HOLD, task))

    def deduct(self, tx: Transaction, account: AccountId, amount: int, task: TaskId) -> None:
        """Spend what was held for the task. A task started again has paid already."""
        self._record(tx, account, amount, task, EntryKind.DEDUCT, Pot.HELD, Pot.SPENT)

    def refund(self, tx: Transaction, account: AccountId, amount: int, task: TaskId) -> None:
        """Give back what was held for, or spent on, the task."""
        spent = tx.points.entry(_key(EntryKind.DEDUCT, task)) is not None
        source = Pot.SPENT if spent else Pot.HELD
        self._record(tx, account, amount, task, EntryKind.REFUND, source, Pot.BALANCE)

    def _record(
        self,
        tx: Transaction,
        account: AccountId,
        amount: int,
        task: TaskId,
        kind: EntryKind,
        source: Pot,
        target: Pot,
    ) -> bool:
        return tx.points.record(
            LedgerEntry(_key(kind, task), account, kind, amount, source, target, self._clock.now(), task)
        )


def _key(kind: EntryKind, task: TaskId) -> str:
    return f"{kind}:{task}"
