"""From asking to the engine's start, on an idle system: the real service, store and worker."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from adapters.storage.memory_images import MemoryImageStore
from adapters.storage.sqlite import SqliteStore
from benchmarks import durable
from benchmarks.alternation import Scale
from benchmarks.figures import Figure, Goal, percentile_99
from benchmarks.workload import NO_LIMITS, WORKER, Order, orders, prepare
from core.events import EventBus
from core.generation.engine import EngineJob, EngineResult, OnProgress
from core.generation.events import TASK_UPDATED
from core.generation.models import GenerationTask
from core.generation.service import GenerationService
from core.generation.worker import Worker
from core.points.service import PointsService

IDLE = 0.02
"""Seconds of nothing before each sample."""


class NoEngine:
    """An engine that notes when it was started and makes nothing."""

    def __init__(self) -> None:
        self.started_at = 0.0

    async def generate(self, job: EngineJob, _: OnProgress) -> EngineResult:
        self.started_at = time.perf_counter()
        assert job.request.settings.seed is not None
        return EngineResult((), seed=job.request.settings.seed)


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """In milliseconds, against one durable commit through the bare sqlite3 module."""
    path = folder / "pickup.db"
    prepare(path)
    rounds = 2 * scale.rounds
    size = scale.pick(100, 5)
    starts: list[list[float]] = []
    commits: list[list[float]] = []
    with closing(durable.plain_database(folder / "plain.db")) as plain:
        for number in range(rounds):
            started, committed = asyncio.run(
                _samples(
                    path, orders(2 * size, number * 2 * size), lambda index: durable.commit(plain, index)
                )
            )
            starts.append(started)
            commits.append(committed)
    values: tuple[tuple[str, Callable[[Sequence[float]], float], Goal | None], ...] = (
        ("p50", statistics.median, None),
        ("p99", percentile_99, Goal("measured", "<", 10)),
        ("longest", max, None),
    )
    return [
        Figure.pooled(
            f"create to engine start, {name}", "ms", starts, durable.NAME, commits, value, goal=goal
        )
        for name, value, goal in values
    ]


async def _samples(
    path: Path, work: list[Order], commit: Callable[[int], float]
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each start and of each plain commit, taken A-B-B-A."""
    engine, bus = NoEngine(), EventBus()
    started: list[float] = []
    committed: list[float] = []
    async with SqliteStore(path) as store:
        service = GenerationService(store, bus, points=PointsService(store), limits=NO_LIMITS)
        worker = Worker(service, engine, MemoryImageStore(), bus, name=WORKER)
        done = asyncio.Event()

        def note_end(task: GenerationTask) -> None:
            if task.status.final:
                done.set()

        bus.subscribe(TASK_UPDATED, note_end)
        working = asyncio.create_task(worker.run())
        for index, order in enumerate(work):
            if index % 4 in {1, 2}:
                await asyncio.sleep(IDLE)
                committed.append(commit(index))
            await asyncio.sleep(IDLE)
            done.clear()
            asked = time.perf_counter()
            await service.create_task(order.request)
            await done.wait()
            started.append((engine.started_at - asked) * 1000)
            if index % 4 in {0, 3}:
                await asyncio.sleep(IDLE)
                committed.append(commit(index))
        worker.stop()
        await working
    return started, committed
