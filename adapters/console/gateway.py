"""The console as a chat: shows tasks on whatever screen there is."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from adapters.console.commands import PLATFORM
from adapters.console.screen import Screen
from adapters.console.streams import OutputClosedError
from core.delivery.models import MessageRef
from core.delivery.pacing import Pacer
from core.errors import RateLimitedError
from core.generation.models import GenerationStatus
from core.ids import TaskId
from core.presentation.views import StatusView

_REMEMBERED = 1000
"""Tasks whose last view is kept, to show no view twice in a row."""

_AGAIN_SECONDS = 1.0


class ConsoleGateway:
    """A `core.delivery.gateway.ChatGateway`. Shows nothing until a screen is attached."""

    def __init__(self) -> None:
        self.activity = asyncio.Event()
        """Set after every showing; whoever waits for one clears it."""
        self.closed = asyncio.Event()
        """Set when nobody reads the output any more."""
        self.failed: set[TaskId] = set()
        """The tasks that were shown to have failed."""
        self._pacer = Pacer(interval=lambda _: 0.1)
        self._screen: Screen | None = None
        self._attached = asyncio.Event()
        self._last: OrderedDict[TaskId, StatusView] = OrderedDict()

    @property
    def platform(self) -> str:
        """As the port."""
        return PLATFORM

    def pause(self, ref: MessageRef, *, is_news: bool) -> float:
        """As the port. A tenth of a second between two edits: no eye reads faster."""
        return self._pacer.pause(ref, is_news=is_news)

    def attach(self, screen: Screen) -> None:
        """Show everything on `screen` from now on."""
        self._screen = screen
        self._attached.set()

    async def show(self, ref: MessageRef, view: StatusView) -> MessageRef:
        """As the port. Where nobody reads, the task is shown at the next start."""
        await self._attached.wait()
        assert self._screen is not None  # noqa: S101 - what `attach` is for
        if self._last.get(view.task) != view:
            try:
                await self._screen.show(view)
            except OutputClosedError:
                self.closed.set()
                # As of a chat that is busy, because a pipe that was closed is nothing to warn of.
                raise RateLimitedError(_AGAIN_SECONDS) from None
            self._remember(view)
            self._pacer.note(ref)
        self.activity.set()
        return ref

    async def remove(self, ref: MessageRef) -> None:
        """As the port. What was printed stays printed."""

    def _remember(self, view: StatusView) -> None:
        if view.status is GenerationStatus.FAILED:
            self.failed.add(view.task)
        self._last[view.task] = view
        self._last.move_to_end(view.task)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)
