"""What the console can be read from and written on here: a terminal, or plain streams."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from adapters.console.config import ConsoleSettings
from adapters.console.lines import InputLines
from adapters.console.plain import PlainScreen
from adapters.console.screen import Draw
from adapters.console.streams import reader_of, writer_of
from core.commands.registry import Registry
from core.generation.images import ImageStore
from core.presentation.messages import CONSOLE_PLAIN
from core.store import Store

if TYPE_CHECKING:
    from adapters.console.terminal import Terminal

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Opens one of them. The terminal's libraries take half a second to load, which a pipe saves."""

    settings: ConsoleSettings
    registry: Registry
    images: ImageStore
    store: Store
    stdin: TextIO | None
    stdout: TextIO | None
    is_terminal: bool
    """Whether somebody sits at both streams."""

    def terminal(self) -> Terminal | None:
        """Return the terminal, or None where there is none that is up to a prompt."""
        if not self.is_terminal:
            return None
        try:
            from adapters.console.terminal import open_terminal  # noqa: PLC0415
        except ImportError:
            logger.warning(CONSOLE_PLAIN)
            return None
        return open_terminal(self.settings, self.registry, self.images, self.store, self.stdout)

    def lines(self) -> InputLines:
        """Return the lines of the plain input."""
        return InputLines(reader_of(self.stdin))

    def plain(self, *, with_pictures: bool = False) -> PlainScreen:
        """Return the plain output, with pictures where it is a terminal that shows them."""
        draw = self._draw() if with_pictures and self.is_terminal and self.settings.pictures else None
        return PlainScreen(writer_of(self.stdout), self.images, draw=draw, relative=self.is_terminal)

    def _draw(self) -> Draw | None:
        try:
            from adapters.console.pictures import open_pictures, paper_on  # noqa: PLC0415
        except ImportError:
            return None
        return open_pictures(paper_on(self.stdout))


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether somebody sits there."""
    return stream is not None and not stream.closed and stream.isatty()
