"""The loops together: how they end, by themselves, by a signal or by a fault."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import serve
from bot.container import Container, build
from bot.lag import LagMeter
from bot.start import start
from core.access import Caller
from core.commands.spec import CommandCall
from core.delivery.models import MessageRef
from core.errors import StorageUnavailableError
from core.generation.models import GenerationStatus
from core.generation.pool.pool import EnginePool
from core.generation.pool.server import ServerState
from core.ids import AccountId, TaskId
from core.presentation.messages import say_error, say_out_of_reach
from core.presentation.views import StatusView
from tests.bot.houses import settings_in
from tests.fakes.gateway import FakeGateway

ADMIN = Caller(AccountId("console:operator"), is_admin=True)
GUARD = 30
LOCKED = StorageUnavailableError(reason="locked", path="easel.db")


@pytest.fixture
async def container(tmp_path: Path) -> AsyncIterator[Container]:
    (tmp_path / "data").mkdir()
    async with build(settings_in(tmp_path)) as built:
        yield built


async def generate(container: Container) -> TaskId:
    arguments = {"prompt": "a fox", "width": "64", "height": "64"}
    anchor = MessageRef("console", "main", "1")
    reply = await container.dispatcher.dispatch(CommandCall("generate", ADMIN, arguments, anchor=anchor))
    assert reply.ok, reply.text
    return reply.tasks[0]


async def forever() -> int:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def test_what_ends_while_easel_stops_is_shown_once(container: Container) -> None:
    gateway = FakeGateway(edit_interval=0.01)
    drawing = asyncio.Event()

    async def look(view: StatusView) -> None:
        if view.status is not GenerationStatus.PENDING:
            drawing.set()

    async def foreground() -> int:
        await generate(container)
        await drawing.wait()
        return 3

    gateway.before = look
    async with asyncio.timeout(GUARD):
        assert await serve(container, [container.delivery(gateway)], foreground) == 3
    statuses = [showing.view.status for showing in gateway.shown]
    assert statuses[-1] is GenerationStatus.COMPLETED
    assert statuses.count(GenerationStatus.COMPLETED) == 1
    assert await container.store.read(lambda tx: tx.deliveries.open_count("console")) == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_a_signal_ends_the_foreground(container: Container, number: signal.Signals, code: int) -> None:
    ended = asyncio.Event()

    async def foreground() -> int:
        try:
            os.kill(os.getpid(), number)
            return await forever()
        finally:
            ended.set()

    async with asyncio.timeout(GUARD):
        assert await serve(container, [], foreground) == code
    assert ended.is_set()


async def test_a_chat_that_hangs_does_not_keep_easel(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.LAST_ROUND_SECONDS", 0.1)
    gateway = FakeGateway()
    asked = asyncio.Event()

    async def hang(_: StatusView) -> None:
        asked.set()
        await forever()

    async def foreground() -> int:
        await generate(container)
        await asked.wait()
        return 0

    gateway.before = hang
    async with asyncio.timeout(GUARD):
        assert await serve(container, [container.delivery(gateway)], foreground) == 0


async def test_a_fault_of_one_loop_ends_the_others(container: Container) -> None:
    class BrokenMeter(LagMeter):
        async def run(self) -> None:
            raise ZeroDivisionError

    async with asyncio.timeout(GUARD):
        with pytest.raises(ExceptionGroup) as raised:
            await serve(replace(container, lag=BrokenMeter()), [], forever)
    assert [type(one) for one in raised.value.exceptions] == [ZeroDivisionError]


async def test_a_database_that_is_gone_at_the_start_is_told_as_it_is(container: Container) -> None:
    class LockedRescuer:
        async def rescue(self, *, orphaned: bool) -> int:
            assert orphaned  # alone on the database: nobody can still hold anything
            raise LOCKED

    with pytest.raises(StorageUnavailableError):
        await serve(replace(container, rescuer=LockedRescuer()), [], forever)  # type: ignore[arg-type]  # only this


# The engines at the start


class SlowPool:
    """A pool in a container whose engines tell about themselves when they are let."""

    def __init__(self, pool: EnginePool, *, is_away: bool = False) -> None:
        self._pool = pool
        self.is_away = is_away
        self.answering = asyncio.Event()
        self.asked = asyncio.Event()
        self.surveyed = False

    async def probe(self) -> list[ServerState]:
        self.asked.set()
        await self.answering.wait()
        self.surveyed = True
        return await self._pool.probe()

    async def run(self) -> None:
        await self._pool.run()


async def test_the_foreground_begins_when_every_engine_was_looked_at(container: Container) -> None:
    pool = SlowPool(container.pool)

    async def foreground() -> int:
        return 3 if pool.surveyed else 1

    async with asyncio.timeout(GUARD):
        serving = asyncio.create_task(serve(replace(container, pool=pool), [], foreground))  # type: ignore[arg-type]  # only this
        await pool.asked.wait()
        assert not serving.done()
        pool.answering.set()
        assert await serving == 3


async def test_a_silent_engine_keeps_the_foreground_for_a_while_only(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.patience.SURVEY_SECONDS", 0.05)
    pool = SlowPool(container.pool)

    async def foreground() -> int:
        pool.answering.set()  # the look goes on: it was not given up
        while not pool.surveyed:  # noqa: ASYNC110 - of a probe, which tells nobody
            await asyncio.sleep(0)
        return 3

    async with asyncio.timeout(GUARD):
        assert await serve(replace(container, pool=pool), [], foreground) == 3  # type: ignore[arg-type]  # only this


async def test_a_signal_during_the_first_look_is_orderly(container: Container) -> None:
    pool = SlowPool(container.pool)

    async def foreground() -> int:
        raise AssertionError("it never begins")

    async with asyncio.timeout(GUARD):
        serving = asyncio.create_task(serve(replace(container, pool=pool), [], foreground))  # type: ignore[arg-type]  # only this
        await pool.asked.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        assert await serving == 143


@pytest.mark.parametrize(("once", "times"), [(True, 1), (False, 0)])
async def test_who_waits_for_one_picture_is_told_once_that_no_engine_is_there(
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    once: bool,
    times: int,
) -> None:
    monkeypatch.setattr("bot.patience.AWAY_SECONDS", 0.01)
    pool = SlowPool(container.pool, is_away=True)
    pool.answering.set()

    async def foreground() -> int:
        await generate(container)
        await asyncio.sleep(0.1)
        return 0

    async with asyncio.timeout(GUARD):
        await serve(replace(container, pool=pool), [], foreground, once=once)  # type: ignore[arg-type]  # only this
    assert capsys.readouterr().err.count(say_out_of_reach()) == times


# How the program tells its end


@pytest.fixture
def logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("error", [LOCKED, ExceptionGroup("loops", [ExceptionGroup("more", [LOCKED])])])
def test_an_expected_fault_is_one_sentence(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve_badly(*_: object, **__: object) -> int:
        raise error

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.start.serve", serve_badly)
    assert start() == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", say_error(LOCKED) + "\n")


@pytest.mark.usefixtures("logs")
def test_an_unexpected_one_is_an_incident_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve_badly(*_: object, **__: object) -> int:
        raise ExceptionGroup("loops", [ZeroDivisionError("seven")])

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.start.serve", serve_badly)
    assert start(once="/points") == 1
    *log, sentence = capsys.readouterr().err.splitlines()
    incident = re.search(r"incident (\w{5})", log[0])
    assert incident is not None
    assert incident[1] in sentence
    assert "ZeroDivisionError: seven" in "\n".join(log)
