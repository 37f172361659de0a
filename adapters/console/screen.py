"""What the console reads from and writes on: a pipe, or a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.presentation.views import Reply, StatusView

Draw = Callable[[bytes], None]
"""Draws a PNG at a terminal's cursor. Blocks; never raises."""


class Screen(Protocol):
    """Shows replies and tasks. Raises `OutputClosedError` where nobody reads them any more."""

    async def show(self, view: StatusView) -> None:
        """Show a task that has changed."""
        ...

    async def say(self, reply: Reply) -> None:
        """Show the answer to a command."""
        ...

    async def note(self, text: str) -> None:
        """Show what the console itself has to say."""
        ...


class Lines(Protocol):
    """Where lines come from."""

    async def next(self) -> str | None:
        """Return the next line, None at the end. Raises `InvalidRequestError` for one that is too long."""
        ...
