"""Polling and webhooks."""

from __future__ import annotations

import asyncio

import pytest
import telegram
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram.error import BadRequest, Conflict

from tests.bot_api.helpers import received
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi


async def test_updates_stay_until_they_are_confirmed(bot: telegram.Bot, ann: Person) -> None:
    for one in "abc":
        await ann.send(one)

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[-1].update_id + 1)

    assert [one.update_id for one in again[:2]] == [one.update_id for one in first]
    assert len(again) == 3
    assert [one.message.text for one in rest if one.message] == ["c"]


async def test_a_negative_offset_keeps_the_newest(bot: telegram.Bot, ann: Person) -> None:
    for one in "abc":
        await ann.send(one)

    assert len(await bot.get_updates(offset=-1)) == 1
    assert len(await bot.get_updates()) == 1


async def test_a_long_poll_waits_for_news(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    poll = asyncio.create_task(received(bot))
    await bot_api.wait(lambda: bot_api.updates.polling)
    await ann.send("x")
    assert len(await poll) == 1


async def test_a_second_poll_ends_the_first(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    first = asyncio.create_task(received(bot))
    await bot_api.wait(lambda: bot_api.updates.polling)
    async with telegram.Bot(bot_api.token, base_url=bot_api.base_url) as other:
        second = asyncio.create_task(received(other))
        with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates"):
            await first
        await ann.send("x")
        assert len(await second) == 1


async def test_a_poller_that_goes_away_takes_nothing_along(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    poll = asyncio.create_task(received(bot))
    await bot_api.wait(lambda: bot_api.updates.polling)
    poll.cancel()
    await bot_api.wait(lambda: not bot_api.updates.polling)

    await ann.send("x")

    assert len(await received(bot)) == 1
    assert [one.status for one in bot_api.called("getUpdates")] == [0, 200]


async def test_only_the_wanted_kinds_are_made(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    message = await ann.send("x")
    ann.react(message, "👍")
    await bot.get_updates(allowed_updates=["callback_query", "message_reaction"])
    await ann.send("y")
    ann.react(message, "🔥")
    await bot.get_updates()  # leaves it as it is
    await ann.send("z")

    assert [one.kind for one in bot_api.updates.log] == ["message", "message_reaction"]
    await bot.get_updates(allowed_updates=["mesage"])
    assert [one.kind for one in bot_api.violations] == ["allowed_updates"]
    bot_api.violations.clear()


async def test_updates_do_not_wait_for_ever(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    now = [1_000_000.0]
    bot_api.world.updates._clock = lambda: now[0]
    await ann.send("x")
    ann.inline("cat").cancel()
    now[0] += 31
    assert [one.message is not None for one in await bot.get_updates()] == [True]
    now[0] += 24 * 3600
    assert await bot.get_updates() == ()


class Receiver:
    """The bot's side of a webhook."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[tuple[dict[str, str], telegram.Update | None]] = []

    async def take(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        update = telegram.Update.de_json(await request.json())
        self.requests.append((dict(request.headers), update))
        return web.Response(status=status)

    async def server(self) -> TestServer:
        app = web.Application()
        app.add_routes([web.post("/hook", self.take)])
        server = TestServer(app)
        await server.start_server()
        return server


async def test_a_webhook_gets_updates_in_order_until_it_takes_them(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person, bob: Person
) -> None:
    receiver = Receiver(500, 200)
    bot_api.webhook.retry_delay = 0.001
    await ann.send("before")
    async with await receiver.server() as server:
        await bot.set_webhook(str(server.make_url("/hook")), secret_token="S3_cret-")
        await ann.send("after")
        await bot_api.settled()
        info = await bot.get_webhook_info()
        await bob.send("/start")
        await bot_api.settled()
        await bot.delete_webhook()

    texts = [update.message.text for _, update in receiver.requests if update and update.message]
    assert texts == ["before", "before", "after", "/start"]
    headers = receiver.requests[0][0]
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "S3_cret-"
    assert [status for _, status in bot_api.webhook.attempts] == [500, 200, 200, 200]
    assert info.pending_update_count == 0
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_polling_and_a_webhook_exclude_each_other(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    poll = asyncio.create_task(received(bot))
    await bot_api.wait(lambda: bot_api.updates.polling)
    async with await Receiver().server() as server:
        await bot.set_webhook(str(server.make_url("/hook")))
        with pytest.raises(Conflict, match=r"(?i)setWebhook"):
            await poll
        with pytest.raises(Conflict, match=r"(?i)webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_webhook_parameters(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    with pytest.raises(BadRequest, match=r"(?i)https url must be provided"):
        await bot.set_webhook("http://example.org/hook")
    with pytest.raises(BadRequest, match=r"(?i)unallowed characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="no spaces")
    await ann.send("old")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    bot_api.violations.clear()
