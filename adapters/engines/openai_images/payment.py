"""No picture is paid for twice: a note is kept while a call may be costing the operator money."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from core.errors import EngineError, EngineRejectedError, EngineUnavailableError, StorageError
from core.generation.job_notes import JobNotes
from core.ids import TaskId

logger = logging.getLogger(__name__)

ASKED = "asked"
"""The note."""


@dataclass(slots=True)
class Spending:
    """What a job may have cost by now."""

    is_open: bool = False
    """A call is under way, or ended in a way that does not say whether it was carried out."""
    is_spent: bool = False
    """There are pictures, which were paid for."""

    @property
    def may_have_cost(self) -> bool:
        return self.is_open or self.is_spent


class Payments:
    """Of one kind of engine. Without notes calls are free, and may be made as often as one likes."""

    def __init__(self, notes: JobNotes | None) -> None:
        self._notes = notes

    @asynccontextmanager
    async def of(self, task: TaskId) -> AsyncIterator[Spending]:
        """Watch over a job's calls.

        Raises `EngineRejectedError` with the reason `lost` where an earlier run of the job may have been
        paid for, and in place of every error after which this one may have been: another try would cost
        the money again. An error before that goes through, and so does what is final anyway. A cancelled
        run leaves its note: it may have been cancelled because Easel stops, to be run again. So does one
        that went well: Easel may be killed before the pictures are stored, and the note is too old to
        matter soon enough. Raises `EngineUnavailableError` with the reason `notes` where the note can't be
        kept: nothing has been sent then.
        """
        spending = Spending()
        if self._notes is None:
            yield spending
            return
        await _put(self._notes, task)
        try:
            yield spending
        except EngineError as error:
            if not spending.may_have_cost:
                await _forget(self._notes, task)
            elif not isinstance(error, EngineRejectedError):
                raise EngineRejectedError(reason="lost") from error
            raise


async def _put(notes: JobNotes, task: TaskId) -> None:
    try:
        if await notes.get(task) is not None:
            raise EngineRejectedError(reason="lost")
        await notes.put(task, ASKED)
    except StorageError:
        raise EngineUnavailableError(reason="notes") from None


async def _forget(notes: JobNotes, task: TaskId) -> None:
    """Forget the note. One that stays has the next attempt refunded rather than paid for twice."""
    try:
        await notes.forget(task)
    except StorageError as error:
        logger.warning("the note of a call that cost nothing could not be taken back: %s", error.code)


def was_never_sent(error: EngineError) -> bool:
    """Say whether no connection came about. `Connection` names no cause, and keeps it as the context."""
    return isinstance(error.__context__, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
