"""Deliveries in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from adapters.storage.memory_state import MemoryState, in_utc, in_utc_or_none
from adapters.storage.memory_tasks import claim_order
from adapters.storage.rows import checked_limit
from core.delivery.models import Delivery
from core.errors import ConflictError, NotFoundError
from core.generation.models import GenerationStatus, GenerationTask
from core.ids import TaskId


class MemoryDeliveries:
    """`DeliveryRepository` on a state."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def get(self, key: TaskId) -> Delivery | None:
        return self._state.deliveries.get(key)

    def add(self, entity: Delivery) -> None:
        """Raises `ConflictError`, and `NotFoundError` where there is no such task."""
        self._state.check_writable()
        delivery = replace(entity, not_before=in_utc_or_none(entity.not_before))
        if entity.task in self._state.deliveries:
            raise ConflictError(key="deliveries.task")
        if entity.task not in self._state.tasks:
            raise NotFoundError("task", entity.task)
        self._state.deliveries[entity.task] = delivery

    def update(self, entity: Delivery) -> None:
        self._state.check_writable()
        delivery = replace(entity, not_before=in_utc_or_none(entity.not_before))
        if entity.task not in self._state.deliveries:
            raise NotFoundError("delivery", entity.task)
        self._state.deliveries[entity.task] = delivery

    def delete(self, key: TaskId) -> bool:
        self._state.check_writable()
        return self._state.deliveries.pop(key, None) is not None

    def raise_revision(self, task: TaskId, revision: int) -> None:
        self._state.check_writable()
        known = self._state.deliveries.get(task)
        if known is not None and known.revision < revision:
            self._state.deliveries[task] = replace(known, revision=revision)

    def due(self, platform: str, now: datetime, limit: int) -> Sequence[tuple[Delivery, GenerationTask]]:
        moment = in_utc(now)
        pairs = [
            (delivery, self._state.tasks[delivery.task])
            for delivery in self._behind(platform)
            if delivery.not_before is None or delivery.not_before <= moment
        ]
        return sorted(pairs, key=lambda pair: (not pair[1].status.final, pair[0].shown_revision > 0))[
            : checked_limit(limit)
        ]

    def waiting(self, platform: str, limit: int) -> Sequence[tuple[Delivery, GenerationTask]]:
        tasks = [task for task in self._state.tasks.values() if task.status is GenerationStatus.PENDING]
        pairs = ((self._state.deliveries.get(task.id), task) for task in sorted(tasks, key=claim_order))
        found = (
            (delivery, task)
            for delivery, task in pairs
            if delivery is not None and delivery.ref.platform == platform and not delivery.closed
        )
        return list(islice(found, checked_limit(limit)))

    def in_chat(self, platform: str, chat: str, limit: int) -> Sequence[Delivery]:
        found = [
            one
            for one in self._state.deliveries.values()
            if (one.ref.platform, one.ref.chat) == (platform, chat)
        ]
        return found[::-1][: checked_limit(limit)]

    def next_due(self, platform: str) -> datetime | None:
        times = (delivery.not_before for delivery in self._behind(platform))
        return min((when for when in times if when is not None), default=None)

    def open_count(self, platform: str) -> int:
        return sum(1 for _ in self._open(platform))

    def _behind(self, platform: str) -> Iterator[Delivery]:
        return (delivery for delivery in self._open(platform) if delivery.shown_revision < delivery.revision)

    def _open(self, platform: str) -> Iterator[Delivery]:
        return (
            delivery
            for delivery in self._state.deliveries.values()
            if delivery.ref.platform == platform and not delivery.closed
        )
