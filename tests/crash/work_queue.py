"""A worker as a process of its own: says which task it ran under which lease, until its input ends.

Usage: python work_queue.py DATABASE NAME. Begins when it is sent a line.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.storage.sqlite import SqliteStore
from core.clock import SystemClock
from core.events import EventBus
from core.generation.events import TASK_UPDATED
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.service import GenerationService
from core.generation.worker import Worker, WorkerSettings
from core.ids import WorkerId
from core.points.service import PointsService
from tests.fakes.engine import ScriptedEngine
from tests.fakes.images import FakeImages

SLOTS = 4


def tell(task: GenerationTask) -> None:
    if task.status is GenerationStatus.PROCESSING and task.lease is not None:
        print("ran", task.id, task.lease.id, flush=True)
    elif task.status is GenerationStatus.COMPLETED:
        print("completed", task.id, flush=True)


async def work(database: Path, name: str) -> None:
    async with SqliteStore(database, synchronous="NORMAL", busy_timeout=60) as store:
        bus = EventBus()
        bus.subscribe(TASK_UPDATED, tell)
        service = GenerationService(store, bus, points=PointsService(store))
        worker = Worker(
            service,
            ScriptedEngine(),
            FakeImages(SystemClock()),
            bus,
            name=WorkerId(name),
            settings=WorkerSettings(slots=SLOTS, poll=0.01),
        )
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.run())
            await asyncio.to_thread(sys.stdin.readline)
            worker.stop()
        await bus.aclose()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
