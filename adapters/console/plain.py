"""The screen of a pipe or a file: plain lines, none of them twice, a few for each task."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from adapters.console.phrases import picture_files, picture_lines, status_line
from adapters.console.printable import printable
from adapters.console.screen import Draw
from adapters.console.streams import Write
from adapters.console.threads import in_daemon_thread
from core.generation.images import ImageStore
from core.generation.models import GenerationStatus
from core.ids import TaskId
from core.presentation.views import Reply, StatusView

_QUARTERS = 4
"""Progress is told at most so often, so that a file isn't filled with it."""


@dataclass(frozen=True, slots=True)
class _Told:
    status: GenerationStatus
    quarter: int = 0
    stage: str = ""
    """What is waited for before there is any progress; empty afterwards."""


class PlainScreen:
    """A `Screen` of lines."""

    def __init__(
        self, write: Write, images: ImageStore, *, draw: Draw | None = None, relative: bool = False
    ) -> None:
        """`relative` is whether paths are for people, as `picture_lines` has it."""
        self._write = write
        self._images = images
        self._draw = draw
        self._relative = relative
        self._turn = asyncio.Lock()
        self._told: dict[TaskId, _Told] = {}

    async def show(self, view: StatusView) -> None:
        """Print a line where the status has changed or a quarter is done; at the end the pictures too."""
        if view.final:
            self._told.pop(view.task, None)
            await self._print_task(view)
            return
        before = self._told.get(view.task)
        told = _Told(view.status, int((view.fraction or 0.0) * _QUARTERS), _stage(view))
        if before is None or before.status is not told.status:
            fresh = before is None or view.status is GenerationStatus.PENDING
            await self._print(status_line(view, details=fresh))
        elif before.quarter < told.quarter < _QUARTERS or before.stage != told.stage != "":
            await self._print(status_line(view, details=False))
        else:
            return
        self._told[view.task] = told

    async def say(self, reply: Reply) -> None:
        """Print the text and the tasks as they are now; what `reply.tasks` names shows itself."""
        if reply.text:
            await self._print(printable(reply.text))
        for view in reply.views:
            await self._print_task(view, "prompt: " + printable(view.prompt))

    async def note(self, text: str) -> None:
        """As the port."""
        await self._print(printable(text))

    async def _print_task(self, view: StatusView, *more: str) -> None:
        paths = await picture_lines(self._images, view, relative=self._relative)
        if self._draw:
            for picture in await picture_files(self._images, view):
                await in_daemon_thread(partial(self._draw, picture))
        await self._print("\n".join([status_line(view, details=True), *more, *paths]))

    async def _print(self, text: str) -> None:
        async with self._turn:  # one after the other, or lines would mix
            await in_daemon_thread(lambda: self._write(f"{text}\n"))


def _stage(view: StatusView) -> str:
    """Return the headline without its figures, which change all the time."""
    is_before = view.status is GenerationStatus.PROCESSING and view.fraction is None
    return view.headline.partition(",")[0] if is_before else ""
