"""Lines from a stream, each bounded, read only when somebody wants the next one."""

from __future__ import annotations

from adapters.console.streams import Read
from adapters.console.threads import in_daemon_thread
from core.errors import InvalidRequestError

LINE_BYTES_MOST = 64 * 1024
"""Thirty times the longest prompt: a longer line is a file that was piped in by mistake."""


class InputLines:
    """The lines of a stream of bytes."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._ahead = b""

    async def next(self) -> str | None:
        """Return the next line, or None at the end of the input.

        Bytes that are not UTF-8 become replacement characters. Raises `InvalidRequestError` for a line
        that is too long, which is then behind.
        """
        line = await in_daemon_thread(self._next)
        return None if line is None else line.decode("utf-8", "replace").lstrip("\ufeff")

    def _next(self) -> bytes | None:
        while (end := self._ahead.find(b"\n")) < 0 and len(self._ahead) <= LINE_BYTES_MOST:
            more = self._read(LINE_BYTES_MOST)
            if not more:
                line, self._ahead = self._ahead, b""
                return line or None
            self._ahead += more
        if not 0 <= end <= LINE_BYTES_MOST:
            self._skip()
            raise _too_long()
        line, self._ahead = self._ahead[:end], self._ahead[end + 1 :]
        return line

    def _skip(self) -> None:
        """Go past the end of this line, keeping nothing of it."""
        while (end := self._ahead.find(b"\n")) < 0:
            self._ahead = self._read(LINE_BYTES_MOST)
            if not self._ahead:
                return
        self._ahead = self._ahead[end + 1 :]


def check_length(line: str) -> None:
    """Raise `InvalidRequestError` for a line that came from elsewhere and is too long."""
    if len(line) > LINE_BYTES_MOST:
        raise _too_long()


def _too_long() -> InvalidRequestError:
    return InvalidRequestError.of("line", "line_too_long", limit=LINE_BYTES_MOST)
