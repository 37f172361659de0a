"""Notes of jobs, in memory."""

from __future__ import annotations

from core.errors import StorageUnavailableError
from core.ids import TaskId


class FakeJobNotes:
    """`core.generation.job_notes.JobNotes`, with all that was ever put."""

    def __init__(self) -> None:
        self.texts: dict[TaskId, str] = {}
        self.history: list[str] = []
        """Every text that was put."""
        self.broken: set[str] = set()
        """The names of the methods that fail."""

    async def get(self, task: TaskId) -> str | None:
        self._check("get")
        return self.texts.get(task)

    async def put(self, task: TaskId, text: str) -> None:
        self._check("put")
        self.texts[task] = text
        self.history.append(text)

    async def forget(self, task: TaskId) -> None:
        self._check("forget")
        self.texts.pop(task, None)

    def _check(self, method: str) -> None:
        if method in self.broken:
            raise StorageUnavailableError
