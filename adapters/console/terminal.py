"""The screen of a terminal: a prompt under the tasks on their way, everything else above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.utils import get_cwidth, is_dumb_terminal
from rich.console import Console as Paper
from rich.text import Text

from adapters.console.board import Board, clipped
from adapters.console.completion import CommandCompleter
from adapters.console.config import ConsoleSettings
from adapters.console.history import open_history
from adapters.console.phrases import picture_files, picture_lines
from adapters.console.pictures import open_pictures, paper_on
from adapters.console.printable import one_line, printable
from adapters.console.prompt import Prompt
from adapters.console.screen import Draw
from adapters.console.wrapping import wrapped
from core.commands.registry import Registry
from core.generation.images import ImageStore
from core.generation.models import GenerationStatus
from core.presentation.views import Reply, StatusView
from core.store import Store

_STYLES = {
    GenerationStatus.COMPLETED: "green",
    GenerationStatus.FAILED: "red",
    GenerationStatus.CANCELLED: "yellow",
}

_PROMPT_LEAST = 12
"""Columns; a prompt that gets less beside the headline has a line of its own."""


class Terminal:
    """A `Screen`, and where the lines come from."""

    def __init__(
        self, images: ImageStore, board: Board, prompt: Prompt, paper: Paper, draw: Draw | None = None
    ) -> None:
        """`paper` is what is printed on; `draw` draws pictures on it."""
        self._images = images
        self._board = board
        self._prompt = prompt
        self._paper = paper
        self._draw = draw

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have whatever else is printed meanwhile, such as the log, appear above the prompt."""
        with patch_stdout():
            yield

    async def next(self) -> str | None:
        """Return the next line typed, None when the operator leaves."""
        return await self._prompt.next()

    async def show(self, view: StatusView) -> None:
        """Move the task's line on the board; at the end print it for good, with its pictures."""
        if view.final:
            self._board.drop(view.task)
            await self._print_task(view)
        else:
            self._board.put(view)
        self._prompt.refresh()

    async def say(self, reply: Reply) -> None:
        """As the port."""
        if reply.text:
            await self._print(self._told(reply.text, "" if reply.ok else "red"))
        for view in reply.views:
            await self._print_task(view, whole=True)

    async def note(self, text: str) -> None:
        """As the port."""
        await self._print(self._told(text, "dim"))

    async def _print_task(self, view: StatusView, *, whole: bool = False) -> None:
        """`whole` is whether all of the prompt is printed, or what fits on a line."""
        paths = [Text(line) for line in await picture_lines(self._images, view, relative=True)]
        pictures = await picture_files(self._images, view) if self._draw else []
        told = [_heading(view, self._paper.width, whole=whole), self._told(one_line(view.details), "dim")]

        def print_it() -> None:
            self._put(*told)
            for picture in pictures:
                if self._draw:
                    self._draw(picture)
            self._put(*paths)

        await self._prompt.above(print_it)

    def _told(self, text: str, style: str) -> Text:
        return Text(wrapped(printable(text), self._paper.width), style=style)

    async def _print(self, *texts: Text) -> None:
        await self._prompt.above(lambda: self._put(*texts))

    def _put(self, *texts: Text) -> None:
        for text in texts:
            self._paper.print(text, soft_wrap=True)


def _heading(view: StatusView, columns: int, *, whole: bool) -> Text:
    head, prompt = f"{view.task} {one_line(view.headline)}", one_line(view.prompt)
    room = columns - get_cwidth(head) - 2
    if get_cwidth(prompt) <= room:
        rest = f"  {prompt}"
    elif whole:
        rest = f"\n{wrapped(prompt, columns)}"
    elif room >= _PROMPT_LEAST:
        rest = f"  {clipped(prompt, room)}"
    else:
        rest = f"\n{clipped(prompt, columns)}"
    heading = Text(wrapped(head, columns))
    heading.stylize(_STYLES.get(view.status, ""), len(view.task))
    heading.stylize("cyan", 0, len(view.task))
    return heading.append(rest, "italic")


def open_terminal(
    settings: ConsoleSettings, registry: Registry, images: ImageStore, store: Store, stdout: TextIO | None
) -> Terminal | None:
    """Return this process's terminal, or None where it can't even move its cursor."""
    if is_dumb_terminal():
        return None
    paper = paper_on(stdout)
    draw = open_pictures(paper) if settings.pictures else None  # before the prompt reads the terminal
    board = Board()
    completer = CommandCompleter(registry, store, settings.account_id)
    prompt = Prompt(board, completer, open_history(settings.history_file))
    return Terminal(images, board, prompt, paper, draw)
