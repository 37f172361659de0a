"""What a long past costs: a database with a million finished tasks beside one with none."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import count as counter
from pathlib import Path
from typing import TypeVar

from adapters.storage.sqlite import SqliteStore
from benchmarks.alternation import Scale, alternate
from benchmarks.figures import Figure, Goal
from benchmarks.past import add_past
from benchmarks.workload import WORKER, account_id, live_together, orders, prepare, service_on
from core.delivery.models import MessageRef
from core.generation.estimate import SAMPLE
from core.store import Store, Transaction

T = TypeVar("T")

READS: Mapping[str, Callable[[Transaction], object]] = {
    "the speed of the last tasks": lambda tx: tx.tasks.recent_durations(SAMPLE),
    "a member's last ten tasks": lambda tx: tx.tasks.for_account(account_id(7), 10),
    "a hundred messages that are due": lambda tx: tx.deliveries.due("bench", datetime.now(UTC), 100),
    "counts of each status": lambda tx: tx.tasks.counts(),
}

CHAT = MessageRef("bench", "1")
"""Where the waiting tasks are shown: their deliveries are due."""

_numbers = counter(10_000_000, 1_000_000)
"""Where each sample's orders begin: every one is new to its database."""


class TimedStore:
    """A store that notes how long each writing function took, without its commit and the way there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seconds: list[float] = []

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """As the store."""

        def timed(tx: Transaction) -> T:
            began = time.perf_counter()
            result = work(tx)
            self.seconds.append(time.perf_counter() - began)
            return result

        return await self._store.write(timed)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """As the store."""
        return await self._store.read(work)


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """Lifecycles, then claims with 1,000 tasks waiting, then what people look at."""
    past = scale.pick(1_000_000, 2_000)
    long, empty = folder / "long.db", folder / "empty.db"
    for path in (long, empty):
        prepare(path)
    add_past(long, past)
    return [
        *(_lifecycles(long, empty, concurrency, scale) for concurrency in (10, 100)),
        *_claims(long, empty, scale),
        *_reads(long, empty, scale),
    ]


def _lifecycles(long: Path, empty: Path, concurrency: int, scale: Scale) -> Figure:
    size = scale.pick(2_000, 20)

    async def rate(path: Path) -> float:
        async with SqliteStore(path) as store:
            service = service_on(store)
            await live_together(service, orders(size // 4, next(_numbers)), concurrency)  # warms its pages
            return await live_together(service, orders(size, next(_numbers)), concurrency)

    samples = alternate({path.stem: partial(_run, rate, path) for path in (long, empty)}, scale.rounds)
    return Figure.of(
        f"lifecycles, {concurrency} at once",
        "/s",
        samples["long"],
        "without the past",
        samples["empty"],
        goal=Goal("ratio", "≥", 0.5),
    )


def _claims(long: Path, empty: Path, scale: Scale) -> list[Figure]:
    waiting, size = scale.pick(1_000, 50), scale.pick(200, 8)
    rounds = [asyncio.run(_claims_in_turn((long, empty), waiting, size)) for _ in range(2 * scale.rounds)]
    names = ("its transaction", "until it is durable")
    return [
        Figure.of(
            f"claim with {waiting:,} waiting, {name}",
            "µs",
            [in_long[index] for in_long, _ in rounds],
            "without the past",
            [in_empty[index] for _, in_empty in rounds],
            goal=Goal("ratio", "≤", 1.5),
        )
        for index, name in enumerate(names)
    ]


async def _claims_in_turn(paths: Sequence[Path], waiting: int, size: int) -> list[tuple[float, float]]:
    """Claim from each database in turn, A-B-B-A.

    Return the median microseconds of a claim from each: inside its transaction, and until it is durable.
    """
    async with AsyncExitStack() as stack:
        timed = [TimedStore(await stack.enter_async_context(SqliteStore(path))) for path in paths]
        services = [service_on(store) for store in timed]
        for store, service in zip(timed, services, strict=True):
            present = await store.read(lambda tx: tx.tasks.count_pending())
            missing = orders(waiting - present, next(_numbers))
            await asyncio.gather(*(service.create_task(order.request, shown_in=CHAT) for order in missing))
            store.seconds.clear()
        durable: list[list[float]] = [[] for _ in paths]
        for turn in range(size):
            for side in (0, 1) if turn % 2 == 0 else (1, 0):
                began = time.perf_counter()
                assert len(await services[side].claim(WORKER, 1)) == 1
                durable[side].append(time.perf_counter() - began)
    return [
        (statistics.median(store.seconds) * 1e6, statistics.median(seconds) * 1e6)
        for store, seconds in zip(timed, durable, strict=True)
    ]


def _reads(long: Path, empty: Path, scale: Scale) -> list[Figure]:
    size = scale.pick(20, 2)

    async def read(path: Path) -> dict[str, float]:
        async with SqliteStore(path, readers=1) as store:
            return {name: await store.read(partial(_timed, look, size)) for name, look in READS.items()}

    samples = alternate({path.stem: partial(_run, read, path) for path in (long, empty)}, scale.rounds)
    return [
        Figure.of(
            name,
            "µs",
            [sample[name] for sample in samples["long"]],
            "without the past",
            [sample[name] for sample in samples["empty"]],
        )
        for name in READS
    ]


def _timed(look: Callable[[Transaction], object], times: int, tx: Transaction) -> float:
    """Return the median microseconds of a look inside its reading transaction."""
    seconds = []
    for _ in range(times + 1):
        began = time.perf_counter()
        look(tx)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:]) * 1e6  # the first one opens the pages


def _run(work: Callable[[Path], Coroutine[None, None, T]], path: Path) -> T:
    return asyncio.run(work(path))
