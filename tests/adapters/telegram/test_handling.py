"""The order of handling, with an intake and updates of the test's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from telegram import Update

from adapters.telegram.handling import Handling
from adapters.telegram.timing import Timing
from core.intake.models import Received
from core.intake.repository import PER_CHAT
from tests.fakes.clock import NOON, ManualClock


def row(number: int, album: str | None = None) -> Received:
    message: dict[str, Any] = {"message_id": number, "date": 0, "chat": {"id": 5, "type": "private"}}
    if album:
        message["media_group_id"] = album
    return Received("telegram", str(number), "5", json.dumps({"update_id": number, "message": message}), NOON)


class FakeIntake:
    def __init__(self, *rows: Received) -> None:
        self.rows = list(rows)
        self.bell = asyncio.Event()
        self.reads = 0
        self.may_return = asyncio.Event()
        self.may_return.set()

    async def waiting(self, limit: int) -> Sequence[Received]:
        found = self.rows[: min(limit, PER_CHAT)]
        self.reads += 1
        await self.may_return.wait()
        return found

    async def finish(self, done: Sequence[Received]) -> None:
        self.rows = [one for one in self.rows if one not in done]

    async def prune(self) -> None: ...


class FakeUpdates:
    def __init__(self) -> None:
        self.handled: list[list[int]] = []
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.breaks = False

    async def handle(self, updates: Sequence[Update], _: datetime) -> None:
        self.handled.append([one.update_id for one in updates])
        await self.may_end.wait()
        if self.breaks:
            raise RuntimeError("nobody foresaw this")

    async def apologise(self, update: Update, incident: str) -> None:
        raise RuntimeError(f"nor this: {update.update_id}, {incident}")


def _any(fake: object) -> Any:
    return fake


@asynccontextmanager
async def handling(intake: FakeIntake, updates: FakeUpdates) -> AsyncIterator[None]:
    client: Any = SimpleNamespace(bot=None)
    clock = ManualClock()
    clock.advance(60)
    task = asyncio.create_task(Handling(client, _any(intake), _any(updates), Timing(), clock).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(ask: Callable[[], object]) -> None:
    async with asyncio.timeout(3):
        found = ask()
        while not found:  # these fakes ring no bell
            await asyncio.sleep(0)
            found = ask()


async def test_what_is_finished_while_the_store_is_read_is_not_done_again() -> None:
    intake, updates = FakeIntake(row(1)), FakeUpdates()
    updates.may_end.clear()
    async with handling(intake, updates):
        await until(lambda: updates.handled)
        intake.may_return.clear()
        intake.bell.set()
        await until(lambda: intake.reads == 2)  # that reading has seen the first as waiting
        updates.may_end.set()
        await until(lambda: not intake.rows and intake.bell.is_set())
        intake.may_return.set()
        await until(lambda: intake.reads == 3)
        await asyncio.sleep(0.01)
    assert updates.handled == [[1]]


async def test_an_album_is_one_however_a_chats_backlog_is_read() -> None:
    texts, album = range(PER_CHAT - 3), range(PER_CHAT - 3, PER_CHAT + 7)
    intake = FakeIntake(*(row(one) for one in texts), *(row(one, "album") for one in album))
    updates = FakeUpdates()
    async with handling(intake, updates):
        await until(lambda: not intake.rows)
    assert updates.handled == [*([one] for one in texts), list(album)]


async def test_what_broke_and_can_not_even_be_told_is_left_at_that() -> None:
    intake, updates = FakeIntake(row(1), row(2)), FakeUpdates()
    updates.breaks = True
    async with handling(intake, updates):
        await until(lambda: not intake.rows)
    assert updates.handled == [[1], [2]]
