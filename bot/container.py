"""The container: from settings to services that work together, on one exit stack."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from adapters.engines.sketch.engine import NOTICE, SketchEngine
from adapters.storage.images import FileImageStore
from adapters.storage.memory import MemoryStore
from adapters.storage.memory_images import MemoryImageStore
from adapters.storage.sqlite import SqliteStore
from bot.lag import LagMeter
from bot.settings import Settings
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.registry import Registry
from core.commands.services import Services
from core.delivery.gateway import ChatGateway
from core.delivery.service import DeliveryService
from core.events import EventBus
from core.generation.catalog import Catalog
from core.generation.estimate import WaitEstimator
from core.generation.images import ImageStore
from core.generation.pricing import Pricing
from core.generation.rescuer import Rescuer
from core.generation.retention import Retention
from core.generation.service import GenerationService, Limits
from core.generation.worker import Worker, WorkerSettings
from core.ids import WorkerId
from core.points.service import PointsService
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
    worker: Worker
    rescuer: Rescuer
    retention: Retention
    lag: LagMeter
    notice: str
    """What a member should know of the engine; empty for nothing."""

    def delivery(self, gateway: ChatGateway) -> DeliveryService:
        """Return the loop that keeps the gateway's chats equal to their tasks."""
        return DeliveryService(self.store, self.bus, gateway, self.waits)


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[Container]:
    """Open the storage and join the services; close all of it at the end.

    Raises `StorageError`s where the database or the pictures' folder can't be used.
    """
    images = FileImageStore(settings.images.path, max_input_bytes=settings.images.max_input_mib * 2**20)
    engine = SketchEngine(slots=settings.sketch.slots)
    bus = EventBus()
    async with SqliteStore(settings.storage.path, synchronous=settings.storage.synchronous) as store:
        try:
            await images.open()
            yield _joined(settings, store, images, engine, bus)
        finally:
            await bus.aclose()
            await engine.aclose()
            await images.aclose()


def container_in_memory(settings: Settings) -> Container:
    """Return everything joined on a store that is kept nowhere: to ask a platform about itself."""
    return _joined(settings, MemoryStore(), MemoryImageStore(), SketchEngine(), EventBus())


def _joined(
    settings: Settings, store: Store, images: ImageStore, engine: SketchEngine, bus: EventBus
) -> Container:
    catalog = Catalog()
    most = engine.capabilities().slots
    slots = min(settings.worker.slots or most, most)  # more would wait inside the engine, on its time
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
        ),
        limits=Limits(per_account=settings.limits.per_account, queue=settings.limits.queue),
        lease_seconds=settings.worker.lease,
    )
    waits = WaitEstimator(store, slots=slots)
    lag = LagMeter()
    registry = builtin_registry()
    services = Services(
        registry=registry,
        generation=generation,
        points=None if free else points,
        waits=waits,
        catalog=catalog,
        engine=engine,
        defaults=settings.defaults.generation(),
        facts=lambda: {
            "engine": f"{engine.name}, {slots} at a time",
            "event loop": f"at most {lag.worst * 1000:.0f} ms late in the last minute",
        },
    )
    worker = Worker(
        generation,
        engine,
        images,
        bus,
        name=WorkerId(f"{socket.gethostname()}:{os.getpid()}"),
        settings=WorkerSettings(
            slots=slots,
            lease=settings.worker.lease,
            job=settings.worker.job,
            attempts=settings.worker.attempts,
            drain=settings.worker.drain,
        ),
    )
    keep = settings.retention.days
    return Container(
        store=store,
        images=images,
        bus=bus,
        registry=registry,
        dispatcher=Dispatcher(services),
        waits=waits,
        worker=worker,
        rescuer=Rescuer(
            generation, max_attempts=settings.worker.attempts, interval=settings.worker.lease / 3
        ),
        retention=Retention(generation, keep=timedelta(days=keep) if keep else None),
        lag=lag,
        notice=NOTICE,
    )
