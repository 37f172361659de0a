"""Notes of jobs, in memory."""

from __future__ import annotations

from core.ids import TaskId


class MemoryNotes:
    """`core.generation.job_notes.JobNotes`, with all that was ever put."""

    def __init__(self) -> None:
        self.kept: dict[TaskId, str] = {}
        self.puts: list[TaskId] = []

    async def get(self, task: TaskId) -> str | None:
        return self.kept.get(task)

    async def put(self, task: TaskId, text: str) -> None:
        self.kept[task] = text
        self.puts.append(task)

    async def forget(self, task: TaskId) -> None:
        self.kept.pop(task, None)
