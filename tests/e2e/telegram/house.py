"""The whole of Easel on a file, with Telegram's fake in front: started, stopped and killed by the test."""

from __future__ import annotations

import asyncio
import io
import random
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import SecretStr

from adapters.storage.images import FileImageStore
from adapters.storage.sqlite import SqliteStore
from adapters.telegram.app import TelegramPlatform, open_telegram
from adapters.telegram.config import TelegramSettings
from adapters.telegram.timing import Timing
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.services import Services
from core.delivery.models import Delivery
from core.delivery.service import DeliveryService
from core.events import EventBus
from core.generation.engine import EngineJob, EngineResult, OnProgress
from core.generation.estimate import WaitEstimator
from core.generation.models import GenerationTask, Progress
from core.generation.rescuer import Rescuer
from core.generation.service import GenerationService
from core.generation.types.folder import builtin_catalog
from core.generation.worker import Worker, WorkerSettings
from core.ids import AccountId, TaskId, WorkerId
from core.points.service import PointsService
from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi
from tests.fakes.engine import Act, ScriptedEngine

SECRET = "a-secret_of-the-webhook"
QUICK = Timing(poll=2, read=2.0, album=0.2, conflict=0.6, answer=1.0, action=0.1, pause_most=0.2)


def png(colour: tuple[int, int, int] = (200, 60, 20), size: tuple[int, int] = (96, 64)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


def noise(size: tuple[int, int], seed: int = 1) -> bytes:
    """A picture that no format makes small."""
    made = io.BytesIO()
    data = random.Random(seed).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, data).save(made, "PNG")
    return made.getvalue()


def painting(
    number: int | None = None,
    *,
    gate: asyncio.Event | None = None,
    steps: int = 0,
    draw: Callable[[int], bytes] | None = None,
) -> Act:
    """Make real pictures, each of its own colour, once the gate opens."""

    async def act(job: EngineJob, on_progress: OnProgress) -> EngineResult:
        for step in range(1, steps + 1):
            on_progress(Progress(step, steps + 1))
            await asyncio.sleep(0)
        if gate is not None:
            await gate.wait()
        count = number or job.request.settings.batch_size
        chance = random.Random(job.task)
        make = draw or (lambda _: png((chance.randrange(256), chance.randrange(256), chance.randrange(256))))
        return EngineResult(
            tuple(make(index) for index in range(count)), seed=7, model="dreams", engine="scripted"
        )

    return act


@dataclass
class Engine(ScriptedEngine):
    """A scripted engine that paints by default."""

    def __init__(self, *script: Act) -> None:
        super().__init__(*script)
        self.default: Act = painting()

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        if not self._script:
            self._script.append(self.default)
        return await super().generate(job, on_progress)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class House:
    """Easel, as often as it is started."""

    fake: FakeBotApi
    folder: Path
    webhook: bool = False
    engine: Engine = field(default_factory=Engine)
    settings: dict[str, Any] = field(default_factory=dict)
    timing: Timing = QUICK
    grant: int = 1000
    works: bool = True
    delivers: bool = True

    store: SqliteStore = field(init=False)
    images: FileImageStore = field(init=False)
    service: GenerationService = field(init=False)
    points: PointsService = field(init=False)
    platform: TelegramPlatform = field(init=False)
    serving: asyncio.Task[None] = field(init=False)
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    _port: int = 0

    async def start(self) -> None:
        self.store = SqliteStore(self.folder / "easel.db", synchronous="NORMAL")
        self.images = FileImageStore(self.folder / "images")
        await self.store.open()
        await self.images.open()
        bus = EventBus()
        self.points = PointsService(self.store, starting_grant=self.grant)
        self.service = GenerationService(self.store, bus, points=self.points, images=self.images)
        waits = WaitEstimator(self.store, slots=1)
        registry = builtin_registry()
        services = Services(registry, self.service, self.points, waits, builtin_catalog(), self.engine)
        dispatcher = Dispatcher(services)
        self.platform = open_telegram(
            dispatcher, registry, self.images, self.store, self.telegram(), timing=self.timing
        )
        worker = Worker(
            self.service,
            self.engine,
            self.images,
            bus,
            name=WorkerId("w"),
            settings=WorkerSettings(poll=0.2, progress=0.05, drain=0.2),
        )
        await Rescuer(self.service, max_attempts=5, interval=10).rescue(orphaned=True)
        delivery = DeliveryService(self.store, bus, self.platform.gateway, waits, poll_seconds=0.2)
        self.serving = asyncio.create_task(self.platform.run())
        self._tasks = [self.serving]
        if self.works:
            self._tasks.append(asyncio.create_task(worker.run()))
        if self.delivers:
            self._tasks.append(asyncio.create_task(delivery.run()))
        self._bus = bus
        updates = self.fake.updates
        ready = asyncio.create_task(
            self.fake.wait(lambda: updates.webhook_active if self.webhook else updates.polling)
        )
        await asyncio.wait([ready, self.serving], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        await asyncio.gather(ready, return_exceptions=True)

    def telegram(self) -> TelegramSettings:
        values: dict[str, Any] = {"token": SecretStr(self.fake.token), "api_base_url": self.fake.url}
        if self.webhook:
            self._port = self._port or free_port()
            values |= {
                "webhook_url": f"http://127.0.0.1:{self._port}/telegram",
                "webhook_listen": f"127.0.0.1:{self._port}",
                "webhook_secret": SecretStr(SECRET),
            }
        return TelegramSettings(**{**values, **self.settings})

    async def stop(self) -> None:
        """Stop everything; what runs is interrupted."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bus.aclose(0.1)
        await self.images.aclose()
        await self.store.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def tasks(self, person: Person | None = None) -> list[GenerationTask]:
        if person is not None:
            account = AccountId(f"telegram:{person.id}")
            return list(await self.service.get_tasks_for_account(account, limit=100))
        return list(await self.store.read(lambda tx: tx.tasks.all(1000)))  # type: ignore[attr-defined]

    async def delivery(self, task: TaskId) -> Delivery | None:
        return await self.store.read(lambda tx: tx.deliveries.get(task))

    async def waiting(self) -> int:
        found = await self.store.read(lambda tx: tx.received.waiting("telegram", 1000))
        return len(found)

    async def until(self, ask: Callable[[], Awaitable[Any]], seconds: float = 5.0) -> Any:
        """Wait until a question to the store is answered by something true."""
        async with asyncio.timeout(seconds):
            found = await ask()
            while not found:  # the store rings no bell
                await asyncio.sleep(0.01)
                found = await ask()
        return found

    async def shown(
        self, chat: Person | Group, predicate: Callable[[Message], Any], seconds: float = 8.0
    ) -> Message:
        """Wait for a message of the bot's that fits."""
        return await self.fake.wait(
            lambda: [one for one in self.fake.from_bot(chat) if predicate(one)][-1], seconds
        )

    async def finished(self, chat: Person | Group, seconds: float = 8.0) -> Message:
        """Wait for a card with its picture and its buttons."""
        return await self.shown(chat, lambda one: one.media is not None and one.buttons, seconds)


def cards(fake: FakeBotApi, chat: Person | Group) -> list[Message]:
    """The bot's messages with buttons."""
    return [one for one in fake.from_bot(chat) if one.buttons]
