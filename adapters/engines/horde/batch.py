"""One job's requests at the Horde, from sending them to having all pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.engines.horde.answers import Generation, Standing
from adapters.engines.horde.api import HordeApi
from adapters.engines.horde.errors import LostRequestError
from adapters.engines.horde.notes import RequestNotes
from adapters.engines.horde.pace import Pace
from adapters.engines.horde.place import Places
from adapters.engines.horde.settled import unbroken
from adapters.engines.horde.steady import SteadyApi
from adapters.engines.horde.verdict import accept
from adapters.engines.horde.watch import Watch
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import EngineJob, OnProgress

_SENDING = 2.0
"""Seconds that a cancelled job waits for the id of the request that it is just sending."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture, and what is said of it."""

    generation: Generation
    picture: bytes


class Batch:
    """The requests of a job, in the order of its pictures."""

    def __init__(
        self,
        api: HordeApi,
        notes: RequestNotes,
        job: EngineJob,
        *,
        pace: Pace,
        silence: float,
    ) -> None:
        self._api = api
        self._notes = notes
        self._job = job
        self._pictures = job.request.settings.batch_size
        self._payloads: Sequence[Mapping[str, Any]] = ()
        self._pace = pace
        self._steady = SteadyApi(api, retry=pace.retry, silence=silence)
        self._ids: list[str] = []
        self._made: dict[int, Made] = {}
        self._lost: set[int] = set()
        self._watch = Watch(pace.stranded)

    async def attach(self) -> bool:
        """Take over the requests that an earlier attempt sent; say whether there are any."""
        self._ids = (await self._notes.ids(self._job.task))[: self._pictures]
        return bool(self._ids)

    async def send(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Send the requests that are not there yet. Each is noted before the next one is sent."""
        self._payloads = payloads
        for place in range(len(self._ids), self._pictures):
            await self._submit(place)

    async def made(self, on_progress: OnProgress) -> list[Made]:
        """Wait for all pictures, and return them in their order.

        One that is refused, such as for being censored, ends all: the member gets as many pictures as asked
        for, or a refusal and the price back, and never pays in full for a part.
        """
        places = Places(self._pictures, on_progress)
        while len(self._made) < self._pictures:
            standings = []
            for place in range(self._pictures):
                if place not in self._made:
                    standing = await self._look(place)
                    standings += [standing] if standing else []
            places.tell(len(self._made), standings)
            if len(self._made) < self._pictures:
                await asyncio.sleep(self._pace.after(max((one.wait_time for one in standings), default=0)))
        return [self._made[place] for place in range(self._pictures)]

    async def end(self) -> None:
        """Take back what is not made, as far as the Horde can be reached, and forget the job."""
        open_ids = [one for place, one in enumerate(self._ids) if place not in self._made]
        try:
            await asyncio.gather(*map(self._api.delete, open_ids), return_exceptions=True)
        finally:
            await self._notes.forget(self._job.task)

    async def _submit(self, place: int) -> None:
        # Only the answer tells the id: a job that is cancelled meanwhile must still learn what to take back.
        await unbroken(self._sent(place), _SENDING)

    async def _sent(self, place: int) -> None:
        accepted = await self._api.submit(self._payloads[place])
        self._ids[place : place + 1] = [accepted.id]
        await self._notes.keep(self._job.task, self._ids)
        if not accepted.has_worker:
            raise EngineRejectedError(reason="no_worker")

    async def _look(self, place: int) -> Standing | None:
        """Return how far a request is; None once its picture is there, or where it had to be sent again."""
        request = self._ids[place]
        try:
            standing = await self._steady.standing(request)
            if standing.faulted:
                raise EngineFaultError(reason="faulted")
            if not standing.done:
                self._watch.see(place, standing)
                return standing
            generation = await self._steady.generation(request)
        except LostRequestError:
            # The Horde drops what waited for 20 minutes, and everything when it is set up anew.
            if place in self._lost:
                raise
            self._lost.add(place)
            await self._submit(place)
            return None
        accept(generation, self._job.request.prompt)
        self._made[place] = Made(generation, await self._steady.picture(generation))
        return None
