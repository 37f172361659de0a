"""The lists of commands that Telegram's apps offer, by who may give them and where."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from adapters.telegram.client import Client
from adapters.telegram.errors import border
from adapters.telegram.people import account_of
from adapters.telegram.refs import PLATFORM
from adapters.telegram.timing import Timing
from core.access import Caller
from core.clock import Clock
from core.commands.registry import Registry
from core.errors import ChatGoneError, ChatUnavailableError, DeliveryError, RateLimitedError, StorageError
from core.store import Store

logger = logging.getLogger(__name__)

TRIES = 5
DESCRIPTION_MOST = 256
UNLISTED = frozenset({"start"})
"""What only links and Telegram's own button give."""


class Menus:
    """Sets the lists, each only where it has changed since it was set."""

    def __init__(
        self,
        client: Client,
        registry: Registry,
        admins: Iterable[int],
        store: Store,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._client = client
        self._registry = registry
        self._admins = sorted(admins)
        self._store = store
        self._clock = clock
        self._timing = timing

    async def run(self) -> None:
        """Set them, and set them anew whenever the commands have changed; until cancelled."""
        changed = asyncio.Event()
        unwatch = self._registry.watch(changed.set)
        try:
            while True:
                changed.clear()
                await self.set_all()
                await changed.wait()
        finally:
            unwatch()

    async def set_all(self) -> None:
        """Set them. What can't be set is logged, and tried again at the next start."""
        member = self._commands(Caller(account_of(0)))
        admin = self._commands(Caller(account_of(0), is_admin=True))
        await self._set("private", BotCommandScopeAllPrivateChats(), member)
        await self._set("groups", BotCommandScopeAllGroupChats(), member)
        for user_id in self._admins:
            await self._set(f"chat:{user_id}", BotCommandScopeChat(user_id), admin)

    def _commands(self, caller: Caller) -> list[BotCommand]:
        return [
            BotCommand(command.name, command.summary[:DESCRIPTION_MOST])
            for command in self._registry
            if caller.may(command.permission) and command.name not in UNLISTED
        ]

    async def _set(self, name: str, scope: BotCommandScope, commands: list[BotCommand]) -> None:
        said = json.dumps([[one.command, one.description] for one in commands])
        digest = hashlib.sha256(f"{self._client.bot.token.partition(':')[0]} {said}".encode()).hexdigest()
        note = f"menu:{name}"
        try:
            if await self._store.read(lambda tx: tx.notes.get(PLATFORM, note)) == digest:
                return
            await self._tell(scope, commands)
            now = self._clock.now()
            await self._store.write(lambda tx: tx.notes.put(PLATFORM, note, digest, now))
        except ChatGoneError:
            logger.info("an admin has not written to the bot yet: no menu for %s", name)
        except (DeliveryError, StorageError) as error:
            logger.warning("the menu for %s is not set: %s", name, error)

    async def _tell(self, scope: BotCommandScope, commands: list[BotCommand]) -> None:
        for tries in range(TRIES):
            try:
                with border():
                    await self._client.bot.set_my_commands(commands, scope=scope)
            except RateLimitedError as error:
                await asyncio.sleep(error.retry_after)
            except ChatUnavailableError:
                await asyncio.sleep(min(0.5 * 2.0**tries, self._timing.pause_most))
            else:
                return
        raise ChatUnavailableError
