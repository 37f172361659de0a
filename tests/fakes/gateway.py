"""A chat that remembers what it was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from core.delivery.models import MessageRef
from core.delivery.pacing import Pacer
from core.ids import TaskId
from core.presentation.views import StatusView


@dataclass(frozen=True, slots=True)
class Showing:
    """One call of `show`, and when, in the loop's seconds."""

    ref: MessageRef
    view: StatusView
    at: float


class FakeGateway:
    """Shows everything at once, but for what `failures` or `before` say."""

    def __init__(self, *, platform: str = "console", edit_interval: float = 1.0) -> None:
        self._platform = platform
        self._pacer = Pacer(interval=lambda _: edit_interval, now=lambda: asyncio.get_running_loop().time())
        self.asked: list[Showing] = []
        """Every call, failed ones too."""
        self.shown: list[Showing] = []
        """Those that came through."""
        self.failures: dict[TaskId, list[BaseException]] = {}
        """What showing a task raises, one a call."""
        self.before: Callable[[StatusView], Awaitable[None]] | None = None
        """Awaited inside every call."""
        self.under_way = 0
        self.most_under_way = 0
        self._messages = 0
        self.removed: list[MessageRef] = []
        self.removal_seconds = 0.0
        self.removal_failures: list[Exception] = []
        """What removing a message raises, one a call."""

    @property
    def platform(self) -> str:
        return self._platform

    def pause(self, ref: MessageRef, *, is_news: bool) -> float:
        return self._pacer.pause(ref, is_news=is_news)

    async def show(self, ref: MessageRef, view: StatusView) -> MessageRef:
        showing = Showing(ref, view, asyncio.get_running_loop().time())
        self.asked.append(showing)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.before is not None:
                await self.before(view)
            if failures := self.failures.get(view.task):
                raise failures.pop(0)
        finally:
            self.under_way -= 1
        self.shown.append(showing)
        if ref.message is None:
            self._messages += 1
            ref = replace(ref, message=f"sent{self._messages}")
        self._pacer.note(ref)
        return ref

    async def remove(self, ref: MessageRef) -> None:
        await asyncio.sleep(self.removal_seconds)
        if self.removal_failures:
            raise self.removal_failures.pop(0)
        self.removed.append(ref)

    def of(self, task: TaskId) -> list[StatusView]:
        """Return what the task's message showed, in order."""
        return [showing.view for showing in self.shown if showing.view.task == task]
