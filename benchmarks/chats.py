"""Many members at once, through Telegram's wire: how long each waits for an answer, and what is broken.

The server is the tests' own, strict about the platform's limits; it counts what breaks one. Easel is whole:
adapter, service, SQLite, worker and delivery, with an engine that takes a second and reports twenty steps.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import telegram

from benchmarks.alternation import Scale
from benchmarks.figures import Figure, Goal, Spread, percentile_99
from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.server import FakeBotApi

GIVEN_UP = 300.0
"""Seconds after which a picture that has not come is counted as lost."""

ECHOES = 20


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """In milliseconds, against a bot that does nothing but answer."""
    return asyncio.run(_measure(scale, folder))


async def _measure(scale: Scale, folder: Path) -> list[Figure]:
    members, chats = scale.pick(200, 8), scale.pick(50, 4)
    echoes = await _echoes()
    async with FakeBotApi() as fake:
        groups = [fake.group(f"room {number}") for number in range(chats)]
        people = [fake.user(1000 + number, name=f"Member {number}") for number in range(members)]
        async with _easel(fake, folder, seconds=1.0 if not scale.quick else 0.1):
            await fake.wait(lambda: fake.called("getUpdates"), 10)
            asked = [
                await person.send("/generate a red fox", chat=groups[number % chats])
                for number, person in enumerate(people)
            ]
            with suppress(AssertionError):
                await fake.wait(lambda: all(_picture_of(fake, one) for one in asked), GIVEN_UP)
        waits = [_answered_after(fake, one) * 1000 for one in asked]
        results = [_picture_of(fake, one) for one in asked]
        ends = [
            result.versions[-1].at - one.date for result, one in zip(results, asked, strict=True) if result
        ]
        edits = len(fake.called("editMessageText")) + len(fake.called("editMessageMedia"))
        note = (
            f"{len(ends)} of {members} pictures arrived, the last after {max(ends, default=0.0):.1f} s; "
            f"{len(fake.violations)} limits broken; {edits} edits in {len(fake.calls)} calls"
        )
        assert not fake.violations, fake.violations[:5]
        assert len(ends) == members
    name = f"{members} at once in {chats} chats, answer"
    return [
        _figure(f"{name}, p50", waits, echoes, _median, None, note),
        _figure(f"{name}, p99", waits, echoes, percentile_99, Goal("measured", "<", 1000), ""),
    ]


@asynccontextmanager
async def _easel(fake: FakeBotApi, folder: Path, *, seconds: float) -> AsyncIterator[None]:
    """Easel in a process of its own, as it runs: the server's work is not on its time."""
    command = ("-m", "benchmarks.chat_service", fake.url, fake.token, str(folder), str(seconds))
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _echoes() -> list[float]:
    """Return the milliseconds in which the plainest bot answers one message on an idle server."""
    found = []
    async with FakeBotApi() as fake:
        ann = fake.user(1)
        async with telegram.Bot(fake.token, base_url=fake.base_url) as bot:
            offset = 0
            for _ in range(ECHOES):
                polling = asyncio.create_task(bot.get_updates(offset=offset, timeout=10))
                await fake.wait(lambda: fake.updates.polling, 5)
                sent = time.perf_counter()
                await ann.send("hello")
                for update in await polling:
                    offset = update.update_id + 1
                    await bot.send_message(ann.id, "hello")
                found.append((time.perf_counter() - sent) * 1000)
                await asyncio.sleep(1.0)  # the server's limit for one chat
    return found


def _answered_after(fake: FakeBotApi, asked: Message) -> float:
    """Return the seconds until a member saw that they were heard: a message, or the bot's reaction."""
    times = [one.versions[0].at for one in fake.from_bot(asked.chat) if one.reply_to is asked]
    times += [
        call.at
        for call in fake.called("setMessageReaction")
        if call.params.get("chat_id") == asked.chat.id and call.params.get("message_id") == asked.message_id
    ]
    return min(times, default=asked.date + GIVEN_UP) - asked.date


def _picture_of(fake: FakeBotApi, asked: Message) -> Message | None:
    answers = (one for one in fake.from_bot(asked.chat) if one.reply_to is asked)
    return next((one for one in answers if one.media is not None), None)


def _median(samples: list[float]) -> float:
    return Spread.of(samples).typical


def _figure(
    name: str,
    waits: list[float],
    echoes: list[float],
    value: Callable[[list[float]], float],
    goal: Goal | None,
    note: str,
) -> Figure:
    measured, compared = Spread.around(value(waits), waits), Spread.around(value(echoes), echoes)
    ratio = Spread.of([measured.typical / compared.typical])
    return Figure(name, "ms", measured, "one answer of the plainest bot", compared, ratio, goal, note)
