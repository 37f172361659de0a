"""Accounts and the ledger's rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from core.ids import AccountId, TaskId


class Pot(StrEnum):
    """Where points are. Every row of the ledger moves some from one pot to another."""

    TREASURY = "treasury"
    """The house: grants come from it, revoked points go back to it."""
    BALANCE = "balance"
    """What the account can spend."""
    HELD = "held"
    """Reserved for a task that waits."""
    SPENT = "spent"
    """Paid for a task that was started."""


class EntryKind(StrEnum):
    """Why points were moved."""

    GRANT = "grant"
    REVOKE = "revoke"
    HOLD = "hold"
    DEDUCT = "deduct"
    REFUND = "refund"


class LedgerEntry(NamedTuple):
    """A movement of `amount` points (0 or more). `key` is unique: the same movement is made once."""

    key: str
    account: AccountId
    kind: EntryKind
    amount: int
    source: Pot
    target: Pot
    created_at: datetime
    task: TaskId | None = None
    note: str = ""

    def change_of(self, pot: Pot) -> int:
        """Return what this row adds to `pot`."""
        return self.amount * ((self.target is pot) - (self.source is pot))


@dataclass(frozen=True, slots=True)
class Account:
    """What the ledger's rows of one account add up to."""

    id: AccountId
    balance: int
    held: int
    created_at: datetime
