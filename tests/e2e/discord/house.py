"""Easel on Discord, whole: the real core, worker and delivery under the real adapter, on simcord."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import simcord
from PIL import Image
from simcord.env import Env
from simcord.results import InteractionResult

from adapters.discord.app import DiscordPlatform, open_discord
from adapters.discord.config import DiscordSettings
from core.clock import SystemClock
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.delivery.service import DeliveryService
from core.generation.catalog import GenerationType
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.models import GenerationStatus, GenerationTask, Progress
from core.generation.worker import Worker, WorkerSettings
from core.ids import AccountId, ImageId, TaskId
from tests.e2e.discord.oracle import misfits
from tests.fakes.builders import WORKER
from tests.fakes.world import World, a_world

TYPES = frozenset({"txt2img", "img2img", "variation", "upscale"})


def a_png(colour: str = "orange", side: int = 64) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, "PNG")
    return buffer.getvalue()


class Easel:
    """An engine that draws when it is told to; at once, unless it is held."""

    def __init__(self) -> None:
        self.jobs: list[EngineJob] = []
        self.free = asyncio.Event()
        self.free.set()
        self.on_progress: OnProgress | None = None
        self.failure: Exception | None = None
        self.side = 64

    def capabilities(self) -> Capabilities:
        return Capabilities(("dreams", "sketches"), ("euler",))

    def offers(self, kind: GenerationType) -> bool:
        return kind.name in TYPES

    def is_surveyed(self) -> bool:
        return True

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        self.jobs.append(job)
        self.on_progress = on_progress
        await self.free.wait()
        if self.failure is not None:
            raise self.failure
        number = job.request.settings.batch_size
        colours = random.Random(str(job.task)).choices(["red", "teal", "gold", "navy", "plum"], k=number)
        images = tuple(a_png(colour, self.side + index) for index, colour in enumerate(colours))
        return EngineResult(images, seed=job.seed, model="dreams", engine="easel")

    async def aclose(self) -> None: ...

    def draw(self, step: int, steps: int) -> None:
        assert self.on_progress is not None
        self.on_progress(Progress(step, steps))


@dataclass
class House:
    world: World
    easel: Easel
    platform: DiscordPlatform
    env: Env
    guild: Any
    channel: Any
    ann: Any
    bob: Any
    results: list[InteractionResult] = field(default_factory=list)

    async def until(self, condition: Callable[[], Any], seconds: float = 4.0) -> Any:
        """Wait for what the delivery loop does, which simcord does not wait for."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):  # noqa: ASYNC110 - Discord rings no bell
                await asyncio.sleep(0.01)
        return found

    async def task(self, name: str) -> GenerationTask:
        return await self.world.task(TaskId(name))

    async def tasks(self, member: Any = None) -> list[GenerationTask]:
        account = AccountId(f"discord:{(member or self.ann).id}")
        return list(await self.world.service.get_tasks_for_account(account, limit=50))

    async def ended(self, name: str) -> GenerationTask:
        task = await self.world.ended(await self.task(name), seconds=4)
        await self.until(lambda: self.is_closed(name))
        return task

    def is_closed(self, name: str) -> bool:
        delivery = self.world.memory._state.deliveries.get(TaskId(name))
        return delivery is None or delivery.closed

    def message(self, result: InteractionResult) -> Any:
        assert result.response is not None
        return result.response

    def text(self, result: Any) -> str:
        """Return all words of a message or of an answer's message, whatever kind it is."""
        message = getattr(result, "response", result)
        return "\n".join([message.content, *_texts(message.components)])

    def messages(self, channel: Any = None) -> list[Any]:
        """Return the bot's messages that everybody sees."""
        chat = (channel or self.channel).id
        return [
            one
            for one in self.env.backend.messages[chat].values()
            if one.author_id == self.env.backend.bot_user.id and not one.flags & 64
        ]

    async def generate(self, member: Any = None, **options: Any) -> tuple[InteractionResult, str]:
        """Ask for a picture; return the answer and the task's id."""
        member = member or self.ann
        before = {task.id for task in await self.tasks(member)}
        options.setdefault("prompt", "a red fox")
        result = await member.slash(self.channel, "generate", **options)
        new = [task.id for task in await self.tasks(member) if task.id not in before]
        return result, new[0] if new else ""

    async def drawn(self, member: Any = None, **options: Any) -> tuple[Any, str]:
        """Ask for a picture and wait until its card is there; return the message and the task's id."""
        result, task = await self.generate(member, **options)
        done = await self.ended(task)
        assert done.status is GenerationStatus.COMPLETED
        return self.message(result), task

    async def picture(self, data: bytes) -> ImageId:
        return (await self.world.images.accept(data)).id


def _texts(components: list[dict[str, Any]]) -> list[str]:
    found = []
    for one in components:
        if one.get("type") == 10:
            found.append(one["content"])
        found += _texts(one.get("components", []))
    return found


@asynccontextmanager
async def a_house(*, settings: dict[str, Any] | None = None, **fields: Any) -> AsyncIterator[House]:
    """Open everything. The worker starts outside the bot, as simcord waits for all that is in it."""
    easel = Easel()
    world = a_world(engine=easel, clock=SystemClock(), **fields)  # type: ignore[arg-type]  # another engine
    worker = Worker(
        world.service,
        easel,
        world.images,
        world.bus,
        name=WORKER,
        settings=WorkerSettings(progress=0.0, poll=0.2),
        ids=world.ids,
    )
    working = asyncio.create_task(worker.run())
    registry = builtin_registry()
    services = world.services(registry=registry)
    platform = open_discord(
        Dispatcher(services, ids=world.ids),
        registry,
        world.images,
        world.store,
        DiscordSettings(**{"admins": "1", **(settings or {})}),
        cdn_hosts=frozenset({"cdn.simcord.invalid"}),
    )
    try:
        async with simcord.run(platform.client()) as env:
            delivery = DeliveryService(
                world.store, world.bus, platform.gateway, world.waits, poll_seconds=0.2
            )
            showing = asyncio.create_task(delivery.run())
            try:
                guild = env.create_guild()
                channel = guild.create_text_channel("art")
                ann = guild.add_member(env.create_user("ann"))
                bob = guild.add_member(env.create_user("bob"))
                yield House(world, easel, platform, env, guild, channel, ann, bob)
                assert not misfits(env.http_requests)
            finally:
                showing.cancel()
                await asyncio.gather(showing, return_exceptions=True)
    finally:
        worker.stop()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await world.bus.aclose()
