"""Discord, joined: kept connected over every failure that may pass, or asked about itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import aiohttp
import discord

from adapters.discord.addresses import PLATFORM
from adapters.discord.calls import CDN_HOSTS, PICTURE_BYTES_MOST, Calls
from adapters.discord.client import EaselClient, hush, point_at
from adapters.discord.config import DiscordSettings
from adapters.discord.desk import Desk
from adapters.discord.errors import translated
from adapters.discord.gateway import DiscordGateway
from adapters.discord.inspection import findings
from adapters.discord.sync import Syncer
from core.clock import Clock, SystemClock
from core.commands.dispatcher import Dispatcher
from core.commands.registry import Registry
from core.delivery.gateway import ChatGateway
from core.errors import ChatGoneError, PlatformRefusedError
from core.generation.images import ImageStore
from core.presentation import on_discord
from core.store import Store

logger = logging.getLogger(__name__)

PAUSE_LEAST, PAUSE_MOST = 2.0, 300.0
"""Seconds before a new connection: Discord lets a bot identify itself 1,000 times a day."""

STEADY_SECONDS = 600.0
"""A connection that lasted so long was well: the next failure is a first one again."""

CLOSE_SECONDS = 5.0
ASK_SECONDS = 30.0

BAD_TOKEN = 4004
_REFUSED = {BAD_TOKEN: "bad_token", 4010: "too_many_guilds", 4011: "too_many_guilds", 4013: "intents"}
"""Close codes of the gateway that only an operator can do something about."""


class DiscordPlatform:
    """A `core.platform.Platform`."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        registry: Registry,
        images: ImageStore,
        store: Store,
        settings: DiscordSettings,
        clock: Clock,
        picture_bytes_most: int,
        cdn_hosts: frozenset[str],
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._gateway = DiscordGateway(images)
        calls = Calls(images, settings.admin_ids, picture_bytes_most, cdn_hosts)
        self._desk = Desk(dispatcher, registry, calls, self._gateway)
        self._syncer = Syncer(store, clock, settings.guild)

    @property
    def name(self) -> str:
        """As the port."""
        return PLATFORM

    @property
    def gateway(self) -> ChatGateway:
        """As the port."""
        return self._gateway

    def client(self) -> EaselClient:
        """Return a new client, through which the gateway shows from now on."""
        client = EaselClient(self._desk, self._registry, self._syncer, self._settings)
        self._gateway.attach(client)
        return client

    async def run(self) -> None:
        """As the port. discord.py reconnects by itself; this is for where it gives up."""
        point_at(self._settings)
        hush()
        pause = PAUSE_LEAST
        while True:
            began = asyncio.get_running_loop().time()
            await self._serve(self.client())
            lasted = asyncio.get_running_loop().time() - began
            pause = PAUSE_LEAST if lasted > STEADY_SECONDS else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_MOST)

    async def inspect(self) -> Sequence[str]:
        """As the port."""
        client = await self._logged_in()
        try:
            with _refusals(), translated():
                async with asyncio.timeout(ASK_SECONDS):
                    return await findings(client)
        finally:
            await _close(client)

    async def sync(self) -> Sequence[str]:
        """Send Discord the commands, changed or not; return a line about it. Raises as `inspect` does."""
        client = await self._logged_in()
        try:
            with _refusals(), translated():
                commands = await self._syncer.sync(client.tree)
        finally:
            await _close(client)
        return [on_discord.say_synced(commands, self._settings.guild)]

    async def _serve(self, client: EaselClient) -> None:
        try:
            with _refusals():
                await client.start(self._token())
            logger.warning("Discord has closed the connection")
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            logger.warning("Discord can't be reached: %s", error)
        finally:
            await _close(client)

    async def _logged_in(self) -> EaselClient:
        """Return a client that is logged in and serves nothing. Its commands are not sent by that."""
        point_at(self._settings)
        hush()
        client = _Silent(self._desk, self._registry, self._syncer, self._settings)
        try:
            with _refusals(), translated():
                async with asyncio.timeout(ASK_SECONDS):
                    await client.login(self._token())
        except BaseException:
            await _close(client)
            raise
        return client

    def _token(self) -> str:
        token = self._settings.token
        if token is None:
            raise PlatformRefusedError(PLATFORM, "bad_token")
        return token.get_secret_value()


class _Silent(EaselClient):
    """Logs in to ask, and to change nothing."""

    async def setup_hook(self) -> None:
        """Nothing: what serves does the rest."""


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise `PlatformRefusedError` for what will be the same at the next try."""
    try:
        yield
    except discord.LoginFailure:
        raise PlatformRefusedError(PLATFORM, "bad_token") from None
    except discord.PrivilegedIntentsRequired:
        raise PlatformRefusedError(PLATFORM, "intents") from None
    except discord.ConnectionClosed as error:
        reason = _REFUSED.get(error.code or 0)
        if reason is None:
            raise
        raise PlatformRefusedError(PLATFORM, reason) from None
    except ChatGoneError as error:
        raise PlatformRefusedError(PLATFORM, f"HTTP {error.facts.get('status')}") from None


async def _close(client: discord.Client) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        logger.warning("could not close the connection to Discord: %s", type(error).__name__)


def open_discord(
    dispatcher: Dispatcher,
    registry: Registry,
    images: ImageStore,
    store: Store,
    settings: DiscordSettings,
    *,
    clock: Clock | None = None,
    picture_bytes_most: int = PICTURE_BYTES_MOST,
    cdn_hosts: frozenset[str] = CDN_HOSTS,
) -> DiscordPlatform:
    """Return Discord, joined but not connected.

    A picture of more bytes, or at another host than Discord's own, is refused before it is read.
    """
    clock = clock or SystemClock()
    return DiscordPlatform(
        dispatcher, registry, images, store, settings, clock, picture_bytes_most, cdn_hosts
    )
