"""The engines as one: each job goes where it can run soonest, and moves on where a server fails it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
    NoEngineError,
)
from core.generation.catalog import Catalog, GenerationType
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.models import Progress
from core.generation.pool.room import Asked, Plan, Room, able_places, fitting_places
from core.generation.pool.server import Server, ServerState
from core.ids import TaskId

logger = logging.getLogger(__name__)

NOT_BEGUN = frozenset({"unreachable", "refused", "away", "address", "quota", "extra", "no_model_file"})
"""Reasons of `EngineUnavailableError` for which a server has certainly not begun the job."""


FAULTS_MOST = 2
"""Servers, or tries of one, that may break on a job before that is taken for the job's fault."""


REST_MOST = 60.0
"""Seconds that a job waits for servers that want to be left alone; for longer it goes back into the queue."""

MOVES = 3
"""How often a job may go to another server within one attempt."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """`run` and the intervals in seconds."""

    run: float = 600.0
    """How long one server may take for one job."""
    check: float = 60.0
    """How often a server that is well is probed, and asked anew for what it has."""
    look: float = 0.5
    """How often a server that is ill is looked at, whether its pause is over."""
    lanes: Mapping[str, int] = field(default_factory=dict)
    """How many tasks of a lane may run at one time."""


class EnginePool:
    """Several servers behind `PictureMaker`."""

    def __init__(
        self, servers: Iterable[Server], catalog: Catalog, *, settings: PoolSettings | None = None
    ) -> None:
        """Raises `ValueError` where two servers share a name."""
        self._servers = tuple(servers)
        self._catalog = catalog
        self._settings = settings or PoolSettings()
        self._changed = asyncio.Event()
        self._choosing: dict[TaskId, Asked] = {}
        self._on_room: Callable[[], None] = lambda: None
        names = [server.engine.name for server in self._servers]
        if len(set(names)) < len(names):
            raise ValueError(f"two engines have one name: {names}")

    # What it can do

    def capabilities(self) -> Capabilities:
        """Return what all of them can do together."""
        known = [server.capabilities for server in self._servers]
        return Capabilities(
            models=_joined(one.models for one in known),
            samplers=_joined(one.samplers for one in known),
            loras=_joined(one.loras for one in known),
            slots=sum(one.slots for one in known),
        )

    def offers(self, kind: GenerationType) -> bool:
        """Say whether one of the servers, well or not, makes pictures of this type."""
        return any(server.makes(kind) for server in self._servers)

    def is_surveyed(self) -> bool:
        """Say whether every server has answered a probe at least once."""
        return all(server.is_surveyed for server in self._servers)

    def points_per_picture(self, kind: GenerationType, model: str | None) -> int | None:
        """Return what one picture costs where only servers that cost money can make it; else None."""
        fitting = [self._servers[place] for place in able_places(self.room().seats, kind, model)]
        prices = [one.points_per_picture for one in fitting if one.points_per_picture is not None]
        return max(prices) if prices and len(prices) == len(fitting) else None

    def room(self) -> Room:
        """Return what could begin now; the jobs that are `choosing` have taken nothing of it yet."""
        seats = tuple(one.seat() for one in self._servers)
        return Room(seats, self._catalog, self._settings.lanes)

    def filling(self, coming: Sequence[Asked], running: Sequence[Asked]) -> Callable[[], Plan]:
        """Return what makes plans of the room that there is now, for `core.generation.worker`.

        `coming` are the requests on their way here, `running` those that have come.
        """
        room, waiting = self.room(), list(self._choosing.values())
        waits = {id(asked.request) for asked in waiting}
        begun = [asked for asked in running if id(asked.request) not in waits]
        return lambda: room.plan(coming=[*coming, *waiting], running=begun)

    @property
    def is_away(self) -> bool:
        """Whether no server is well."""
        return not any(server.is_well for server in self._servers)

    @property
    def slots(self) -> int:
        """How many jobs run at one time on the servers that are well; at least 1."""
        return max(1, sum(one.capabilities.slots for one in self._servers if one.is_well))

    def states(self) -> list[ServerState]:
        return [server.state() for server in self._servers]

    def on_room(self, ring: Callable[[], None]) -> None:
        """Call `ring` whenever a server may have become free."""
        self._on_room = ring

    # Making pictures

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """Make the job's pictures on one server after the other, until one has made them.

        Raises `NoEngineError` where none of the servers that could has begun it, else what the last one
        raised.
        """
        kind = self._kind(job)
        told = _Told(on_progress)
        server = await self._where_it_is(job, kind)
        failed: EngineError | None = None
        shunned: list[Server] = []
        faults = moves = 0
        while moves <= MOVES:
            if server is None:
                server = await self._free_server(job, shunned, failed)
            try:
                async with asyncio.timeout(self._settings.run):
                    return await server.run(job, kind, told)
            except EngineBusyError:
                logger.info("%s wants a pause; the job goes elsewhere, or waits", server.engine.name)
                server = None
                continue
            except (EngineUnavailableError, EngineTimeoutError, EngineFaultError) as error:
                logger.info("%s failed the job: %s", server.engine.name, error)
                faults += isinstance(error, EngineFaultError)
                if faults == FAULTS_MOST:
                    raise
                if told.anything or _has_begun(error):
                    failed = _to_try_again(error)
                    shunned.append(server)
                moves += 1
                server = None
            except TimeoutError:  # too much for any server: no reason to think that this one is ill
                raise EngineTimeoutError(seconds=self._settings.run) from None
            finally:
                self._ring()
        raise failed or NoEngineError()

    def _kind(self, job: EngineJob) -> GenerationType:
        kind = self._catalog.find(job.request.type)
        if kind is None or not self.offers(kind):
            raise EngineRejectedError(reason="type")
        model = job.request.settings.model
        if not able_places(self.room().seats, kind, model):
            raise EngineRejectedError(reason="model", name=model)
        if not fitting_places(self.room().seats, self._catalog, Asked(job.request, job.price)):
            raise EngineRejectedError(reason="price_changed")
        return kind

    async def _where_it_is(self, job: EngineJob, kind: GenerationType) -> Server | None:
        """Return the server that still has an earlier attempt's job, if one has."""
        if job.attempt == 1:
            return None
        with self._choose(job):
            makers = [one for one in self._servers if one.makes(kind) and one.is_well]
            answers = await asyncio.gather(*(_holds(one, job, kind) for one in makers))
        return next((one for one, has in zip(makers, answers, strict=True) if has), None)

    async def _free_server(
        self, job: EngineJob, shunned: Sequence[Server], failed: EngineError | None
    ) -> Server:
        """Return the server where the job can run soonest, once one is free.

        One that has failed the job is taken again only where there is no other. Raises `failed`, or
        `NoEngineError`, where none is well, or where all want to be left alone for long.
        """
        with self._choose(job):
            while True:
                self._changed.clear()
                fitting = self._fitting(job)
                if not fitting:
                    raise failed or NoEngineError()
                fresh = [one for one in fitting if one not in shunned] or fitting
                if free := [one for one in fresh if one.free > 0]:
                    return min(free, key=lambda one: one.seconds_for(job.request))
                now = asyncio.get_running_loop().time()
                rests = [one.rests_until - now for one in fitting if one.rests]
                if len(rests) == len(fitting) and min(rests) > REST_MOST:
                    raise failed or NoEngineError()  # it waits in the queue instead
                await self._news(min(rests, default=None))

    def _fitting(self, job: EngineJob) -> list[Server]:
        places = fitting_places(self.room().seats, self._catalog, Asked(job.request, job.price))
        return [self._servers[place] for place in places if self._servers[place].is_well]

    async def _news(self, seconds: float | None) -> None:
        """Wait until a server has ended a job or is looked at anew, so long at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _choose(self, job: EngineJob) -> _Choosing:
        return _Choosing(self._choosing, job)

    def _ring(self) -> None:
        self._changed.set()
        self._on_room()

    # Looking after the servers

    async def run(self) -> None:
        """Probe the servers until cancelled: those that are well now and then, the ill ones when due."""
        async with asyncio.TaskGroup() as looking:  # each alone: a silent one takes its time to be found ill
            for server in self._servers:
                looking.create_task(self._look_after(server))

    async def _look_after(self, server: Server) -> None:
        loop = asyncio.get_running_loop()
        next_check = 0.0
        while True:
            is_due = server.breaker.is_due() or (server.is_well and loop.time() >= next_check)
            if is_due and not server.rests:
                next_check = loop.time() + self._settings.check
                await server.probe()
                self._ring()
            await asyncio.sleep(self._settings.look)

    async def probe(self) -> list[ServerState]:
        """Ask every server now whether it is well; return what is known then."""
        await asyncio.gather(*(one.probe() for one in self._servers))
        self._ring()
        return self.states()

    async def aclose(self) -> None:
        """Close every engine; every call has returned by now."""
        await asyncio.gather(*(one.engine.aclose() for one in self._servers))


class _Choosing:
    """Counts a job among those that are about to begin, inside its block."""

    def __init__(self, choosing: dict[TaskId, Asked], job: EngineJob) -> None:
        self._choosing = choosing
        self._job = job

    def __enter__(self) -> None:
        self._choosing[self._job.task] = Asked(self._job.request, self._job.price)

    def __exit__(self, *_: object) -> None:
        self._choosing.pop(self._job.task, None)


class _Told:
    """Passes progress on, and knows whether there was any."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self.anything = False

    def __call__(self, progress: Progress) -> None:
        self.anything = True
        self._on_progress(progress)


async def _holds(server: Server, job: EngineJob, kind: GenerationType) -> bool:
    try:
        return await server.holds(job, kind)
    except EngineError as error:
        logger.info("%s can't say whether it has the job: %s", server.engine.name, error)
        return False


def _has_begun(error: EngineError) -> bool:
    return not isinstance(error, EngineUnavailableError) or error.facts.get("reason") not in NOT_BEGUN


def _to_try_again(error: EngineError) -> EngineError:
    """Return what ends the attempt where no other server is left; one fault alone may be the server's."""
    return EngineUnavailableError(reason="broken_off") if isinstance(error, EngineFaultError) else error


def _joined(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))
