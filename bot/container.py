"""The container: from settings to services that work together, on one exit stack."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from adapters.storage.images import FileImageStore
from adapters.storage.memory import MemoryStore
from adapters.storage.memory_images import MemoryImageStore
from adapters.storage.sqlite import SqliteStore
from bot.engines import notice, open_servers
from bot.lag import LagMeter
from bot.settings import Settings
from bot.types import read_types, reread_types
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.own import offer
from core.commands.registry import Registry
from core.commands.services import Services
from core.delivery.gateway import ChatGateway
from core.delivery.service import DeliveryService
from core.events import EventBus
from core.generation.catalog import Catalog
from core.generation.estimate import WaitEstimator
from core.generation.images import ImageStore
from core.generation.pool.pool import MOVES, EnginePool, PoolSettings
from core.generation.previews import Previews
from core.generation.pricing import Pricing
from core.generation.rescuer import Rescuer
from core.generation.retention import Retention
from core.generation.service import GenerationService, Limits
from core.generation.types.folder import FoundTypes
from core.generation.types.reading import TypeProblem
from core.generation.worker import Worker, WorkerSettings
from core.ids import WorkerId
from core.points.service import PointsService
from core.presentation.engine_messages import say_server
from core.store import Store


@dataclass(frozen=True, slots=True)
class Container:
    """Everything that runs, joined but not started."""

    store: Store
    images: ImageStore
    bus: EventBus
    registry: Registry
    dispatcher: Dispatcher
    waits: WaitEstimator
    previews: Previews
    pool: EnginePool
    worker: Worker
    rescuer: Rescuer
    retention: Retention
    lag: LagMeter
    notice: str
    """What a member should know of the engines; empty for nothing."""
    type_problems: tuple[TypeProblem, ...]
    """What is wrong with the files of types that are not offered."""

    def delivery(self, gateway: ChatGateway) -> DeliveryService:
        """Return the loop that keeps the gateway's chats equal to their tasks."""
        return DeliveryService(self.store, self.bus, gateway, self.waits, previews=self.previews)


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[Container]:
    """Open the storage and join the services; close all of it at the end.

    Raises `StorageError`s where the database or the pictures' folder can't be used, `BadSettingsError`
    for what the types say of the settings, `EngineUnavailableError` where an engine's package is missing.
    """
    images = FileImageStore(settings.images.path, max_input_bytes=settings.images.max_input_mib * 2**20)
    bus = EventBus()
    found = await asyncio.to_thread(read_types, settings)
    async with SqliteStore(settings.storage.path, synchronous=settings.storage.synchronous) as store:
        container = _joined(settings, store, images, bus, found)
        try:
            await images.open()
            yield container
        finally:
            await bus.aclose()
            await container.pool.aclose()
            await images.aclose()


def container_in_memory(settings: Settings) -> Container:
    """Return everything joined on a store that is kept nowhere: to ask a platform about itself."""
    return _joined(settings, MemoryStore(), MemoryImageStore(), EventBus(), read_types(settings))


def _joined(
    settings: Settings, store: Store, images: ImageStore, bus: EventBus, found: FoundTypes
) -> Container:
    catalog = Catalog(found.types)
    registry = builtin_registry()
    problems = offer(found, catalog, registry)
    pool = EnginePool(
        open_servers(settings, store),
        catalog,
        settings=PoolSettings(run=settings.worker.job, lanes=settings.worker.lanes),
    )
    most = pool.capabilities().slots
    slots = min(settings.worker.slots or most, most)  # more would wait inside the engines, on their time
    points = PointsService(store, starting_grant=settings.points.starting_grant)
    free = not settings.points.enabled
    generation = GenerationService(
        store,
        bus,
        points=points,
        free=free,
        images=images,
        catalog=catalog,
        pricing=Pricing(
            default_steps=settings.points.default_steps,
            minimum=settings.points.minimum,
            base=settings.points.base,
            engines=pool.points_per_picture,
        ),
        offers=pool.offers,
        limits=Limits(per_account=settings.limits.per_account, queue=settings.limits.queue),
        lease_seconds=settings.worker.lease,
    )
    previews = Previews()
    waits = WaitEstimator(store, slots=lambda: min(slots, pool.slots), is_away=lambda: pool.is_away)
    lag = LagMeter()
    services = Services(
        registry=registry,
        generation=generation,
        points=None if free else points,
        waits=waits,
        catalog=catalog,
        engine=pool,
        defaults=settings.defaults.generation(),
        find_types=lambda: asyncio.to_thread(reread_types, settings),
        facts=lambda: {
            **{f"engine {state.name}": say_server(state) for state in pool.states()},
            "event loop": f"at most {lag.worst * 1000:.0f} ms late in the last minute",
        },
    )
    worker = Worker(
        generation,
        pool,
        images,
        bus,
        name=WorkerId(f"{socket.gethostname()}:{os.getpid()}"),
        settings=WorkerSettings(
            slots=slots,
            lease=settings.worker.lease,
            job=settings.worker.job * (MOVES + 1),
            attempts=settings.worker.attempts,
            drain=settings.worker.drain,
        ),
        room=pool.filling,
        previews=previews,
    )
    pool.on_room(worker.wake)
    keep = settings.retention.days
    return Container(
        store=store,
        images=images,
        bus=bus,
        registry=registry,
        dispatcher=Dispatcher(services),
        waits=waits,
        previews=previews,
        pool=pool,
        worker=worker,
        rescuer=Rescuer(
            generation, max_attempts=settings.worker.attempts, interval=settings.worker.lease / 3
        ),
        retention=Retention(generation, keep=timedelta(days=keep) if keep else None),
        lag=lag,
        notice=notice(settings),
        type_problems=tuple(problems),
    )
