"""Data access for accounts and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.ids import AccountId
from core.points.models import Account, LedgerEntry
from core.repository import Repository


class PointsRepository(Repository[AccountId, Account], Protocol):
    """Accounts by id, each with its rows. Balances change by `record` alone."""

    def record(self, entry: LedgerEntry) -> bool:
        """Append the row and move its points; False where a row of that key exists already.

        Raises `InsufficientPointsError` where a pot of the account would fall below zero, and
        `NotFoundError` where there is no such account.
        """
        ...

    def entry(self, key: str) -> LedgerEntry | None: ...

    def entries(self, account: AccountId, limit: int) -> Sequence[LedgerEntry]:
        """Return the account's rows, newest first. Raises `ValueError` for a limit below 0."""
        ...

    def unbalanced(self) -> Sequence[AccountId]:
        """Return the accounts whose balance or held points differ from the sum of their rows."""
        ...
