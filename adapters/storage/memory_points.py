"""Accounts and the ledger in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from adapters.storage.memory_state import MemoryState, in_utc
from adapters.storage.rows import checked_limit
from core.errors import ConflictError, InsufficientPointsError, NotFoundError
from core.ids import AccountId
from core.points.models import Account, LedgerEntry, Pot


class MemoryPoints:
    """`PointsRepository` on a state."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def get(self, key: AccountId) -> Account | None:
        return self._state.accounts.get(key)

    def add(self, entity: Account) -> None:
        self._state.check_writable()
        account = replace(entity, created_at=in_utc(entity.created_at))
        if entity.id in self._state.accounts:
            raise ConflictError(key="accounts.id")
        self._state.accounts[entity.id] = account

    def update(self, entity: Account) -> None:
        """Replace `created_at`. Raises `NotFoundError`, and `ValueError` for other points than are stored."""
        self._state.check_writable()
        created_at = in_utc(entity.created_at)
        known = self._account(entity.id)
        if (known.balance, known.held) != (entity.balance, entity.held):
            raise ValueError("points change by `record` alone")
        self._state.accounts[entity.id] = replace(known, created_at=created_at)

    def delete(self, key: AccountId) -> bool:
        """Remove the account with its rows."""
        self._state.check_writable()
        self._state.ledger = {
            name: entry for name, entry in self._state.ledger.items() if entry.account != key
        }
        return self._state.accounts.pop(key, None) is not None

    def record(self, entry: LedgerEntry) -> bool:
        self._state.check_writable()
        if entry.amount < 0:
            raise ValueError("a ledger's row moves 0 points or more")
        row = entry._replace(created_at=in_utc(entry.created_at))
        if entry.key in self._state.ledger:
            return False
        account = self._account(entry.account)
        balance = account.balance + entry.change_of(Pot.BALANCE)
        held = account.held + entry.change_of(Pot.HELD)
        if balance < 0 or held < 0:
            raise InsufficientPointsError(
                needed=entry.amount, balance=account.held if entry.source is Pot.HELD else account.balance
            )
        self._state.accounts[account.id] = replace(account, balance=balance, held=held)
        self._state.ledger[entry.key] = row
        return True

    def entry(self, key: str) -> LedgerEntry | None:
        return self._state.ledger.get(key)

    def entries(self, account: AccountId, limit: int) -> Sequence[LedgerEntry]:
        found = (entry for entry in reversed(self._state.ledger.values()) if entry.account == account)
        return list(islice(found, checked_limit(limit)))

    def unbalanced(self) -> Sequence[AccountId]:
        return sorted(account.id for account in self._state.accounts.values() if not self._is_sound(account))

    def _is_sound(self, account: Account) -> bool:
        rows = [entry for entry in self._state.ledger.values() if entry.account == account.id]
        return (account.balance, account.held) == (
            sum(entry.change_of(Pot.BALANCE) for entry in rows),
            sum(entry.change_of(Pot.HELD) for entry in rows),
        )

    def _account(self, key: AccountId) -> Account:
        account = self._state.accounts.get(key)
        if account is None:
            raise NotFoundError("account", key)
        return account
