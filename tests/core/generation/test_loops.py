"""The rescuer and the retention: two loops about the service."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotFoundError, StorageUnavailableError
from core.generation.models import GenerationStatus
from core.generation.rescuer import Rescuer
from core.generation.retention import Retention
from tests.fakes.builders import a_response
from tests.fakes.world import a_running_world, a_world

DAY = timedelta(days=1)


@asynccontextmanager
async def running(loop: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(loop)
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_rescuer_looks_at_the_start_and_then_again_and_again() -> None:
    world = a_running_world(lease_seconds=30)
    task = await world.claimed()
    async with running(Rescuer(world.service, max_attempts=3, interval=10).run()):
        await asyncio.sleep(29)
        assert (await world.task(task.id)).status is GenerationStatus.PROCESSING
        await asyncio.sleep(2)
        assert (await world.task(task.id)).status is GenerationStatus.PENDING


async def test_the_rescuer_counts_what_it_took_back(caplog: pytest.LogCaptureFixture) -> None:
    world = a_world()
    await world.claimed()
    await world.claimed()
    rescuer = Rescuer(world.service, max_attempts=1)
    assert await rescuer.rescue() == 0
    assert await rescuer.rescue(orphaned=True) == 2
    assert "taken back" not in caplog.text  # what a dead process left behind is nothing to warn of
    with caplog.at_level("INFO"):
        await world.claimed()
        await world.claimed()
        await rescuer.rescue(orphaned=True)
    assert caplog.text.count("taken back from a dead worker: now failed") == 2


async def test_the_rescuer_asks_again_where_the_store_can_not_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = a_running_world(lease_seconds=5)
    task = await world.claimed()
    world.store.write_failures = [StorageUnavailableError(reason="locked")]
    async with running(Rescuer(world.service, max_attempts=3, interval=10).run()):
        await asyncio.sleep(11)
        assert "could not look for ended leases" in caplog.text
        assert (await world.task(task.id)).status is GenerationStatus.PENDING


async def test_retention_forgets_what_is_old(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world = a_running_world()
    old = await world.service.complete_task((await world.started()).id, a_response())
    async with running(Retention(world.service, keep=DAY, interval=3600).run()):
        await asyncio.sleep(23.5 * 3600)
        assert await world.task(old.id) == old
        await asyncio.sleep(2 * 3600)
        with pytest.raises(NotFoundError):
            await world.task(old.id)
    assert "forgot 1 tasks older than 1 day, 0:00:00" in caplog.text


async def test_retention_may_keep_tasks_for_ever_and_sweeps_strays(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world = a_running_world()
    task = await world.service.complete_task((await world.started()).id, a_response())
    await world.images.save(b"stray", "")
    async with running(Retention(world.service, keep=None, interval=3600).run()):
        await asyncio.sleep(100 * 24 * 3600)
        assert await world.task(task.id) == task
        assert world.images.files == {}
    assert caplog.text.count("deleted 1 pictures of no task") == 1


async def test_retention_asks_again_where_the_store_can_not_answer(caplog: pytest.LogCaptureFixture) -> None:
    world = a_running_world()
    task = await world.service.complete_task((await world.started()).id, a_response())
    await asyncio.sleep(2 * DAY.total_seconds())
    world.store.write_failures = [StorageUnavailableError(reason="locked")]
    async with running(Retention(world.service, keep=DAY, interval=60).run()):
        await asyncio.sleep(61)
        assert "could not clean up" in caplog.text
        with pytest.raises(NotFoundError):
            await world.task(task.id)
