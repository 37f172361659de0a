"""Lifecycles a second, against other queues on SQLite that run a task of nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count as counter
from pathlib import Path
from typing import Literal

from huey import SqliteHuey
from litequeue import LiteQueue

from benchmarks.alternation import Scale, alternate
from benchmarks.figures import Figure, Goal
from benchmarks.lifecycles import SIZES, through_service
from benchmarks.workload import prepare

Synchronous = Literal["FULL", "NORMAL"]

AHEAD = Goal("ratio", ">", 1)
_numbers = counter()


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """Enqueue, run, mark as done, in one process; the peers in one thread and in four."""
    template = folder / "template.db"
    prepare(template)
    jobs = scale.pick(1_000, 20)

    def ours(concurrency: int, synchronous: Synchronous = "FULL") -> partial[float]:
        size = scale.pick(*SIZES[concurrency])
        return partial(through_service, template, size, concurrency, synchronous)

    peers = {
        "huey, fsync=True": partial(_huey, folder, jobs, fsync=True),
        "huey, its defaults (as durable)": partial(_huey, folder, jobs, fsync=None),
        "huey, fsync=True, 4 threads": partial(_huey, folder, jobs, fsync=True, threads=4),
        "litequeue, set to FULL": partial(_litequeue, folder, jobs, "FULL"),
        "litequeue, set to FULL, 4 threads": partial(_litequeue, folder, jobs, "FULL", threads=4),
        "litequeue, its defaults (NORMAL)": partial(_litequeue, folder, jobs, "NORMAL"),
    }
    sides = {"1": ours(1), "10": ours(10), "100": ours(100), "100 (NORMAL)": ours(100, "NORMAL")}
    samples = alternate({**sides, **peers}, scale.rounds)
    durable = [peer for peer in peers if "NORMAL" not in peer]
    rows: list[tuple[str, str, Goal | None]] = [
        *(("100", peer, AHEAD) for peer in durable),
        ("100 (NORMAL)", "litequeue, its defaults (NORMAL)", AHEAD),
        ("100", "litequeue, its defaults (NORMAL)", None),
        *((few, peer, None) for few in ("10", "1") for peer in durable if "defaults" not in peer),
    ]
    return [
        Figure.of(f"the service, {side} at once", "/s", samples[side], peer, samples[peer], goal=goal)
        for side, peer, goal in rows
    ]


def _huey(folder: Path, jobs: int, *, fsync: bool | None, threads: int = 1) -> float:
    """As its consumer does, without its pauses: dequeue, execute, which keeps the result."""
    path = folder / f"huey-{next(_numbers)}.db"
    huey = SqliteHuey("bench", filename=str(path), fsync=fsync, timeout=60)

    @huey.task()  # type: ignore[untyped-decorator]
    def nothing() -> bool:
        return True

    results = []

    def work(count: int) -> None:
        for _ in range(count):
            results.append(nothing())
            huey.execute(huey.dequeue())

    seconds = _in_threads(work, jobs, threads)
    assert len(results) == jobs
    assert all(result.get() for result in results)
    huey.storage.close()
    return jobs / seconds


def _litequeue(folder: Path, jobs: int, synchronous: Synchronous, *, threads: int = 1) -> float:
    """Put, pop, done: it has no worker and keeps no results. A connection for each thread."""
    path = folder / f"litequeue-{next(_numbers)}.db"

    def work(count: int) -> None:
        queue = LiteQueue(path, timeout=60)
        with closing(queue.conn):
            queue.conn.execute(f"PRAGMA synchronous = {synchronous}")
            for index in range(count):
                queue.put(str(index))
                queue.done(queue.pop().message_id)

    work(1)  # makes the file
    seconds = _in_threads(work, jobs, threads)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM Queue WHERE status = 2").fetchone() == (jobs + 1,)
    return jobs / seconds


def _in_threads(work: Callable[[int], None], jobs: int, threads: int) -> float:
    """Share the jobs out and return the seconds until all are done. Raises what a thread raises."""
    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        for done in [pool.submit(work, jobs // threads) for _ in range(threads)]:
            done.result()
        return time.perf_counter() - began
