"""The ids of a job's requests, kept over restarts so that none is left without an owner."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from core.errors import StorageError
from core.generation.job_notes import JobNotes
from core.ids import TaskId

logger = logging.getLogger(__name__)

_NOTE = re.compile(r"[0-9A-Za-z-]{1,64}( [0-9A-Za-z-]{1,64}){0,19}")


class RequestNotes:
    """Notes of ids. A store that fails costs the picking up, never the job."""

    def __init__(self, notes: JobNotes) -> None:
        self._notes = notes

    async def ids(self, task: TaskId) -> list[str]:
        """Return the ids in the order of the job's pictures; there may be fewer than pictures."""
        try:
            note = await self._notes.get(task)
        except StorageError as error:
            _warn(error)
            return []
        return note.split(" ") if note is not None and _NOTE.fullmatch(note) else []

    async def keep(self, task: TaskId, ids: Sequence[str]) -> None:
        try:
            await self._notes.put(task, " ".join(ids))
        except StorageError as error:
            _warn(error)

    async def forget(self, task: TaskId) -> None:
        try:
            await self._notes.forget(task)
        except StorageError as error:
            _warn(error)


def _warn(error: StorageError) -> None:
    logger.warning("the note of a Horde request could not be kept or read: %s", error.code)
