"""What a store in memory holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.storage.rows import from_micros, to_micros
from core.delivery.models import Delivery, MessageRef, Removal
from core.errors import StorageUnavailableError
from core.generation.models import GenerationTask
from core.ids import AccountId, TaskId
from core.intake.models import Received
from core.points.models import Account, LedgerEntry


def in_utc(when: datetime) -> datetime:
    """Return the same moment as a file would give it back. Raises `ValueError` for a naive time."""
    return from_micros(to_micros(when))


def in_utc_or_none(when: datetime | None) -> datetime | None:
    return None if when is None else in_utc(when)


@dataclass(slots=True)
class MemoryState:
    """Values by key, in order of arrival. They are frozen, so a copy of the dictionaries is a copy."""

    tasks: dict[TaskId, GenerationTask] = field(default_factory=dict)
    origins: dict[str, TaskId] = field(default_factory=dict)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    ledger: dict[str, LedgerEntry] = field(default_factory=dict)
    deliveries: dict[TaskId, Delivery] = field(default_factory=dict)
    removals: dict[MessageRef, Removal] = field(default_factory=dict)
    received: dict[tuple[str, str], tuple[Received, datetime | None]] = field(default_factory=dict)
    notes: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    paused: bool = False
    served: dict[int, int] = field(default_factory=dict)
    """Ranks by priority."""
    writable: bool = True

    def copy(self, *, writable: bool = True) -> MemoryState:
        """Return a state that changes by itself."""
        return replace(
            self,
            tasks=dict(self.tasks),
            origins=dict(self.origins),
            accounts=dict(self.accounts),
            ledger=dict(self.ledger),
            deliveries=dict(self.deliveries),
            removals=dict(self.removals),
            received=dict(self.received),
            notes=dict(self.notes),
            served=dict(self.served),
            writable=writable,
        )

    def check_writable(self) -> None:
        """Raises `StorageUnavailableError` in a reading transaction."""
        if not self.writable:
            raise StorageUnavailableError(reason="read_only", path="memory")
