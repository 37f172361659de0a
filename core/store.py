"""The storage port: a transaction is a plain function of a `Transaction`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from core.delivery.repository import DeliveryRepository, RemovalRepository
from core.generation.repository import GenerationRepository
from core.intake.repository import IntakeRepository
from core.notes import NoteRepository
from core.points.repository import PointsRepository

T = TypeVar("T")


class Transaction(Protocol):
    """The repositories, joined in one transaction."""

    @property
    def tasks(self) -> GenerationRepository: ...

    @property
    def points(self) -> PointsRepository: ...

    @property
    def deliveries(self) -> DeliveryRepository: ...

    @property
    def removals(self) -> RemovalRepository: ...

    @property
    def received(self) -> IntakeRepository: ...

    @property
    def notes(self) -> NoteRepository: ...


class Store(Protocol):
    """Runs transactions.

    The function is synchronous, has no effect but through its transaction, and may be run again.
    Whatever it raises undoes all it wrote and reaches the caller.
    """

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` alone among writers; what it wrote is durable when this returns.

        Raises `StorageUnavailableError` where the database can't be written, `StorageFullError`
        where its disk is full.
        """
        ...

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on one consistent snapshot; it must not write."""
        ...
