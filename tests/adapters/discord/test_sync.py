"""Discord's list of commands follows the registry's, and a fault on the way takes nothing away."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands

from adapters.discord.app import open_discord
from adapters.discord.client import EaselClient
from adapters.discord.config import DiscordSettings
from adapters.discord.sync import Syncer
from core.clock import SystemClock
from core.commands.builtin import builtin_registry
from core.commands.dispatcher import Dispatcher
from core.commands.registry import Registry
from core.commands.spec import Command, NoArguments
from tests.fakes.commands import answer
from tests.fakes.world import a_world

OWN = Command("pixelart", "Draw with few pixels", NoArguments, answer)


class Tree(app_commands.CommandTree[Any]):
    """A tree that remembers what it would have sent."""

    def __init__(self) -> None:
        super().__init__(discord.Client(intents=discord.Intents.none()))
        self.sent: list[set[str]] = []

    def has(self, *names: str) -> None:
        self.clear_commands(guild=None)
        for name in names:
            self.add_command(app_commands.Command(name=name, description="Draw", callback=_nothing))

    async def sync(self, *, guild: discord.abc.Snowflake | None = None) -> list[app_commands.AppCommand]:
        self.sent.append({one.name for one in self.get_commands(guild=guild)})
        return []


async def _nothing(interaction: discord.Interaction[Any]) -> None: ...


@pytest.mark.parametrize("guild", [None, 7])
async def test_a_command_that_has_gone_is_sent_no_more(guild: int | None) -> None:
    syncer, tree = Syncer(a_world().store, SystemClock(), guild), Tree()
    tree.has("draw", "pixelart")
    assert await syncer.sync_if_changed(tree)
    tree.has("draw")
    assert await syncer.sync_if_changed(tree)
    assert tree.sent == [{"draw", "pixelart"}, {"draw"}]


def a_client(registry: Registry) -> EaselClient:
    world = a_world()
    dispatcher = Dispatcher(world.services(registry=registry))
    return open_discord(dispatcher, registry, world.images, world.store, DiscordSettings()).client()


def names_of(tree: app_commands.CommandTree[Any]) -> set[str]:
    return {one.name for one in tree.get_commands()}


async def test_commands_that_change_while_the_first_are_sent_are_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registry, told = builtin_registry(), asyncio.Event()
    told_names: list[set[str]] = []

    async def sync_if_changed(_: Syncer, tree: app_commands.CommandTree[Any]) -> bool:
        told_names.append(names_of(tree))
        if len(told_names) == 1:
            registry.replace_own([OWN])
            return True
        told.set()
        raise RuntimeError("a fault")

    monkeypatch.setattr(Syncer, "sync_if_changed", sync_if_changed)
    client = a_client(registry)
    await client.setup_hook()
    async with asyncio.timeout(5):
        await told.wait()
    assert ["pixelart" in names for names in told_names] == [False, True]
    assert "could not tell Discord of the new commands" in caplog.text
    await client.close()


async def test_commands_that_change_before_the_first_are_sent_are_sent_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[set[str]] = []

    async def sync_if_changed(_: Syncer, tree: app_commands.CommandTree[Any]) -> bool:
        sent.append(names_of(tree))
        return True

    monkeypatch.setattr(Syncer, "sync_if_changed", sync_if_changed)
    registry = builtin_registry()
    client = a_client(registry)
    registry.replace_own([OWN])
    await client.setup_hook()
    assert "pixelart" in sent[0]
    await client.close()


async def test_commands_that_can_not_be_made_leave_those_there_were(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failed = asyncio.Event()

    async def nothing_to_do(_: Syncer, __: app_commands.CommandTree[Any]) -> bool:
        return False

    def fails(*_: object) -> list[object]:
        failed.set()
        raise ValueError("a fault")

    monkeypatch.setattr(Syncer, "sync_if_changed", nothing_to_do)
    registry = builtin_registry()
    client = a_client(registry)
    await client.setup_hook()
    before = names_of(client.tree)
    monkeypatch.setattr("adapters.discord.client.slash_commands", fails)
    registry.replace_own([OWN])
    async with asyncio.timeout(5):
        await failed.wait()
    assert names_of(client.tree) == before != set()
    assert "could not tell Discord of the new commands" in caplog.text
    await client.close()
