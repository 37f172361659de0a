"""Kept connected over what may pass; ended in one clear way by what only an operator can mend."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.app import DiscordPlatform, open_discord
from adapters.discord.client import hush
from adapters.discord.config import DiscordSettings
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.delivery.models import MessageRef
from core.errors import ChatUnavailableError, PlatformRefusedError
from tests.adapters.discord.loopback import Loopback, a_loopback
from tests.fakes.world import World, a_world

EVERYTHING = str(discord.Permissions.all().value)


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a platform sets for the whole process is set back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr("adapters.discord.app.PAUSE_LEAST", 0.01)
    monkeypatch.setattr("adapters.discord.app.PAUSE_MOST", 0.02)


def a_platform(loopback: Loopback, world: World | None = None, **fields: Any) -> DiscordPlatform:
    world = world or a_world()
    registry = builtin_registry()
    settings = DiscordSettings(**{**loopback.settings, **fields})
    dispatcher = Dispatcher(world.services(registry=registry))
    return open_discord(dispatcher, registry, world.images, world.store, settings)


async def refusal_of(platform: DiscordPlatform) -> object:
    async with asyncio.timeout(20):
        with pytest.raises(PlatformRefusedError) as caught:
            await platform.run()
    return caught.value.facts["reason"]


async def test_a_token_that_is_not_known() -> None:
    async with a_loopback(statuses=[401]) as loopback:
        assert await refusal_of(a_platform(loopback)) == "bad_token"


async def test_no_token() -> None:
    async with a_loopback() as loopback:
        assert await refusal_of(a_platform(loopback, token=None)) == "bad_token"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(4004, "bad_token"), (4011, "too_many_guilds"), (4013, "intents"), (4014, "intents")],
)
async def test_a_gateway_that_refuses(code: int, reason: str) -> None:
    async with a_loopback(close_codes=[code]) as loopback:
        assert await refusal_of(a_platform(loopback)) == reason


async def test_what_passes_ends_nothing() -> None:
    async with a_loopback(statuses=[503, 403], close_codes=[4012, 4004]) as loopback:
        assert await refusal_of(a_platform(loopback)) == "bad_token"
        assert loopback.identified == 2


async def test_a_discord_that_is_not_there_is_tried_again() -> None:
    async with a_loopback() as loopback:
        platform = a_platform(loopback)
    running = asyncio.create_task(platform.run())
    await asyncio.sleep(0.3)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_stopping_closes_the_connection() -> None:
    async with a_loopback() as loopback:
        running = asyncio.create_task(a_platform(loopback).run())
        async with asyncio.timeout(10):
            while not loopback.identified:  # noqa: ASYNC110 - nobody rings a bell for it
                await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_commands_are_not_sent_again_by_a_later_process() -> None:
    world = a_world()
    async with a_loopback(close_codes=[4004, 4004]) as loopback:
        for _ in range(2):
            await refusal_of(a_platform(loopback, world))
        assert [call for call in loopback.calls if call[0] == "PUT"] == [
            ("PUT", "/applications/200/commands")
        ]


async def test_commands_that_discord_does_not_take_end_nothing() -> None:
    async with a_loopback(statuses=[200, 200, 400], close_codes=[4004]) as loopback:
        assert await refusal_of(a_platform(loopback)) == "bad_token"
        assert loopback.identified == 1


@pytest.mark.parametrize(
    "raised",
    [discord.RateLimited(77.0), aiohttp.ServerDisconnectedError(), ConnectionResetError(), TimeoutError()],
)
async def test_commands_that_can_t_be_sent_now_end_nothing(
    raised: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def sync(*_: object, **__: object) -> list[object]:
        raise raised

    monkeypatch.setattr(discord.app_commands.CommandTree, "sync", sync)
    async with a_loopback(close_codes=[4004]) as loopback:
        assert await refusal_of(a_platform(loopback)) == "bad_token"
        assert loopback.identified == 1
    assert "did not take the commands" in caplog.text


async def test_pauses_grow_from_two_seconds_to_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.app.PAUSE_LEAST", 2.0)
    monkeypatch.setattr("adapters.discord.app.PAUSE_MOST", 300.0)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 10:
            raise asyncio.CancelledError

    async def serve(_: object) -> None: ...

    async with a_loopback() as loopback:
        platform = a_platform(loopback)
        with monkeypatch.context() as patched:
            patched.setattr(platform, "_serve", serve)
            patched.setattr(asyncio, "sleep", sleep)
            with pytest.raises(asyncio.CancelledError):
                await platform.run()
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0]


async def test_sync_sends_them_always() -> None:
    async with a_loopback() as loopback:
        platform = a_platform(loopback, guild=4711)
        for _ in range(2):
            assert await platform.sync() == ["Discord knows 0 commands now, on server 4711."]
        sent = [path for method, path in loopback.calls if method == "PUT"]
        assert sent == ["/applications/200/guilds/4711/commands"] * 2


async def test_inspect_says_who_it_is_and_what_it_lacks_and_changes_nothing() -> None:
    guilds = [
        {"id": "1", "name": "Whole", "permissions": EVERYTHING},
        {"id": "2", "name": "Poor", "permissions": str(discord.Permissions(view_channel=True).value)},
    ]
    async with a_loopback(guilds=guilds) as loopback:
        lines = await a_platform(loopback).inspect()
        assert lines[0] == "Discord: the token is Easel's, application 200."
        assert any("On Poor it lacks:" in line and "attach files" in line for line in lines)
        assert not any("Whole" in line for line in lines)
        assert any("client_id=200" in line and "permissions=" in line for line in lines)
        assert all(method == "GET" for method, _ in loopback.calls)


@pytest.mark.parametrize(("status", "reason"), [(401, "bad_token"), (403, "HTTP 403")])
async def test_inspect_is_refused(status: int, reason: str) -> None:
    async with a_loopback(statuses=[status]) as loopback:
        with pytest.raises(PlatformRefusedError) as caught:
            await a_platform(loopback).inspect()
        assert caught.value.facts["reason"] == reason


async def test_inspect_of_a_discord_that_is_not_there() -> None:
    async with a_loopback() as loopback:
        platform = a_platform(loopback)
    with pytest.raises(ChatUnavailableError):
        await platform.inspect()


async def test_nothing_is_shown_before_there_is_a_connection() -> None:
    async with a_loopback() as loopback:
        gateway = a_platform(loopback).gateway
        assert gateway.platform == "discord"
        assert gateway.pause(MessageRef("discord", "1", "2"), is_news=False) == 1.0
        with pytest.raises(ChatUnavailableError):
            await gateway.remove(MessageRef("discord", "1", "2"))


def test_tokens_are_kept_out_of_the_library_s_log(caplog: pytest.LogCaptureFixture) -> None:
    hush()
    hush()
    log = logging.getLogger("discord.http")
    log.warning("%s %s", "PATCH", "https://discord.com/api/v10/webhooks/12/aW50ZXJ/messages/@original")
    assert "/webhooks/12/…/messages/@original" in caplog.text
    assert "aW50ZXJ" not in caplog.text
    assert len(log.filters) == 1
