"""The work that is measured: tasks of many accounts, through the real service on the real store."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from adapters.storage.sqlite import SqliteStore
from core.generation.models import (
    GenerationMetadata,
    GenerationRequest,
    GenerationResponse,
    GenerationSettings,
    Origin,
)
from core.generation.service import GenerationService, Limits
from core.ids import AccountId, ImageId, WorkerId
from core.points.service import PointsService
from core.store import Store

ACCOUNTS = 1000
GRANT = 1_000_000_000
"""Points of each account: nobody runs out."""

WORKER = WorkerId("bench")
NO_LIMITS = Limits(per_account=1_000_000, queue=1_000_000_000)

_PROMPT = "a red fox under an old oak in the first snow, soft light, wide angle, long shadows, quiet"


@dataclass(frozen=True, slots=True)
class Order:
    """What one lifecycle begins and ends with."""

    request: GenerationRequest
    response: GenerationResponse


def account_id(index: int) -> AccountId:
    return AccountId(f"bench:{index % ACCOUNTS}")


def image_id(index: int) -> ImageId:
    """Return an id of the length and disorder of a real picture's."""
    return ImageId(sha256(str(index).encode()).hexdigest())


def orders(count: int, first: int) -> list[Order]:
    """Return orders that are like no others: each has its own origin, seed and picture."""
    chance = random.Random(first)
    return [_order(index, chance) for index in range(first, first + count)]


def _order(index: int, chance: random.Random) -> Order:
    seed = chance.randrange(2**32)
    request = GenerationRequest(
        account=account_id(index),
        prompt=f"{_PROMPT}, {index}",
        negative_prompt="blurry, text",
        settings=GenerationSettings(seed=seed),
        origin=Origin(platform="bench", chat=str(index % ACCOUNTS), message=str(index)),
    )
    metadata = GenerationMetadata(seed=seed, engine="none", model="none")
    return Order(request, GenerationResponse(outputs=(image_id(index),), metadata=metadata))


def service_on(store: Store, *, lease_seconds: float = 600.0) -> GenerationService:
    """Return the service as it runs, with points and without limits that would refuse the next task."""
    return GenerationService(
        store,
        points=PointsService(store, starting_grant=GRANT),
        limits=NO_LIMITS,
        lease_seconds=lease_seconds,
    )


def prepare(path: Path) -> None:
    """Make a database in which all accounts are open, so that no lifecycle opens one."""

    async def fill() -> None:
        async with SqliteStore(path) as store:
            points = PointsService(store, starting_grant=GRANT)
            await asyncio.gather(*(points.account(account_id(index)) for index in range(ACCOUNTS)))

    asyncio.run(fill())


async def live(service: GenerationService, waiting: Iterator[Order]) -> None:
    """Take orders through their lives, one after the other: three durable transactions each."""
    for order in waiting:
        await service.create_task(order.request)
        (task,) = await service.claim(WORKER, 1)
        assert task.lease is not None
        await service.complete_task(task.id, order.response, lease=task.lease.id)


async def live_together(service: GenerationService, work: list[Order], concurrency: int) -> float:
    """Take the orders through their lives, `concurrency` at a time; return the lifecycles a second."""
    waiting = iter(work)
    began = time.perf_counter()
    await asyncio.gather(*(live(service, waiting) for _ in range(concurrency)))
    return len(work) / (time.perf_counter() - began)
