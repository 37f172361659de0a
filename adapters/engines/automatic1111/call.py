"""One job on a server: its call blocks until the pictures are made, and is watched from beside."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.engines.automatic1111.server import Server
from adapters.engines.automatic1111.state import Course
from adapters.engines.wire.connection import Answer
from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineTimeoutError,
    EngineUnavailableError,
)

_TRIES = 3
"""Polls that may hang one after another within the silence that is borne."""


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds."""

    silence: float = 60.0
    """Without an answer to any poll, after which the server counts as gone."""
    total: float = 540.0
    """For a job, and as long for somebody else's before it."""
    poll: float = 0.5
    """Between two polls."""
    settle: float = 5.0
    """For an interrupted job to come to its end: servers finish a picture first, which takes 2 to 3."""


class Call:
    """Sends a job at once. It ends with the server's answer, or is left to end by itself."""

    def __init__(self, server: Server, path: str, fields: Mapping[str, Any], timing: Timing) -> None:
        self._server = server
        self._timing = timing
        within = timing.total + timing.settle
        self._answer = asyncio.create_task(server.start(path, fields, within))
        self._answer.add_done_callback(_retrieved)

    @property
    def rest(self) -> asyncio.Task[Answer] | None:
        """What still runs on the server, for the next job to wait for."""
        return None if self._answer.done() else self._answer

    async def answer(self, course: Course) -> Answer:
        """Wait for the server's answer, and tell `course` of the way there. Raises `EngineError`s only.

        Cancelled, or late, it makes the server end the job as `stop` does.
        """
        watch = asyncio.create_task(self._watch(course))
        watch.add_done_callback(_retrieved)
        try:
            await asyncio.wait([self._answer, watch], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self._stopped(watch)
            raise
        if self._answer.done():
            await _ended(watch)
            answer = self._answer.result()
            await self._look_back(course)
            return answer
        if silent := watch.exception():
            await _ended(self._answer)
            raise silent
        await self._stopped(watch)
        raise EngineTimeoutError(seconds=self._timing.total)

    async def _watch(self, course: Course) -> None:
        """Poll the server until the job is late. Raises `EngineTimeoutError` where the server is silent."""
        timing, clock = self._timing, asyncio.get_running_loop().time
        begun = heard = clock()
        while clock() - begun < timing.total:
            await asyncio.sleep(timing.poll)
            try:
                state = await self._server.state(timing.silence / _TRIES, with_preview=True)
            except (EngineBusyError, EngineFaultError):
                state = None  # an answer for all that
            except (EngineTimeoutError, EngineUnavailableError):
                if clock() - heard >= timing.silence:
                    raise EngineTimeoutError(seconds=timing.silence) from None
                continue
            heard = clock()
            if state is not None:
                course.hear(state)

    async def _look_back(self, course: Course) -> None:
        """Hear whether the job that is done was ended early since the last poll."""
        try:
            state = await self._server.state(self._timing.settle) if self._server.tells else None
        except EngineError:
            return
        if state is not None and not state.is_busy:  # else it is about somebody else's already
            course.hear(state)

    async def _stopped(self, watch: asyncio.Task[None]) -> None:
        """Stop, however often this is cancelled meanwhile: it takes a few seconds at most."""
        stopping = asyncio.create_task(self._stop(watch))
        is_cancelled = False
        while not stopping.done():
            try:
                await asyncio.shield(stopping)
            except asyncio.CancelledError:
                is_cancelled = True
        if is_cancelled:
            raise asyncio.CancelledError

    async def _stop(self, watch: asyncio.Task[None]) -> None:
        """Make the server end the job, and wait for it, `settle` seconds at most.

        Where it can't be interrupted the render goes on whether or not we listen, so the call is left
        to tell when the server is free again.
        """
        await _ended(watch)
        try:
            async with asyncio.timeout(self._timing.settle):
                while not self._answer.done() and await self._interrupted():
                    await asyncio.wait([self._answer], timeout=self._timing.poll)
        except (TimeoutError, EngineError):
            return

    async def _interrupted(self) -> bool:
        """Interrupt the job once it has begun: before that a server forgets it. False where none can."""
        state = await self._server.state(self._timing.settle)
        if self._answer.done() or (state is not None and (not state.is_busy or state.is_interrupted)):
            return True
        return await self._server.interrupt(self._timing.settle)


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _retrieved(task: asyncio.Task[Any]) -> None:
    """Look at a task's error: nobody may be waiting for it any more."""
    if not task.cancelled():
        task.exception()
