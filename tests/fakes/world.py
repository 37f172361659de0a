"""The core's services joined on a store in memory, with everything about them in the test's hand."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from adapters.storage.memory import MemoryStore
from core.access import Caller
from core.clock import Clock
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.services import Services
from core.commands.spec import CommandCall
from core.delivery.models import Delivery
from core.events import EventBus
from core.generation.estimate import WaitEstimator
from core.generation.models import GenerationTask
from core.generation.service import GenerationService, Limits
from core.generation.types.folder import builtin_catalog
from core.ids import AccountId, TaskId
from core.points.models import Account, LedgerEntry
from core.points.service import PointsService
from core.presentation.views import Reply
from tests.fakes.builders import ANN, WORKER, a_request
from tests.fakes.bus import Listener
from tests.fakes.clock import LoopClock, ManualClock
from tests.fakes.engine import ScriptedEngine
from tests.fakes.ids import CountingIds
from tests.fakes.images import FakeImages
from tests.fakes.store import FlakyStore


@dataclass
class World:
    """Everything there is."""

    memory: MemoryStore
    store: FlakyStore
    clock: Clock
    ids: CountingIds
    bus: EventBus
    listener: Listener
    images: FakeImages
    points: PointsService | None
    service: GenerationService
    waits: WaitEstimator
    engine: ScriptedEngine

    def advance(self, seconds: float) -> None:
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(seconds)

    async def create(self, *, account: AccountId = ANN, priority: int = 0, **fields: Any) -> GenerationTask:
        return await self.service.create_task(a_request(account=account, **fields), priority=priority)

    async def claimed(self, **fields: Any) -> GenerationTask:
        """Return a task that the worker holds."""
        task = await self.create(**fields)
        for one in await self.service.claim(WORKER, 100):
            if one.id == task.id:
                return one
        raise AssertionError("the task was not claimed")

    async def started(self, **fields: Any) -> GenerationTask:
        """Return a task that was started by hand: it is written to without a lease."""
        return await self.service.start_processing_task((await self.create(**fields)).id)

    async def task(self, task: TaskId) -> GenerationTask:
        return await self.service.get_task(task)

    async def ended(self, task: GenerationTask, *, seconds: float = 10_000) -> GenerationTask:
        """Wait until the task is final, so many of the loop's seconds at most."""
        async with asyncio.timeout(seconds):
            while not (found := await self.task(task.id)).status.final:
                await self.listener.news()
        return found

    async def account(self, account: AccountId = ANN) -> Account:
        assert self.points is not None
        return await self.points.account(account)

    async def pots(self, account: AccountId = ANN) -> tuple[int, int]:
        """Return the balance and what is held."""
        found = await self.account(account)
        return found.balance, found.held

    async def ledger(self, account: AccountId = ANN) -> list[LedgerEntry]:
        """Return the account's rows, oldest first."""
        rows = await self.memory.read(lambda tx: tx.points.entries(account, 1_000))
        return list(reversed(rows))

    async def delivery(self, task: TaskId) -> Delivery | None:
        return await self.memory.read(lambda tx: tx.deliveries.get(task))

    def services(self, **fields: Any) -> Services:
        values = {
            "registry": builtin_registry(),
            "generation": self.service,
            "points": self.points,
            "waits": self.waits,
            "catalog": builtin_catalog(),
            "engine": self.engine,
        }
        return Services(**{**values, **fields})

    async def give(
        self,
        command: str,
        /,
        *,
        by: AccountId = ANN,
        admin: bool = False,
        origin: Any = None,
        anchor: Any = None,
        in_sight: TaskId | None = None,
        allows_nsfw: bool = False,
        services: Services | None = None,
        **arguments: object,
    ) -> Reply:
        """Give a command as an adapter does."""
        caller = Caller(by, is_admin=admin)
        call = CommandCall(command, caller, arguments, origin, anchor, in_sight, allows_nsfw)
        return await Dispatcher(services or self.services(), ids=self.ids).dispatch(call)


def a_world(
    *,
    points: bool = True,
    starting_grant: int = 100,
    limits: Limits | None = None,
    clock: Clock | None = None,
    ids: CountingIds | None = None,
    store: type[FlakyStore] = FlakyStore,
    engine: ScriptedEngine | None = None,
    **fields: Any,
) -> World:
    """Join everything. A world needs a running loop only where something subscribes asynchronously."""
    memory = MemoryStore()
    flaky = store(memory)
    clock = clock or ManualClock()
    ids = ids or CountingIds()
    bus = EventBus()
    images = FakeImages(clock)
    ledger = PointsService(flaky, starting_grant=starting_grant, clock=clock) if points else None
    service = GenerationService(
        flaky,
        bus,
        points=ledger,
        images=images,
        limits=limits,
        clock=clock,
        ids=ids,
        chance=random.Random(5),
        **fields,
    )
    return World(
        memory=memory,
        store=flaky,
        clock=clock,
        ids=ids,
        bus=bus,
        listener=Listener(bus),
        images=images,
        points=ledger,
        service=service,
        waits=WaitEstimator(flaky, slots=1),
        engine=engine or ScriptedEngine(),
    )


def a_running_world(**fields: Any) -> World:
    """A world whose clock goes with the loop's virtual time."""
    return a_world(clock=LoopClock(), **fields)
