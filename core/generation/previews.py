"""What there is to see of pictures while they are made: in memory alone, and gone with the process."""

from __future__ import annotations

from core.ids import TaskId

BYTES_MOST = 2**20
"""Of one preview: a server's has some 40 kB, and more than this is no preview."""


class Previews:
    """The newest preview of each task that is at an engine."""

    def __init__(self) -> None:
        self._newest: dict[TaskId, bytes] = {}

    def put(self, task: TaskId, preview: bytes) -> None:
        """Keep it in place of the one before; one that is too large is dropped."""
        if len(preview) <= BYTES_MOST:
            self._newest[task] = preview

    def get(self, task: TaskId) -> bytes | None:
        """Return a PNG, JPEG or WebP file, or None."""
        return self._newest.get(task)

    def forget(self, task: TaskId) -> None:
        self._newest.pop(task, None)
