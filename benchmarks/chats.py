"""Many members at once, through Telegram's wire: how long each waits for an answer, and what is broken.

The server is the tests' own, strict about the platform's limits; it counts what breaks one. Easel is whole:
adapter, service, SQLite, worker and delivery, with an engine that takes a second and reports twenty steps.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import telegram
from PIL import Image
from pydantic import SecretStr

from adapters.storage.images import FileImageStore
from adapters.storage.sqlite import SqliteStore
from adapters.telegram.app import open_telegram
from adapters.telegram.config import TelegramSettings
from benchmarks.alternation import Scale
from benchmarks.figures import Figure, Goal, Spread
from benchmarks.workload import NO_LIMITS, WORKER
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.services import Services
from core.delivery.service import DeliveryService
from core.events import EventBus
from core.generation.catalog import Catalog
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.estimate import WaitEstimator
from core.generation.models import Progress
from core.generation.service import GenerationService
from core.generation.worker import Worker, WorkerSettings
from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.server import FakeBotApi

STEPS = 20
SLOTS = 16
GIVEN_UP = 300.0
"""Seconds after which a picture that has not come is counted as lost."""

ECHOES = 20


class PacedEngine:
    """Takes its time, tells of every step, and gives the same small picture."""

    def __init__(self, seconds: float) -> None:
        self._pause = seconds / STEPS
        picture = io.BytesIO()
        Image.effect_noise((256, 256), 80).save(picture, "PNG")
        self._png = picture.getvalue()

    @property
    def name(self) -> str:
        return "paced"

    def capabilities(self) -> Capabilities:
        return Capabilities(types=frozenset({"txt2img"}), slots=SLOTS)

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        for step in range(1, STEPS + 1):
            await asyncio.sleep(self._pause)
            on_progress(Progress(step, STEPS))
        return EngineResult((self._png,), seed=job.seed)

    async def aclose(self) -> None:
        """Nothing is held."""


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """In milliseconds, against a bot that does nothing but answer."""
    return asyncio.run(_measure(scale, folder))


async def _measure(scale: Scale, folder: Path) -> list[Figure]:
    members, chats = scale.pick(200, 8), scale.pick(50, 4)
    echoes = await _echoes()
    async with FakeBotApi() as fake:
        groups = [fake.group(f"room {number}") for number in range(chats)]
        people = [fake.user(1000 + number, name=f"Member {number}") for number in range(members)]
        async with _easel(fake, folder, seconds=1.0 if not scale.quick else 0.1):
            await fake.wait(lambda: fake.called("getUpdates"), 10)
            asked = [
                await person.send("/generate a red fox", chat=groups[number % chats])
                for number, person in enumerate(people)
            ]
            with suppress(AssertionError):
                await fake.wait(lambda: all(_picture_of(fake, one) for one in asked), GIVEN_UP)
        waits = [_answered_after(fake, one) * 1000 for one in asked]
        results = [_picture_of(fake, one) for one in asked]
        ends = [
            result.versions[-1].at - one.date for result, one in zip(results, asked, strict=True) if result
        ]
        edits = len(fake.called("editMessageText")) + len(fake.called("editMessageMedia"))
        note = (
            f"{len(ends)} of {members} pictures arrived, the last after {max(ends, default=0.0):.1f} s; "
            f"{len(fake.violations)} limits broken; {edits} edits in {len(fake.calls)} calls"
        )
        assert not fake.violations, fake.violations[:5]
        assert len(ends) == members
    name = f"{members} at once in {chats} chats, answer"
    return [
        _figure(f"{name}, p50", waits, echoes, _median, None, note),
        _figure(f"{name}, p99", waits, echoes, _percentile_99, Goal("measured", "<", 1000), ""),
    ]


@asynccontextmanager
async def _easel(fake: FakeBotApi, folder: Path, *, seconds: float) -> AsyncIterator[None]:
    """The services and the adapter, as the composition root joins them."""
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
            catalog=Catalog(),
            engine=engine,
        )
        settings = TelegramSettings(token=SecretStr(fake.token), api_base_url=fake.url)
        platform = open_telegram(Dispatcher(services), registry, images, store, settings)
        worker = Worker(generation, engine, images, bus, name=WORKER, settings=WorkerSettings(slots=SLOTS))
        delivery = DeliveryService(store, bus, platform.gateway, waits)
        running = [asyncio.create_task(one.run()) for one in (platform, worker, delivery)]
        try:
            yield
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await bus.aclose()
            await images.aclose()


async def _echoes() -> list[float]:
    """Return the milliseconds in which the plainest bot answers one message on an idle server."""
    found = []
    async with FakeBotApi() as fake:
        ann = fake.user(1)
        async with telegram.Bot(fake.token, base_url=fake.base_url) as bot:
            offset = 0
            for _ in range(ECHOES):
                polling = asyncio.create_task(bot.get_updates(offset=offset, timeout=10))
                await fake.wait(lambda: fake.updates.polling, 5)
                sent = time.perf_counter()
                await ann.send("hello")
                for update in await polling:
                    offset = update.update_id + 1
                    await bot.send_message(ann.id, "hello")
                found.append((time.perf_counter() - sent) * 1000)
                await asyncio.sleep(1.0)  # the server's limit for one chat
    return found


def _answered_after(fake: FakeBotApi, asked: Message) -> float:
    """Return the seconds until a member saw that they were heard: a message, or the bot's reaction."""
    times = [one.versions[0].at for one in fake.from_bot(asked.chat) if one.reply_to is asked]
    times += [
        call.at
        for call in fake.called("setMessageReaction")
        if call.params.get("chat_id") == asked.chat.id and call.params.get("message_id") == asked.message_id
    ]
    return min(times, default=asked.date + GIVEN_UP) - asked.date


def _picture_of(fake: FakeBotApi, asked: Message) -> Message | None:
    answers = (one for one in fake.from_bot(asked.chat) if one.reply_to is asked)
    return next((one for one in answers if one.media is not None), None)


def _median(samples: list[float]) -> float:
    return Spread.of(samples).typical


def _percentile_99(samples: list[float]) -> float:
    return sorted(samples)[min(len(samples) - 1, round(len(samples) * 0.99))]


def _figure(
    name: str,
    waits: list[float],
    echoes: list[float],
    value: Callable[[list[float]], float],
    goal: Goal | None,
    note: str,
) -> Figure:
    measured, compared = Spread.around(value(waits), waits), Spread.around(value(echoes), echoes)
    ratio = Spread.of([measured.typical / compared.typical])
    return Figure(name, "ms", measured, "one answer of the plainest bot", compared, ratio, goal, note)
