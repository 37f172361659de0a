"""A listener that remembers what was published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from core.events import Event, EventBus
from core.generation.events import TASK_CREATED, TASK_DELETED, TASK_UPDATED
from core.generation.models import GenerationTask


class Listener:
    """Hears the three events of tasks."""

    def __init__(self, bus: EventBus) -> None:
        self.heard: list[tuple[Event[GenerationTask], GenerationTask]] = []
        self._news = asyncio.Event()
        for event in (TASK_CREATED, TASK_UPDATED, TASK_DELETED):
            bus.subscribe(event, self._note(event))

    def _note(self, event: Event[GenerationTask]) -> Callable[[GenerationTask], None]:
        def note(task: GenerationTask) -> None:
            self.heard.append((event, task))
            self._news.set()

        return note

    async def news(self) -> None:
        """Return when something more is published."""
        self._news.clear()
        await self._news.wait()

    def of(self, event: Event[GenerationTask]) -> list[GenerationTask]:
        return [task for name, task in self.heard if name == event]
