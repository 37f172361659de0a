"""What was typed before, in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory


def open_history(path: Path) -> History:
    """Return the history in the file, which is made with its folder; one in memory where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600))
        path.chmod(0o600)  # it may be older than this rule
    except OSError:
        return InMemoryHistory()
    return _ForgivingHistory(str(path))


class _ForgivingHistory(FileHistory):
    """A full disk costs the line's place in the history, not the conversation."""

    def store_string(self, string: str) -> None:
        with contextlib.suppress(OSError):
            super().store_string(string)
