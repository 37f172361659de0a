"""Four servers of different speed, three of them with a fault each, and every task's end.

Easel is whole, as its composition root joins it: store, points, service, worker, pool and the ComfyUI
adapters, over HTTP and websockets. Each server is the tests' own ComfyUI in a process of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.identity import prompt_id
from benchmarks.alternation import Scale
from benchmarks.engine_servers import SIDE, STEPS, FakeServer, Pace, fake_servers
from benchmarks.figures import Figure, Goal
from bot.container import Container, build
from bot.settings import ImagesSection, LimitsSection, Settings, StorageSection, WorkerSection
from core.generation.engine import EngineJob
from core.generation.events import TASK_UPDATED
from core.generation.models import GenerationRequest, GenerationSettings, GenerationStatus, GenerationTask
from core.generation.service import GenerationService, Limits
from core.ids import AccountId
from core.points.models import Pot
from core.points.service import PointsService

ACCOUNTS = 20
LEFT = 7
"""Points that each account must have in the end: its grant pays for its tasks, and no more."""

ATTEMPTS = 5
RESTARTS_AT = (0.35, 0.65)
STALL_AT = 0.2
"""Shares of the tasks that have ended when a server is broken."""

GIVEN_UP = 300.0
"""Seconds after which a run that has not ended is a failure."""

PACE_JOBS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """One run, times in seconds."""

    tasks: int
    paces: Mapping[str, Pace]
    silence: float
    """After which a server without an answer counts as gone."""
    downs: tuple[float, float]
    """How long the server that restarts is away: once for less than `silence`, once for more."""

    @classmethod
    def of(cls, scale: Scale) -> Plan:
        """Return about 50 seconds' work, or a few seconds'."""
        unit = 0.1 if scale.quick else 0.5
        paces = {
            "well": Pace(unit),
            "breaking": Pace(1.5 * unit, fail_every=3),
            "restarting": Pace(2 * unit),
            "stalling": Pace(1.6 * unit),
        }
        if scale.quick:
            return cls(60, paces, 1.0, (0.5, 1.2))
        return cls(200, paces, 2.0, (1.5, 3.0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the servers did in the `seconds` from the first claim to the last end."""

    seconds: float
    healthy: Mapping[str, float]
    """The seconds in which each server could work."""
    broken: int
    """Jobs that a server broke on."""
    lost: int
    """Pictures that were made and not fetched, as where a restart took them before."""


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """Pictures a second, against what the servers could make while they were healthy."""
    return asyncio.run(_measure(Plan.of(scale), folder))


async def _measure(plan: Plan, folder: Path) -> list[Figure]:
    async with fake_servers(plan.paces) as servers:
        paces = await asyncio.gather(*(one.speed(PACE_JOBS) for one in servers.values()))
        speeds = dict(zip(servers, paces, strict=True))
        async with _easel(plan, servers, folder) as easel:
            outcome = await _run(easel, servers, plan)
    possible = sum(speeds[name] * outcome.healthy[name] for name in servers)
    shares = (f"{name} {speeds[name]:.2f}/s for {outcome.healthy[name]:.1f} s" for name in servers)
    return [
        Figure.of(
            f"{plan.tasks} tasks on 4 servers, one well",
            "/s",
            [plan.tasks / outcome.seconds],
            "the servers while they are healthy, never idle",
            [possible / outcome.seconds],
            goal=Goal("ratio", "≥", 0.9),
            note=f"{outcome.seconds:.1f} s, {possible:.0f} pictures were possible: {', '.join(shares)}; "
            f"{outcome.broken} jobs broke, {outcome.lost} pictures were made and lost",
        )
    ]


@dataclass(frozen=True, slots=True)
class _Easel:
    container: Container
    service: GenerationService
    points: PointsService


@asynccontextmanager
async def _easel(plan: Plan, servers: Mapping[str, FakeServer], folder: Path) -> AsyncIterator[_Easel]:
    settings = Settings.model_construct(  # the environment may be that of an Easel in use
        storage=StorageSection(path=folder / "easel.db"),
        images=ImagesSection(path=folder / "images"),
        limits=LimitsSection(per_account=plan.tasks),
        worker=WorkerSection(attempts=ATTEMPTS),
        comfyui=ComfyUISettings(url=",".join(one.address for one in servers.values()), silence=plan.silence),
    )
    async with build(settings) as container:
        price = GenerationService(container.store, points=PointsService(container.store)).quote(_request(0))
        points = PointsService(container.store, starting_grant=price * plan.tasks // ACCOUNTS + LEFT)
        limits = Limits(per_account=plan.tasks)
        yield _Easel(
            container,
            GenerationService(container.store, container.bus, points=points, limits=limits),
            points,
        )


class _Ends:
    """The tasks' ends, as they come."""

    def __init__(self) -> None:
        self.tasks: list[GenerationTask] = []
        self._came = asyncio.Event()

    def note(self, task: GenerationTask) -> None:
        if task.status.final:
            self.tasks.append(task)
            self._came.set()

    async def reached(self, number: float) -> None:
        """Wait until so many have ended."""
        while len(self.tasks) < number:
            self._came.clear()
            await self._came.wait()


async def _run(easel: _Easel, servers: Mapping[str, FakeServer], plan: Plan) -> Outcome:
    """Make all tasks while the servers fail; assert that every end is right."""
    container, ends = easel.container, _Ends()
    tasks = await easel.service.create_tasks([_request(index) for index in range(plan.tasks)])
    unsubscribe = container.bus.subscribe(TASK_UPDATED, ends.note)
    async with asyncio.timeout(GIVEN_UP), asyncio.TaskGroup() as group:
        working = group.create_task(container.worker.run())
        beside = [group.create_task(one.run()) for one in (container.pool, container.rescuer)]
        began = time.perf_counter()
        breaking = group.create_task(_break(servers, plan, ends))
        await ends.reached(plan.tasks)
        ended = time.perf_counter()
        stalled_at, downs = await breaking
        container.worker.stop()
        await working
        for one in beside:
            one.cancel()
    unsubscribe()
    states = {name: await one.state() for name, one in servers.items()}
    _check_ends(tasks, ends.tasks)
    await _check_points(easel, tasks)
    down = sum(min(back, ended) - min(gone, ended) for gone, back in downs)
    return Outcome(
        seconds=ended - began,
        healthy=dict.fromkeys(servers, ended - began)
        | {"restarting": ended - began - down, "stalling": stalled_at - began},
        broken=_broken(states["breaking"]),
        lost=_made(tasks, states) - len(tasks),
    )


async def _break(
    servers: Mapping[str, FakeServer], plan: Plan, ends: _Ends
) -> tuple[float, list[tuple[float, float]]]:
    """Return when a server was made to stall, and from when to when another was away in its restarts."""
    await ends.reached(STALL_AT * plan.tasks)
    stalled_at = time.perf_counter()
    await servers["stalling"].stall()
    downs = []
    for share, seconds in zip(RESTARTS_AT, plan.downs, strict=True):
        await ends.reached(share * plan.tasks)
        downs.append(await servers["restarting"].restart(seconds))
    return stalled_at, downs


def _check_ends(tasks: Sequence[GenerationTask], ended: Sequence[GenerationTask]) -> None:
    """Each has its own picture, and was given it once."""
    assert Counter(one.id for one in ended) == Counter(one.id for one in tasks)
    pictures = [one.response.outputs for one in ended if one.response is not None and one.response.success]
    assert len(set(pictures)) == len(tasks)
    assert all(len(one) == 1 for one in pictures)
    assert {one.status for one in ended} == {GenerationStatus.COMPLETED}


async def _check_points(easel: _Easel, tasks: Sequence[GenerationTask]) -> None:
    """Every point that was spent is a task's price, and the accounts are what their rows add up to."""
    assert await easel.container.store.read(lambda tx: tx.points.unbalanced()) == []
    spent = 0
    for name in {task.request.account for task in tasks}:
        account = await easel.points.account(name)
        assert (account.balance, account.held) == (LEFT, 0)
        rows = await easel.points.entries(name, limit=10 * len(tasks))
        spent += sum(row.change_of(Pot.SPENT) for row in rows)
    assert spent == sum(task.price for task in tasks) > 0


def _broken(state: Mapping[str, Any]) -> int:
    broken = sum(map(int, state["runs"].values())) - sum(map(int, state["done"].values()))
    assert broken > PACE_JOBS // 3
    return broken - PACE_JOBS // 3


def _made(tasks: Sequence[GenerationTask], states: Mapping[str, Mapping[str, Any]]) -> int:
    """Return how often the tasks were made to their end, each once at least."""
    done = Counter[str]()
    for state in states.values():
        done.update(state["done"])
    made = [
        sum(done[prompt_id(job.task, job.attempt, job.seed)] for job in _attempts_at(task)) for task in tasks
    ]
    assert min(made) >= 1
    return sum(made)


def _attempts_at(task: GenerationTask) -> list[EngineJob]:
    return [EngineJob(task.id, number + 1, task.request) for number in range(ATTEMPTS)]


def _request(index: int) -> GenerationRequest:
    return GenerationRequest(
        account=AccountId(f"bench:{index % ACCOUNTS}"),
        prompt=f"a red fox in the snow, {index}",
        settings=GenerationSettings(width=SIDE, height=SIDE, steps=STEPS, seed=index),
    )
