"""Trouble on demand."""

from __future__ import annotations

import asyncio

import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from tests.bot_api.helpers import broken
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, BadRequest),
        (401, InvalidToken),
        (403, Forbidden),
        (404, InvalidToken),
        (409, Conflict),
        (429, RetryAfter),
        (500, NetworkError),
        (502, NetworkError),
    ],
)
async def test_codes(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person, code: int, error: type[Exception]
) -> None:
    bot_api.fault("sendMessage", code)
    bot_api.allow("retry_after")

    with pytest.raises(error):
        await bot.send_message(1001, "x")

    assert bot_api.calls[-1].status == code
    assert bot_api.history(ann) == []
    await bot.send_message(1001, "x")
    assert len(bot_api.history(ann)) == 1


async def test_a_dropped_answer_hides_work_that_was_done(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    bot_api.fault("sendMessage", "drop")
    with pytest.raises(NetworkError):
        await bot.send_message(1001, "x")
    assert len(bot_api.history(ann)) == 1


async def test_a_reset_leaves_the_work_undone(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.fault("sendMessage", "reset")
    with pytest.raises(NetworkError):
        await bot.send_message(1001, "x")
    assert bot_api.history(ann) == []


async def test_a_call_that_hangs_until_it_is_released(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    fault = bot_api.fault("sendMessage", "hang")
    sending = asyncio.create_task(bot.send_message(1001, "x"))
    await bot_api.wait(lambda: fault.hits)
    assert bot_api.history(ann) == []
    fault.release()
    assert (await sending).text == "x"


async def test_a_caller_that_does_not_wait_so_long(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    fault = bot_api.fault("sendMessage", "hang", times=None)
    with pytest.raises(TimedOut):
        await bot.send_message(1001, "x", read_timeout=0.01)
    fault.release()
    await bot.send_message(1001, "x")
    assert fault.hits == 1


async def test_delays_counts_and_any_method(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.fault("*", "delay", seconds=0.001)
    late = bot_api.fault("sendMessage", 500, after=1, times=2)
    await bot.send_message(1001, "first")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(1001, "x")
    await bot.send_message(1001, "last")
    assert late.hits == 2
    assert [one.text for one in bot_api.history(ann)] == ["first", "last"]


async def test_a_broken_download(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    sent = await ann.send_document(b"x")
    file = await bot.get_file(sent.as_json()["document"]["file_id"])
    bot_api.fault("download", 404)
    with pytest.raises(telegram.error.TelegramError):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"x"


async def test_who_does_not_wait_is_noted(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.fault("sendMessage", 429, retry_after=30)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(1001, "x")
    assert caught.value._retry_after.total_seconds() == 30
    await bot.send_message(1001, "x")
    assert broken(bot_api) == ["retry_after"]
