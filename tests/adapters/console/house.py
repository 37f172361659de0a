"""A whole Easel in memory around the console, with an engine that does as it is told."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from PIL import Image

from adapters.console.app import Console
from adapters.console.config import ConsoleSettings
from adapters.console.gateway import ConsoleGateway
from adapters.storage.images import FileImageStore
from adapters.storage.memory import MemoryStore
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.services import Services
from core.delivery.service import DeliveryService
from core.errors import EngineFaultError
from core.events import EventBus
from core.generation.catalog import GenerationType
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.estimate import WaitEstimator
from core.generation.models import Progress
from core.generation.service import GenerationService, Limits
from core.generation.types.folder import builtin_catalog
from core.generation.worker import Worker, WorkerSettings
from core.ids import WorkerId
from core.points.service import PointsService


def png(width: int = 64, height: int = 48, colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


class ToldEngine:
    """Draws at once; fails on the word "break", and on "slowly" waits until it is let go on."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    def capabilities(self) -> Capabilities:
        return Capabilities()

    def offers(self, kind: GenerationType) -> bool:
        return kind.name in {"txt2img", "img2img"}

    def is_surveyed(self) -> bool:
        return True

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        settings = job.request.settings
        assert settings.seed is not None
        if "break" in job.request.prompt:
            raise EngineFaultError
        if "slowly" in job.request.prompt:
            on_progress(Progress(settings.steps // 2, settings.steps))
            await self.go_on.wait()
        images = tuple(
            png(colour=f"hsl({(settings.seed + n) % 360}, 60%, 50%)") for n in range(settings.batch_size)
        )
        return EngineResult(images, settings.seed, engine="told")


@dataclass
class House:
    """What outlives one process: give the same one to two consoles to see a restart."""

    root: Path
    store: MemoryStore = field(default_factory=MemoryStore)
    engine: ToldEngine = field(default_factory=ToldEngine)
    limits: Limits = field(default_factory=Limits)
    progress_seconds: float = 0.01

    def __post_init__(self) -> None:
        self.images = FileImageStore(self.root / "images")
        self.bus = EventBus()
        self.registry = builtin_registry()
        self.waits = WaitEstimator(self.store, slots=1)
        self.points = PointsService(self.store, starting_grant=10_000)
        catalog = builtin_catalog()
        self.generation = GenerationService(
            self.store, self.bus, points=self.points, images=self.images, catalog=catalog, limits=self.limits
        )
        self.dispatcher = Dispatcher(
            Services(
                registry=self.registry,
                generation=self.generation,
                points=self.points,
                waits=self.waits,
                catalog=catalog,
                engine=self.engine,
            )
        )
        self.settings = ConsoleSettings(history_file=self.root / "state" / "history")

    def console(
        self, stdin: TextIO | None, stdout: TextIO | None, *, at_terminal: bool = False, notice: str = ""
    ) -> Console:
        return Console(
            self.dispatcher,
            self.registry,
            self.images,
            self.store,
            ConsoleGateway(),
            self.settings,
            stdin=stdin,
            stdout=stdout,
            at_terminal=at_terminal,
            notice=notice,
        )

    @asynccontextmanager
    async def at_work(self, console: Console) -> AsyncIterator[None]:
        """Run the worker and the delivery meanwhile."""
        worker = Worker(
            self.generation,
            self.engine,
            self.images,
            self.bus,
            name=WorkerId("w"),
            settings=WorkerSettings(poll=0.05, progress=self.progress_seconds, drain=0),
        )
        delivery = DeliveryService(self.store, self.bus, console.gateway, self.waits, poll_seconds=0.05)
        loops = [asyncio.create_task(worker.run()), asyncio.create_task(delivery.run())]
        try:
            yield
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def run(self, text: str | bytes) -> tuple[int, list[str]]:
        """Pipe `text` through a console; return the exit code and the lines that came out."""
        out = io.StringIO()
        console = self.console(stdin_of(text), out)
        async with self.at_work(console):
            code = await console.run()
        return code, out.getvalue().splitlines()

    async def once(self, text: str) -> tuple[int, list[str]]:
        out = io.StringIO()
        console = self.console(None, out)
        async with self.at_work(console):
            code = await console.once(text)
        return code, out.getvalue().splitlines()


def stdin_of(text: str | bytes) -> TextIO:
    return io.TextIOWrapper(io.BytesIO(text.encode() if isinstance(text, str) else text))


class Overheard(io.StringIO):
    """An output that tells when a text has been written to it, by whatever thread."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.heard = asyncio.Event()
        self._text = text
        self._loop = asyncio.get_running_loop()

    def write(self, text: str, /) -> int:
        written = super().write(text)
        if self._text in text:
            self._loop.call_soon_threadsafe(self.heard.set)
        return written
