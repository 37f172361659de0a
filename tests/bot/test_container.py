"""The container: everything joined, and nothing left when it is closed."""

from __future__ import annotations

import asyncio
import gc
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.container import Container, build
from bot.settings import DefaultsSection, PointsSection, RetentionSection, SketchSection, WorkerSection
from core.access import Caller
from core.commands.spec import CommandCall
from core.errors import StorageUnavailableError
from core.ids import AccountId
from tests.bot.houses import settings_in

ADMIN = Caller(AccountId("console:operator"), is_admin=True)


@pytest.fixture(autouse=True)
def data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()


async def said(container: Container, command: str, **arguments: str) -> str:
    return (await container.dispatcher.dispatch(CommandCall(command, ADMIN, arguments))).text


async def test_nothing_is_left(tmp_path: Path) -> None:
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    async with build(settings_in(tmp_path)) as container:
        working = asyncio.create_task(container.worker.run())
        reply = await container.dispatcher.dispatch(
            CommandCall("generate", ADMIN, {"prompt": "a fox", "width": "64", "height": "64"})
        )
        assert reply.ok, reply.text
        container.worker.stop()
        await working
    assert asyncio.all_tasks() == tasks
    async with asyncio.timeout(10):
        for thread in set(threading.enumerate()) - threads:
            if thread.name.startswith("asyncio"):
                continue  # the loop's own, kept for its next call
            await asyncio.to_thread(thread.join)
    gc.collect()  # an open connection would warn, and a warning is an error


async def test_settings_arrive(tmp_path: Path) -> None:
    settings = settings_in(
        tmp_path,
        points=PointsSection(starting_grant=7, base={"txt2img": 1000}),
        defaults=DefaultsSection(width=1024, height=512, steps=10),
        sketch=SketchSection(slots=3),
        retention=RetentionSection(days=0),
    )
    async with build(settings) as container:
        assert (await said(container, "points")).startswith("You have 7 points.")
        assert await said(container, "price", prompt="a fox") == "That costs 250 points; you have 7 points."
        assert "engine sketch: 0 of 3 at work" in await said(container, "stats")
        assert container.retention._keep is None


async def test_everything_may_be_free(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, points=PointsSection(enabled=False), sketch=SketchSection(slots=2))
    async with build(settings) as container:
        assert await said(container, "points") == "Everything is free here: no points are counted."
        assert "engine sketch: 0 of 2 at work" in await said(container, "stats")
        assert container.retention._keep == timedelta(days=30)


async def test_what_can_not_be_opened_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "data" / "easel.db").write_text("a shopping list\n" * 1000)
    threads = set(threading.enumerate())
    with pytest.raises(StorageUnavailableError):
        async with build(settings_in(tmp_path)):
            raise AssertionError("unreachable")
    assert {one.name for one in set(threading.enumerate()) - threads if "asyncio" not in one.name} == set()


async def test_no_more_tasks_run_than_the_engine_takes(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, worker=WorkerSection(slots=6), sketch=SketchSection(slots=2))
    async with build(settings) as container:
        assert "engine sketch: 0 of 2 at work" in await said(container, "stats")


async def test_points_that_are_held_come_back_where_all_is_free_now(tmp_path: Path) -> None:
    async with build(settings_in(tmp_path)) as container:
        assert await said(container, "generate", prompt="a fox") == ""
    async with build(settings_in(tmp_path, points=PointsSection(enabled=False))) as container:
        assert "6 points are back" in await said(container, "cancel")
    async with build(settings_in(tmp_path)) as container:
        assert (await said(container, "points")).startswith("You have 100 points.")
