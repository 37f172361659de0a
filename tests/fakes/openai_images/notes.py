"""Notes of jobs, in memory."""

from __future__ import annotations

from core.errors import StorageUnavailableError
from core.ids import TaskId


class MemoryNotes:
    """`core.generation.job_notes.JobNotes`, with all that was ever put."""

    def __init__(self) -> None:
        self.kept: dict[TaskId, str] = {}
        self.puts: list[TaskId] = []
        self.broken: set[str] = set()
        """The names of the methods that fail."""

    async def get(self, task: TaskId) -> str | None:
        self._check("get")
        return self.kept.get(task)

    async def put(self, task: TaskId, text: str) -> None:
        self._check("put")
        self.kept[task] = text
        self.puts.append(task)

    async def forget(self, task: TaskId) -> None:
        self._check("forget")
        self.kept.pop(task, None)

    def _check(self, name: str) -> None:
        if name in self.broken:
            raise StorageUnavailableError
