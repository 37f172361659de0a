"""Lifecycles a second: the real service, against the same SQL through the bare sqlite3 module."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Literal

from adapters.storage.sqlite import SqliteStore
from benchmarks.alternation import Scale, alternate
from benchmarks.bare import replay
from benchmarks.figures import Figure, Goal
from benchmarks.recording import Recorder, Recording, recording_connections
from benchmarks.workload import live_together, orders, prepare, service_on

SERVICE = "the service"
BARE = "bare sqlite3"
SAVEPOINTS = "the same, with savepoints"

SIZES = {1: (300, 10), 10: (2_000, 20), 100: (5_000, 200)}
"""Lifecycles in a sample, and in a quick one, for each concurrency."""


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """At concurrency 1, 10 and 100; every commit durable (synchronous = FULL)."""
    template = folder / "template.db"
    prepare(template)
    figures = []
    for concurrency, (full, quick) in SIZES.items():
        figures += _at(concurrency, scale.pick(full, quick), scale.rounds, template)
    return figures


def through_service(
    template: Path, count: int, concurrency: int, synchronous: Literal["FULL", "NORMAL"] = "FULL"
) -> float:
    """Return the lifecycles a second on a copy of `template`."""
    path = _copy_of(template)

    async def live() -> float:
        async with SqliteStore(path, synchronous=synchronous) as store:
            return await live_together(service_on(store), orders(count, 0), concurrency)

    rate = asyncio.run(live())
    assert _finished(path) == count
    return rate


def _at(concurrency: int, count: int, rounds: int, template: Path) -> list[Figure]:
    recording = _record(template, count, concurrency)
    samples = alternate(
        {
            SERVICE: partial(through_service, template, count, concurrency),
            BARE: partial(_through_sqlite, template, recording, count, concurrency),
            SAVEPOINTS: partial(_through_sqlite, template, recording, count, concurrency, savepoints=True),
        },
        rounds,
    )
    statements = sum(map(len, recording.transactions)) / count
    name = f"{SERVICE}, {concurrency} at once"
    note = (
        f"{statements:.1f} statements a lifecycle, "
        f"{recording.transactions_a_commit:.1f} transactions a commit in the service"
    )
    goal = Goal("ratio", "≥", 0.5) if concurrency == 100 else None
    return [
        Figure.of(
            name, "/s", samples[SERVICE], f"{BARE}, {concurrency} a commit", samples[BARE],
            goal=goal, note=note,
        ),
        Figure.of(name, "/s", samples[SERVICE], SAVEPOINTS, samples[SAVEPOINTS]),
    ]  # fmt: skip


def _record(template: Path, count: int, concurrency: int) -> Recording:
    """Take the lifecycles through the service once, unmeasured, and note what SQLite was told."""

    async def record() -> Recording:
        with recording_connections() as connections:
            async with SqliteStore(_copy_of(template)) as store:
                recorder = Recorder(store, connections)
                await live_together(service_on(recorder), orders(count, 0), concurrency)
                return recorder.recording()

    return asyncio.run(record())


def _through_sqlite(
    template: Path, recording: Recording, count: int, group: int, *, savepoints: bool = False
) -> float:
    path = _copy_of(template)
    rate = count / replay(path, recording, group, savepoints=savepoints)
    assert _finished(path) == count
    return rate


def _copy_of(template: Path) -> Path:
    """Return a fresh copy; the copy before it is gone."""
    path = template.with_name("run.db")
    for old in template.parent.glob("run.db*"):
        old.unlink()
    return Path(shutil.copyfile(template, path))


def _finished(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM tasks WHERE status = 'completed'").fetchone()
    return int(count)
