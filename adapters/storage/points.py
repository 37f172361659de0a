"""Accounts and the ledger in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from adapters.storage.failures import constraint_error
from adapters.storage.queries import queries
from adapters.storage.rows import Row, checked_limit, from_micros, to_micros
from core.errors import InsufficientPointsError, NotFoundError
from core.ids import AccountId
from core.points.models import Account, EntryKind, LedgerEntry, Pot


class SqlitePoints:
    """`PointsRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._sql = queries("points")

    def get(self, key: AccountId) -> Account | None:
        row = self._execute(self._sql["get"], (key,)).fetchone()
        if row is None:
            return None
        account, balance, held, created_at = row
        return Account(account, balance, held, from_micros(created_at))

    def add(self, entity: Account) -> None:
        values = (entity.id, entity.balance, entity.held, to_micros(entity.created_at))
        try:
            self._execute(self._sql["add"], values)
        except sqlite3.IntegrityError as error:
            raise constraint_error(error) from error

    def update(self, entity: Account) -> None:
        """Replace `created_at`. Raises `NotFoundError`, and `ValueError` for other points than are stored."""
        known = self.get(entity.id)
        if known is None:
            raise NotFoundError("account", entity.id)
        if (known.balance, known.held) != (entity.balance, entity.held):
            raise ValueError("points change by `record` alone")
        self._execute(self._sql["update"], (to_micros(entity.created_at), entity.id))

    def delete(self, key: AccountId) -> bool:
        """Remove the account with its rows."""
        return self._execute(self._sql["delete"], (key,)).rowcount > 0

    def record(self, entry: LedgerEntry) -> bool:
        if entry.amount < 0:
            raise ValueError("a ledger's row moves 0 points or more")
        balance = entry.change_of(Pot.BALANCE)
        held = entry.change_of(Pot.HELD)
        values = (balance, held, entry.account, balance, held, entry.key)
        if not self._execute(self._sql["move"], values).rowcount:
            return self._refuse(entry)
        self._execute(self._sql["append"], _encode(entry))
        return True

    def entry(self, key: str) -> LedgerEntry | None:
        row = self._execute(self._sql["entry"], (key,)).fetchone()
        return None if row is None else _decode(row)

    def entries(self, account: AccountId, limit: int) -> Sequence[LedgerEntry]:
        return [_decode(row) for row in self._execute(self._sql["entries"], (account, checked_limit(limit)))]

    def unbalanced(self) -> Sequence[AccountId]:
        return [account for (account,) in self._execute(self._sql["unbalanced"])]

    def _refuse(self, entry: LedgerEntry) -> bool:
        """Find out why nothing was moved."""
        if self.entry(entry.key) is not None:
            return False
        account = self.get(entry.account)
        if account is None:
            raise NotFoundError("account", entry.account)
        raise InsufficientPointsError(
            needed=entry.amount, balance=account.held if entry.source is Pot.HELD else account.balance
        )


def _encode(entry: LedgerEntry) -> Row:
    return (
        entry.key,
        entry.account,
        str(entry.kind),
        entry.amount,
        str(entry.source),
        str(entry.target),
        to_micros(entry.created_at),
        entry.task,
        entry.note,
    )


def _decode(row: Row) -> LedgerEntry:
    key, account, kind, amount, source, target, created_at, task, note = row
    return LedgerEntry(
        key=key,
        account=account,
        kind=EntryKind(kind),
        amount=amount,
        source=Pot(source),
        target=Pot(target),
        created_at=from_micros(created_at),
        task=task,
        note=note,
    )
