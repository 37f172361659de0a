"""The prompt: a line editor under the board of tasks."""

from __future__ import annotations

import asyncio
import termios
from collections import deque
from collections.abc import Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from adapters.console.board import Board, clipped
from adapters.console.streams import OutputClosedError
from adapters.console.threads import in_daemon_thread
from core.presentation.messages import CONSOLE_LEAVE_AGAIN

_PROMPT: StyleAndTextTuples = [("class:prompt", "easel> ")]

_STYLE = Style.from_dict(
    {
        "prompt": "bold",
        "task": "ansicyan",
        "bar": "ansigreen",
        "bar.left": "dim",
        "details": "dim",
        "hint": "ansiyellow",
    }
)

_MENU_ROWS = 6
_REDRAW_SECONDS = 0.1


class Prompt:
    """Asks for lines, one at a time, until Ctrl-D or a second Ctrl-C."""

    def __init__(
        self,
        board: Board,
        completer: Completer,
        history: History,
        *,
        source: Input | None = None,
        target: Output | None = None,
    ) -> None:
        """`source` and `target` are the terminal of this process unless given."""
        self._board = board
        self._lines: deque[str] = deque()
        self._lock = asyncio.Lock()
        self._leaving = False
        self._redraw: asyncio.TimerHandle | None = None
        self._session: PromptSession[str] = PromptSession(
            self._message,
            completer=completer,
            history=history,
            style=_STYLE,
            key_bindings=self._keys(),
            reserve_space_for_menu=_MENU_ROWS,
            input=source,
            output=target,
        )
        self._session.default_buffer.on_text_changed += self._on_typing

    async def next(self) -> str | None:
        """Return the next line, or None when the operator leaves. Pasted lines come one by one."""
        while not self._lines:
            async with self._lock:
                pass  # what is being printed is printed before the prompt is drawn under it
            try:
                # Signals and the loop's exception handler belong to the program, not to the prompt.
                text = await self._session.prompt_async(handle_sigint=False, set_exception_handler=False)
            except EOFError:
                return None
            except (OSError, termios.error) as error:  # the terminal has gone
                raise OutputClosedError from error
            self._lines.extend(text.splitlines())
        return self._lines.popleft()

    async def above(self, work: Callable[[], None]) -> None:
        """Let `work` print above the prompt, off the event loop."""
        try:
            async with self._lock, in_terminal():
                await in_daemon_thread(work)
        except (OSError, termios.error) as error:
            raise OutputClosedError from error

    def refresh(self) -> None:
        """Draw the board again, soon: many changes are drawn at once."""
        if self._redraw is None:
            self._redraw = asyncio.get_running_loop().call_later(_REDRAW_SECONDS, self._draw)

    def _draw(self) -> None:
        self._redraw = None
        self._session.app.invalidate()

    def _message(self) -> StyleAndTextTuples:
        if self._session.app.is_done:  # what stays on the screen is the line, not the tasks of that moment
            return [*_PROMPT]
        size = self._session.app.output.get_size()
        message: StyleAndTextTuples = []
        for line in self._board.lines(size.columns, size.rows):
            message += [*line, ("", "\n")]
        if self._leaving:
            message += [("class:hint", clipped(CONSOLE_LEAVE_AGAIN, size.columns - 1)), ("", "\n")]
        return [*message, *_PROMPT]

    def _on_typing(self, _: Buffer) -> None:
        self._leaving = False

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("c-c")
        def clear_or_leave(event: KeyPressEvent) -> None:
            if event.current_buffer.text:
                event.current_buffer.reset()
                self._leaving = False
            elif self._leaving:
                event.app.exit(exception=EOFError)
            else:
                self._leaving = True

        return keys
