"""The client: one connection to Discord, set up for Easel."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.http import Route

from adapters.discord.buttons import Presses, button_class
from adapters.discord.commands import slash_commands
from adapters.discord.config import DiscordSettings
from adapters.discord.desk import Desk
from adapters.discord.live import Interaction
from adapters.discord.menus import menus
from adapters.discord.modals import submitted
from adapters.discord.sync import Syncer
from core.commands.registry import Registry
from core.ids import RandomIds
from core.presentation import on_discord
from core.presentation.messages import say_code
from core.presentation.views import Reply

logger = logging.getLogger(__name__)

RATE_LIMIT_SECONDS = 30.0
"""The longest that discord.py itself waits for a rate limit; it takes no less. Beyond, it raises."""


class Tree(app_commands.CommandTree[Any]):
    """The commands. What fails before one of them is reached is answered here."""

    desk: Desk

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Say that the member's Discord knows an older command, or which incident to ask about."""
        if interaction.type is discord.InteractionType.autocomplete:
            return  # Discord takes no words there
        outdated = app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
        if isinstance(error, outdated | app_commands.TransformerError):
            text = on_discord.OUTDATED
        else:
            incident = RandomIds().incident()
            logger.error("a command failed before it was begun, incident %s", incident, exc_info=error)
            text = say_code("internal", {"incident": incident})

        async def reply() -> Reply:
            return Reply(text, ok=False)

        await self.desk.answer(interaction, reply)


class EaselClient(discord.Client):
    """Asks Discord for no more than slash commands, buttons and menus need: guilds, and no messages."""

    def __init__(self, desk: Desk, registry: Registry, syncer: Syncer, settings: DiscordSettings) -> None:
        # The library warns that it can't speak in voice channels, where nobody wants it to.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),  # prompts are members' text
            max_ratelimit_timeout=RATE_LIMIT_SECONDS,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self._desk = desk
        self._syncer = syncer
        self._gateway_url = settings.gateway_url
        self.tree = Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.tree.desk = desk
        self._registry = registry
        self._plant()
        self._unwatch: Callable[[], None] = lambda: None
        self._telling: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Know the buttons of every message ever sent, and tell Discord of new commands."""
        self.add_dynamic_items(button_class(Presses(self._desk)))
        self._unwatch = self._registry.watch(self._on_commands_changed)
        self._plant()  # they may have changed while it logged in
        await self._syncer.sync_if_changed(self.tree)

    async def close(self) -> None:
        """Close the connection, and follow the registry no longer."""
        self._unwatch()
        self._unwatch = lambda: None
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await super().close()

    def _plant(self) -> None:
        """Put the registry's commands into the tree, in place of those there were."""
        commands = [*slash_commands(self._registry, self._desk), *menus(self._desk)]
        self.tree.clear_commands(guild=None)  # not before the others are known to be fine
        for command in commands:
            self.tree.add_command(command)

    def _on_commands_changed(self) -> None:
        if self._telling is not None:
            self._telling.cancel()  # what it told is out of date, and what is told now is all there is
        self._telling = asyncio.create_task(self._tell_commands(), name="discord commands")

    async def _tell_commands(self) -> None:
        try:
            self._plant()
            await self._syncer.sync_if_changed(self.tree)
        except Exception:  # nobody waits for this task
            logger.exception("could not tell Discord of the new commands")

    async def on_connect(self) -> None:
        """Resume where the operator says, and not where Discord says."""
        if self._gateway_url and self.ws is not None:
            self.ws.gateway = yarl.URL(self._gateway_url)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Take the forms: discord.py knows only those that it sent itself since it was started."""
        if interaction.type is not discord.InteractionType.modal_submit or interaction.data is None:
            return
        data: dict[str, Any] = dict(interaction.data)
        form = submitted(data)
        if form is not None:
            command, arguments = form
            in_sight = self._desk.forms.sight(interaction.user.id, data["custom_id"])
            await self._desk.take(interaction, command, arguments, in_sight=in_sight)


def point_at(settings: DiscordSettings) -> None:
    """Send calls where the operator says.

    discord.py has one address for a whole process, `Route.BASE`, and one for the gateway; there is no way
    to give a client its own. Easel has one Discord client in a process, so it is set here, before that.
    """
    Route.BASE = settings.api_base_url.rstrip("/")
    if settings.gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


_SECRET = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s]+")


def hush() -> None:
    """Keep the tokens of interactions, which are parts of addresses, out of discord.py's log."""
    discord_log = logging.getLogger("discord.http")
    if not any(isinstance(one, _WithoutTokens) for one in discord_log.filters):
        discord_log.addFilter(_WithoutTokens())


class _WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Put three dots in place of tokens."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _SECRET.sub(r"\1…", one) if isinstance(one, str) else one for one in record.args
            )
        return True
