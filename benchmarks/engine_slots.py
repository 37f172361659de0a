"""How long a slot waits for its next job, and how much of the time it works.

The engines take their time and give a picture of 512 × 512; the store, the folder of pictures, the service,
the worker and the pool are real. Every slot is a server of its own, and there is always work for it.
"""

from __future__ import annotations

import asyncio
import io
import random
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

from PIL import Image

from adapters.storage.images import FileImageStore
from adapters.storage.sqlite import SqliteStore
from benchmarks import durable
from benchmarks.alternation import Scale, alternate
from benchmarks.figures import Figure, Goal, percentile_99
from benchmarks.workload import NO_LIMITS, WORKER, account_id, prepare
from core.events import EventBus
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.events import TASK_UPDATED
from core.generation.models import GenerationRequest, GenerationSettings, GenerationStatus, GenerationTask
from core.generation.pool.pool import EnginePool
from core.generation.pool.server import Server
from core.generation.service import GenerationService
from core.generation.types.folder import builtin_catalog
from core.generation.worker import Worker, WorkerSettings
from core.ids import TaskId
from core.points.service import PointsService

SIDE = 512
IDLE = 0.02
"""Seconds of nothing before each bare commit."""


class TimedEngine:
    """Makes every job in the same time, and notes when it worked."""

    kind = "sketch"  # so that the built-in types have recipes for it

    def __init__(self, name: str, seconds: float, png: bytes) -> None:
        self.name = name
        self._seconds = seconds
        self._png = png
        self.worked: list[tuple[float, float]] = []
        """From when to when, by `time.perf_counter`."""

    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def probe(self) -> None:
        """It is always well."""

    async def holds(self, _: EngineJob) -> bool:
        return False

    async def generate(self, job: EngineJob, _: OnProgress) -> EngineResult:
        began = time.perf_counter()
        await asyncio.sleep(self._seconds)
        self.worked.append((began, time.perf_counter()))
        return EngineResult((self._png,), seed=job.seed)

    async def aclose(self) -> None:
        """There is nothing to close."""

    def gaps(self) -> list[float]:
        """Return the milliseconds from each job's end to the next one's start."""
        pairs = zip(self.worked, self.worked[1:], strict=False)
        return [(began - ended) * 1000 for (_, ended), (began, _) in pairs]

    def share(self) -> float:
        """Return how much of the time it worked, in percent."""
        whole = self.worked[-1][1] - self.worked[0][0]
        return 100 * sum(ended - began for began, ended in self.worked) / whole


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """Gaps in milliseconds against a bare durable commit; shares in percent against a bare loop."""
    path = folder / "slots.db"
    prepare(path)
    png = _picture()
    jobs = scale.pick(50, 5)
    figures = []
    with closing(durable.plain_database(folder / "plain.db")) as plain:
        for slots, name in ((1, "a slot alone"), (4, "each of four slots")):
            samples = alternate(
                {
                    "gaps": lambda slots=slots: _gaps(path, png, slots, jobs),  # type: ignore[misc]
                    "commits": lambda: _commits(plain, jobs),
                },
                scale.pick(2, 1),
            )
            figures += [
                Figure.pooled(
                    f"gap of {name}, {title}", "ms", samples["gaps"], durable.NAME, samples["commits"], value,
                    goal=Goal("measured", "<", bound),
                )
                for title, value, bound in (("p50", statistics.median, 5), ("p99", percentile_99, 20))
            ]  # fmt: skip
    seconds, jobs = (0.1, 5) if scale.quick else (1.0, 10)
    shares = alternate(
        {
            "worker": lambda: statistics.fmean(one.share() for one in _worked(path, png, 4, jobs, seconds)),
            "loop": lambda: asyncio.run(_looped(TimedEngine("one", seconds, png), jobs)).share(),
        },
        1,
    )
    figures.append(
        Figure.of(
            "four slots busy, 1 s jobs", "%", shares["worker"], "a bare loop", shares["loop"],
            goal=Goal("measured", "≥", 99),
        )
    )  # fmt: skip
    return figures


def _gaps(path: Path, png: bytes, slots: int, jobs: int) -> list[float]:
    return [gap for one in _worked(path, png, slots, jobs, 0.1) for gap in one.gaps()]


def _worked(path: Path, png: bytes, slots: int, jobs: int, seconds: float) -> list[TimedEngine]:
    engines = [TimedEngine(f"engine-{number}", seconds, png) for number in range(slots)]
    asyncio.run(_work(path, engines, jobs * slots))
    assert sum(len(one.worked) for one in engines) == jobs * slots
    return engines


async def _work(path: Path, engines: list[TimedEngine], tasks: int) -> None:
    """Have so many tasks made, all of which wait from the start."""
    bus, images = EventBus(), FileImageStore(path.with_name("images"))
    pool = EnginePool((Server(one, time.monotonic) for one in engines), builtin_catalog())
    async with SqliteStore(path) as store:
        await images.open()
        service = GenerationService(store, bus, points=PointsService(store), limits=NO_LIMITS)
        await service.create_tasks([_request(index) for index in range(tasks)])
        settings = WorkerSettings(slots=len(engines))
        worker = Worker(service, pool, images, bus, name=WORKER, settings=settings, room=pool.filling)
        pool.on_room(worker.wake)
        left = tasks

        def note_end(task: GenerationTask) -> None:
            nonlocal left
            left -= task.status is GenerationStatus.COMPLETED
            if not left:
                worker.stop()

        bus.subscribe(TASK_UPDATED, note_end)
        await worker.run()
        assert not left
        await images.aclose()


async def _looped(engine: TimedEngine, jobs: int) -> TimedEngine:
    for index in range(jobs):
        await engine.generate(EngineJob(TaskId(f"bench{index}"), 1, _request(index)), lambda _: None)
    return engine


def _commits(plain: sqlite3.Connection, number: int) -> list[float]:
    """Return the milliseconds of as many commits, with a pause before each."""
    found = []
    for index in range(number):
        time.sleep(IDLE)
        found.append(durable.commit(plain, index))
    return found


def _request(index: int) -> GenerationRequest:
    settings = GenerationSettings(width=SIDE, height=SIDE, seed=random.getrandbits(32))
    return GenerationRequest(
        account=account_id(index), prompt=f"a red fox in the snow, {index}", settings=settings
    )


def _picture() -> bytes:
    """Return a PNG that is as hard to make smaller as a photograph."""
    file = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((SIDE, SIDE), 30) for _ in range(3)]).save(file, "PNG")
    return file.getvalue()
