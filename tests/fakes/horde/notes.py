"""Job notes in memory."""

from __future__ import annotations

from core.errors import StorageUnavailableError
from core.ids import TaskId


class FakeJobNotes:
    """`JobNotes`. `history` has every text that was kept."""

    def __init__(self) -> None:
        self.texts: dict[TaskId, str] = {}
        self.history: list[str] = []
        self.is_broken = False

    async def get(self, task: TaskId) -> str | None:
        self._check()
        return self.texts.get(task)

    async def put(self, task: TaskId, text: str) -> None:
        self._check()
        self.texts[task] = text
        self.history.append(text)

    async def forget(self, task: TaskId) -> None:
        self._check()
        self.texts.pop(task, None)

    def _check(self) -> None:
        if self.is_broken:
            raise StorageUnavailableError
