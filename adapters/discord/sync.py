"""Telling Discord which commands there are: only when they have changed, for it counts the times."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import Any

import aiohttp
import discord
from discord import app_commands

from adapters.discord.addresses import PLATFORM
from core.clock import Clock
from core.errors import StorageError
from core.store import Store

logger = logging.getLogger(__name__)


class Syncer:
    """Keeps Discord's list of commands equal to the tree, and remembers by its hash what was sent."""

    def __init__(self, store: Store, clock: Clock, guild: int | None) -> None:
        """`guild` gets the commands alone, and at once; None is for everywhere."""
        self._store = store
        self._clock = clock
        self._guild = discord.Object(guild) if guild else None
        self._turn = asyncio.Lock()
        """What is sent last is remembered last."""

    async def sync_if_changed(self, tree: app_commands.CommandTree[Any]) -> bool:
        """Send the commands where they differ from what was sent last; say whether they were sent.

        A failure is logged and tried again at the next start: the commands of before still work.
        """
        async with self._turn:
            return await self._sync_if_changed(tree)

    async def _sync_if_changed(self, tree: app_commands.CommandTree[Any]) -> bool:
        name, digest = self._name(tree), self._digest(tree)
        try:
            if await self._store.read(lambda tx: tx.notes.get(PLATFORM, name)) == digest:
                return False
            await self.sync(tree)
        except StorageError as error:
            logger.warning("could not look up which commands Discord knows: %s", error)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            logger.error("Discord did not take the commands: %s", error)  # noqa: TRY400 - not our fault
        else:
            return True
        return False

    async def sync(self, tree: app_commands.CommandTree[Any]) -> int:
        """Send the commands; return how many there are. Raises what discord.py raises."""
        name, digest = self._name(tree), self._digest(tree)
        if self._guild is not None:
            tree.clear_commands(guild=self._guild)  # a copy takes away none that has gone
            tree.copy_global_to(guild=self._guild)
        synced = await tree.sync(guild=self._guild)
        when = self._clock.now()
        await self._store.write(lambda tx: tx.notes.put(PLATFORM, name, digest, when))
        return len(synced)

    def _name(self, tree: app_commands.CommandTree[Any]) -> str:
        where = self._guild.id if self._guild else "everywhere"
        return f"commands of {tree.client.application_id} {where}"

    def _digest(self, tree: app_commands.CommandTree[Any]) -> str:
        """Return a hash of the commands for everywhere, in whatever order they were added."""
        commands = [json.dumps(one.to_dict(tree), sort_keys=True) for one in tree.get_commands()]
        return hashlib.sha256("\n".join(sorted(commands)).encode()).hexdigest()
