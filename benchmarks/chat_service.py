"""Easel on Telegram with an engine that takes its time: what `benchmarks.chats` measures, as a process."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

from PIL import Image
from pydantic import SecretStr

from adapters.storage.images import FileImageStore
from adapters.storage.sqlite import SqliteStore
from adapters.telegram.app import open_telegram
from adapters.telegram.config import TelegramSettings
from benchmarks.workload import NO_LIMITS, WORKER
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.services import Services
from core.delivery.service import DeliveryService
from core.events import EventBus
from core.generation.catalog import GenerationType
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.estimate import WaitEstimator
from core.generation.models import Progress
from core.generation.service import GenerationService
from core.generation.types.folder import builtin_catalog
from core.generation.worker import Worker, WorkerSettings

STEPS = 20
SLOTS = 16


class PacedEngine:
    """Takes its time, tells of every step, and gives the same small picture."""

    def __init__(self, seconds: float) -> None:
        self._pause = seconds / STEPS
        picture = io.BytesIO()
        Image.effect_noise((256, 256), 80).save(picture, "PNG")
        self._png = picture.getvalue()

    def capabilities(self) -> Capabilities:
        return Capabilities(slots=SLOTS)

    def offers(self, kind: GenerationType) -> bool:
        return kind.name == "txt2img"

    def is_surveyed(self) -> bool:
        return True

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        for step in range(1, STEPS + 1):
            await asyncio.sleep(self._pause)
            on_progress(Progress(step, STEPS))
        return EngineResult((self._png,), seed=job.seed)


async def serve(url: str, token: str, folder: Path, seconds: float) -> None:
    """Serve until the process is ended; the parts are joined as the composition root joins them."""
    engine, bus = PacedEngine(seconds), EventBus()
    images = FileImageStore(folder / "images")
    async with SqliteStore(folder / "chats.db") as store:
        await images.open()
        generation = GenerationService(store, bus, images=images, limits=NO_LIMITS)
        waits = WaitEstimator(store, slots=SLOTS)
        registry = builtin_registry()
        services = Services(
            registry=registry,
            generation=generation,
            points=None,
            waits=waits,
            catalog=builtin_catalog(),
            engine=engine,
        )
        settings = TelegramSettings(token=SecretStr(token), api_base_url=url)
        platform = open_telegram(Dispatcher(services), registry, images, store, settings)
        worker = Worker(generation, engine, images, bus, name=WORKER, settings=WorkerSettings(slots=SLOTS))
        delivery = DeliveryService(store, bus, platform.gateway, waits)
        async with asyncio.TaskGroup() as parts:
            for part in (platform, worker, delivery):
                parts.create_task(part.run())


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])))
