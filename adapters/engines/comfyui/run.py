"""One job on one server: found again or submitted, followed to its end, fetched."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from adapters.engines.comfyui.defaults import operators_default
from adapters.engines.comfyui.feed import Feed
from adapters.engines.comfyui.following import Follower
from adapters.engines.comfyui.graph import expected_of, graph_of, model_in
from adapters.engines.comfyui.identity import prompt_id, prompt_ids
from adapters.engines.comfyui.patience import in_spite_of_cancelling
from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.refusals import check_taken
from adapters.engines.comfyui.server import ComfyUIServer
from adapters.engines.comfyui.sightings import Broken, Done, Queued, Sighting
from adapters.engines.comfyui.tracker import Tracker
from adapters.engines.comfyui.uploads import uploaded
from adapters.engines.comfyui.workflow import Graph
from adapters.engines.wire.connection import Answer
from adapters.engines.wire.pictures import checked
from core.errors import EngineError, EngineFaultError, EngineTimeoutError, EngineUnavailableError
from core.generation.engine import EngineJob, EngineResult, OnProgress

logger = logging.getLogger(__name__)

SUBMISSIONS_MOST = 4
"""Times that a job is submitted by one call, where the server forgets it."""

STOP_SECONDS = 4.0
"""For stopping a job that is cancelled."""

_SEND_SECONDS = 3.0
"""For a submission that is on its way when the job is cancelled."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where jobs are run: a server, its websocket, and how it is used."""

    server: ComfyUIServer
    feed: Feed
    follower: Follower
    model: str | None
    """For requests that name none."""
    previews: bool


class Run:
    """One call of `generate`."""

    def __init__(self, site: Site, job: EngineJob, recipe: ComfyUIRecipe, on_progress: OnProgress) -> None:
        self._site = site
        self._job = job
        self._recipe = recipe
        self._on_progress = on_progress
        self._name = prompt_id(job.task, job.attempt, job.seed)
        self._running = tuple(prompt_ids(job))
        """The ids of what the server may be at work on: of any attempt, until these were looked for."""

    async def result(self) -> EngineResult:
        """Make the pictures. A cancelled call stops the job on the server first."""
        try:
            return await self._found() or await self._made()
        except asyncio.CancelledError:
            await in_spite_of_cancelling(self._stop(), STOP_SECONDS)
            raise

    async def _stop(self) -> None:
        await asyncio.gather(*map(self._site.server.stop, self._running))

    async def _found(self) -> EngineResult | None:
        """Return what an earlier attempt made or is making; None where there is nothing to be had of it."""
        known = await known_attempts(self._site.server, self._job)
        self._running = ()
        for name, seen in known:
            tracker = Tracker({} if isinstance(seen, Broken) else seen.graph, self._on_progress)
            done = await self._resumed(name, seen, tracker)
            if done is not None:
                with suppress(EngineFaultError):
                    return await self._fetched(done, tracker)
            if name == self._name:  # its end would be taken for that of its successor
                await self._site.server.forget(name)
        return None

    async def _resumed(self, name: str, seen: Sighting, tracker: Tracker) -> Done | None:
        match seen:
            case Done():
                return seen
            case Broken():
                return None
            case Queued():
                self._site.feed.adopt(seen.client_id)
                with self._site.feed.following(name, tracker):
                    return await self._settled(name, tracker)

    async def _made(self) -> EngineResult:
        for _ in range(SUBMISSIONS_MOST):
            graph = await self._graph()
            tracker = Tracker(graph, self._on_progress)
            with self._site.feed.following(self._name, tracker):
                await self._site.feed.opened()
                await self._submit(graph)
                done = await self._settled(self._name, tracker)
                if not tracker.has_heard:
                    self._site.feed.renew()  # it is deaf
            if done is not None:
                return await self._fetched(done, tracker)
            logger.info("the server has forgotten a job, so it is submitted again")
        raise EngineUnavailableError(reason="forgetful")

    async def _graph(self) -> Graph:
        inventory = await self._site.server.take_stock()
        names = await uploaded(self._site.server, self._job, self._recipe)
        return graph_of(self._job, self._recipe, inventory, model=self._site.model, uploaded=names)

    async def _submit(self, graph: Graph) -> None:
        site = self._site
        self._running = (self._name,)
        sending = asyncio.create_task(
            site.server.submit(graph, self._name, site.feed.client_id, previews=site.previews)
        )
        try:
            answer = await asyncio.shield(sending)
        except asyncio.CancelledError:
            # What is on its way may be queued after a cancel that did not wait for it.
            await in_spite_of_cancelling(sending, _SEND_SECONDS)
            raise
        except (EngineUnavailableError, EngineTimeoutError):
            if not await self._has_arrived():
                raise
        else:
            with operators_default(self._job, site.model):
                check_taken(answer, graph, self._recipe)
            await self._check_name(answer)

    async def _check_name(self, answer: Answer) -> None:
        """Give up on a server that names jobs itself, as old ones do: none of ours would be found there."""
        match answer.json():
            case {"prompt_id": str() as given} if given != self._name:
                await in_spite_of_cancelling(self._site.server.stop(given), STOP_SECONDS)
                raise EngineUnavailableError(reason="too_old")
            case _:
                pass

    async def _has_arrived(self) -> bool:
        """Say whether a submission that was never answered was taken all the same."""
        with suppress(EngineError):
            return await self._site.server.find(self._name) is not None
        return False

    async def _settled(self, name: str, tracker: Tracker) -> Done | None:
        self._running = (name,)
        done = await self._site.follower.settled(name, tracker, self._recipe)
        self._running = ()
        return done

    async def _fetched(self, done: Done, tracker: Tracker) -> EngineResult:
        expected = expected_of(self._job, self._recipe)
        stored = [one for node in expected.outputs for one in done.pictures.get(node, ())]
        pictures = [await self._site.server.view(one) for one in stored]
        images = await checked(pictures, expected.size, number=expected.number)
        tracker.finish()
        return EngineResult(images, seed=self._job.seed, model=model_in(done.graph))


async def known_attempts(server: ComfyUIServer, job: EngineJob) -> list[tuple[str, Sighting]]:
    """Return where this attempt at the job and those before were seen, down to the first one of use."""
    found = []
    for name in prompt_ids(job):
        if seen := await server.find(name):
            found.append((name, seen))
            if not isinstance(seen, Broken):
                break
    return found
