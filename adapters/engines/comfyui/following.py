"""Following a job to its end: its frames say when to look, the server's history and queue what is so."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.refusals import fault_of
from adapters.engines.comfyui.server import ComfyUIServer
from adapters.engines.comfyui.sightings import Broken, Done, Queued, Sighting
from adapters.engines.comfyui.tracker import Tracker
from core.errors import EngineBusyError, EngineFaultError, EngineTimeoutError, EngineUnavailableError


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds: how often a job is looked for, and how long it may be nowhere before it counts as lost."""

    poll: float = 2.5
    soon: float = 0.05
    lost: float = 2.0
    refused: float = 5.0
    """For which the server's port may refuse connections before the server counts as gone."""


class Follower:
    """Looks for jobs on one server."""

    def __init__(self, server: ComfyUIServer, *, silence: float, pace: Pace) -> None:
        """A server without a good answer for `silence` seconds has gone silent."""
        self._server = server
        self._silence = silence
        self._pace = pace

    async def settled(self, name: str, tracker: Tracker, recipe: ComfyUIRecipe) -> Done | None:
        """Wait for the end of the job with the id `name`; None where the server knows it no more.

        Raises what a job's bad end means, `EngineTimeoutError` where the server goes silent, and
        `EngineUnavailableError` with the reason `gone` where nothing listens at its port any more: sooner,
        since another server may be idle, and late enough for one that is only started anew.
        """
        now = asyncio.get_running_loop().time
        missed_at: float | None = None
        ended_at: float | None = None
        while True:
            seen = await self._seen(name)
            match seen:
                case Done():
                    if not tracker.has_heard:  # the last frames may come a moment after the answer
                        await self._pause(tracker, 4 * self._pace.soon)
                    return seen
                case Broken(fault):
                    raise fault_of(fault, recipe)
                case Queued(position):
                    missed_at = None
                    if position is not None:
                        tracker.waits(position)
                case None:
                    missed_at = now() if missed_at is None else missed_at
                    if now() - missed_at >= self._pace.lost:
                        return None
            if tracker.has_ended and ended_at is None:
                ended_at = now()
            # The end is told before the history is written.
            is_due = missed_at is not None or (ended_at is not None and now() - ended_at < self._pace.lost)
            await self._pause(tracker, self._pace.soon if is_due else self._pace.poll)

    async def _pause(self, tracker: Tracker, seconds: float) -> None:
        """Wait so long, or until there is news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # before 3.12, wait_for loses a cancel that comes with news
                await tracker.news.wait()
        tracker.news.clear()

    async def _seen(self, name: str) -> Sighting | None:
        now = asyncio.get_running_loop().time
        began = now()
        refused_at: float | None = None
        while True:
            asked_at = now()
            try:
                return await self._server.find(name)
            except (EngineUnavailableError, EngineTimeoutError, EngineFaultError) as error:
                refused_at = (refused_at or asked_at) if error.facts.get("reason") == "unreachable" else None
                if refused_at is not None and now() - refused_at >= min(self._pace.refused, self._silence):
                    raise EngineUnavailableError(reason="gone") from None
                if now() - began >= self._silence:
                    raise EngineTimeoutError(seconds=self._silence) from None
                pause = error.retry_after if isinstance(error, EngineBusyError) else 4 * self._pace.soon
            await asyncio.sleep(min(pause, self._silence))
