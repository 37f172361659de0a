"""The webhook's door, the menus, and what the bot is told about itself."""

from __future__ import annotations

import json

import aiohttp
import pytest

from core.errors import PlatformRefusedError
from tests.e2e.telegram.house import SECRET, House
from tests.fakes.bot_api.server import FakeBotApi

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def _post(house: House, body: bytes, **headers: str) -> int:
    url = house.telegram().webhook_url
    assert url is not None
    kind = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=kind | headers) as answer,
    ):
        return answer.status


async def test_only_who_knows_the_secret_may_post(closed_house: House, bot_api: FakeBotApi) -> None:
    closed_house.webhook = True
    await closed_house.start()
    body = json.dumps({"update_id": 5}).encode()
    assert await _post(closed_house, body) == 403
    assert await _post(closed_house, body, **{HEADER: "guess"}) == 403
    assert await _post(closed_house, b"[]", **{HEADER: SECRET}) == 400
    assert await _post(closed_house, b"{", **{HEADER: SECRET}) == 400
    assert await _post(closed_house, body, **{HEADER: SECRET}) == 200
    assert await _post(closed_house, body, **{HEADER: SECRET}) == 200


async def test_what_can_not_be_stored_is_not_taken(closed_house: House, bot_api: FakeBotApi) -> None:
    closed_house.webhook = True
    await closed_house.start()
    await closed_house.store.aclose()
    assert await _post(closed_house, b'{"update_id": 5}', **{HEADER: SECRET}) == 503
    await closed_house.store.open()


async def test_a_port_that_is_taken_is_told(closed_house: House, bot_api: FakeBotApi) -> None:
    from aiohttp import web

    closed_house.webhook = True
    host, port = closed_house.telegram().listen
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    try:
        await closed_house.start()
        with pytest.raises(PlatformRefusedError, match="listen"):
            await closed_house.serving
    finally:
        await runner.cleanup()


async def test_the_menus_are_set_by_scope_and_only_when_they_change(
    closed_house: House, bot_api: FakeBotApi
) -> None:
    bot_api.user(1001, started=True)
    closed_house.settings["admins"] = "1001, 1002"
    await closed_house.start()
    await bot_api.wait(lambda: len(bot_api.called("setMyCommands")) == 4)
    by_scope = {
        (scope["type"], scope.get("chat_id")): {one["command"] for one in commands}
        for scope, commands in ((json.loads(key), value) for (key, _), value in bot_api.commands.items())
    }
    assert "grant" in by_scope["chat", 1001]
    assert "grant" not in by_scope["all_private_chats", None]
    assert "generate" in by_scope["all_group_chats", None]
    assert "start" not in by_scope["all_private_chats", None]
    await bot_api.settled()
    await closed_house.restart()
    await bot_api.wait(lambda: len(bot_api.called("setMyCommands")) == 5)
    await bot_api.settled()
    assert len(bot_api.called("setMyCommands")) == 5, "only the admin's that could not be set"


async def test_inspection_says_who_the_bot_is(house: House, bot_api: FakeBotApi) -> None:
    await house.stop()
    lines = await house.platform.inspect()
    text = "\n".join(lines)
    assert "@easel_bot (id 4242)" in text
    assert "privacy mode is on" in text
    assert "inline mode is on" in text
    assert "by polling" in text
    bot_api.fault("getMe", 401)
    with pytest.raises(PlatformRefusedError, match="bad_token"):
        await house.platform.inspect()
    await house.start()
