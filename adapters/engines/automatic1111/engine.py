"""A server that speaks the AUTOMATIC1111 API: one job at a time, by a call that blocks until it is done."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.engines.automatic1111.answers import raise_for
from adapters.engines.automatic1111.call import Call, Timing
from adapters.engines.automatic1111.config import Automatic1111Settings
from adapters.engines.automatic1111.order import Order, Preferences, order_of
from adapters.engines.automatic1111.recipe import Automatic1111Recipe
from adapters.engines.automatic1111.results import result_of
from adapters.engines.automatic1111.server import Server
from adapters.engines.automatic1111.state import Course, State
from adapters.engines.wire.connection import Answer
from core.errors import EngineBusyError, EngineFaultError, EngineRejectedError
from core.generation.engine import Capabilities, Engine, EngineJob, EngineResult, OnProgress
from core.generation.models import Progress

KIND = "automatic1111"

_AGAIN = 10.0
"""Seconds after which a server that others keep busy is asked again."""


class Automatic1111Engine:
    """One server. Its progress and its interrupt are about whatever it is at: so one job at a time."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        preferences: Preferences | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._name = name
        self._server = Server(address)
        self._preferences = preferences or Preferences()
        self._timing = timing or Timing()
        self._turn = asyncio.Lock()
        self._rest: asyncio.Task[Answer] | None = None
        """A call that was given up, while the server is still at it."""

    @property
    def kind(self) -> str:
        """As the port."""
        return KIND

    @property
    def name(self) -> str:
        """As the port."""
        return self._name

    def capabilities(self) -> Capabilities:
        """As the port: what this very server said at the last probe."""
        return self._server.offer.capabilities() if self._server.offer else Capabilities()

    async def probe(self) -> None:
        """As the port. A server without the operator's model can't work."""
        offer = await self._server.probe()
        if self._preferences.model:
            offer.names.default_model(self._preferences.model)

    async def holds(self, job: EngineJob) -> bool:  # noqa: ARG002 - as the port
        """As the port: these servers remember nothing."""
        return False

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """As the port. It waits for what else runs on the server, a job's longest time at most."""
        if not isinstance(job.recipe, Automatic1111Recipe):
            raise EngineRejectedError(reason="type")
        offer = self._server.offer or await self._server.probe()
        order = await order_of(job, job.recipe, offer, self._preferences)
        async with self._turn:
            before = await self._free(on_progress)
            course = Course(order.steps, before, on_progress)
            answer = await self._answer(order, course)
        await raise_for(answer, order)
        if course.is_interrupted:  # the pictures of an interrupted job look like any others
            raise EngineFaultError(reason="interrupted")
        result = await result_of(answer, order, offer, job)
        self._remember(result.model)
        if self._server.tells:
            course.end()
        return result

    async def aclose(self) -> None:
        """Let go of the server; what it is still at comes to nobody."""
        rest, self._rest = self._rest, None
        if rest is not None:
            rest.cancel()
            await asyncio.wait([rest])
        await self._server.aclose()

    async def _answer(self, order: Order, course: Course) -> Answer:
        call = Call(self._server, order.path, order.fields, self._timing)
        try:
            return await call.answer(course)
        finally:
            self._rest = call.rest

    async def _free(self, on_progress: OnProgress) -> State | None:
        """Wait until the server is at nothing, and return what it says then.

        What it is at may be a job that was given up, one of an earlier run of this program, or somebody
        else's. Raises `EngineBusyError` where that takes too long.
        """
        waiting = Progress(0, 0, position=1)
        try:
            async with asyncio.timeout(self._timing.total):
                if self._rest is not None and not self._rest.done():
                    on_progress(waiting)
                    await asyncio.wait([self._rest])
                if not self._server.tells:
                    return None
                state = await self._server.state(self._timing.silence)
                while state is not None and state.is_busy:
                    on_progress(waiting)
                    await asyncio.sleep(self._timing.poll)
                    state = await self._server.state(self._timing.silence)
                return state
        except TimeoutError:
            raise EngineBusyError(_AGAIN) from None

    def _remember(self, model: str | None) -> None:
        """Keep which model is in memory now: the next job may want the same."""
        offer = self._server.offer
        if offer is not None and model in offer.capabilities().models:
            self._server.offer = replace(offer, loaded=model)


def open_automatic1111(settings: Automatic1111Settings) -> tuple[Engine, ...]:
    """Return an engine for each server that the settings name; none where they name none."""
    urls = settings.urls
    names = [KIND] if len(urls) == 1 else [f"{KIND}-{number}" for number, _ in enumerate(urls, 1)]
    preferences = Preferences(settings.model, settings.upscaler)
    timing = Timing(silence=settings.silence, total=settings.total)
    return tuple(
        Automatic1111Engine(name, url, preferences=preferences, timing=timing)
        for name, url in zip(names, urls, strict=True)
    )
