"""The chat platforms that are switched on: opened, served side by side, and asked about themselves."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.container import Container, container_in_memory
from bot.settings import Settings
from core.commands.dispatcher import Dispatcher
from core.commands.registry import Registry
from core.errors import CoreError, PlatformRefusedError
from core.generation.images import ImageStore
from core.ids import RandomIds
from core.platform import Platform
from core.presentation.messages import say_code, say_error, say_serving
from core.store import Store

if TYPE_CHECKING:
    from adapters.discord.app import DiscordPlatform

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
"""Before a platform that ended by a fault of ours is served again."""


def platforms_on(settings: Settings) -> list[str]:
    """Return the names of the platforms that have a token."""
    tokens = {"discord": settings.discord.token, "telegram": settings.telegram.token}
    return [name for name, token in tokens.items() if token is not None]


def open_platforms(settings: Settings, container: Container) -> list[Platform]:
    """Return those that are switched on. Raises `PlatformRefusedError` where a package is missing."""
    return [_OPENERS[name](settings, container) for name in platforms_on(settings)]


def open_discord_alone(settings: Settings) -> DiscordPlatform:
    """Return Discord on a store that is kept nowhere, to ask or tell it something."""
    return _discord(settings, container_in_memory(settings))


def _discord(settings: Settings, container: Container) -> DiscordPlatform:
    with _extra("discord"):
        from adapters.discord.app import open_discord
    most = settings.images.max_input_mib * 2**20
    return open_discord(*_parts(container), settings.discord, picture_bytes_most=most)


def _telegram(settings: Settings, container: Container) -> Platform:
    # python-telegram-bot asks the environment which type a retry's time has, and warns of the old one.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    with _extra("telegram"):
        from adapters.telegram.app import open_telegram
    return open_telegram(*_parts(container), settings.telegram)


_OPENERS: dict[str, Callable[[Settings, Container], Platform]] = {"discord": _discord, "telegram": _telegram}


def _parts(container: Container) -> tuple[Dispatcher, Registry, ImageStore, Store]:
    return (container.dispatcher, container.registry, container.images, container.store)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Name the extra whose package is not there. A module of our own that is missing is a fault of ours."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"adapters", "core", "bot"}:
            raise
        raise PlatformRefusedError(name, "extra") from error


async def inspect(name: str, settings: Settings) -> Sequence[str]:
    """Ask one platform who this bot is there. Raises as `Platform.inspect` does."""
    return await _OPENERS[name](settings, container_in_memory(settings)).inspect()


async def serve_platforms(platforms: Sequence[Platform], *, pause: float = PAUSE_SECONDS) -> int:
    """Serve all of them until each has refused; return 1, for then there is nothing left to serve."""
    print(say_serving([platform.name for platform in platforms]), file=sys.stderr, flush=True)
    async with asyncio.TaskGroup() as group:
        for platform in platforms:
            group.create_task(_serve(platform, pause), name=platform.name)
    return 1


async def _serve(platform: Platform, pause: float) -> None:
    """Serve one, again and again: a fault of one platform is no other's business."""
    while True:
        try:
            await platform.run()
        except PlatformRefusedError as error:
            print(say_error(error), file=sys.stderr, flush=True)
            return
        except CoreError as error:
            logger.warning("%s stopped: %s", platform.name, error)
        except Exception:
            incident = RandomIds().incident()
            logger.exception("%s stopped for a reason of ours, incident %s", platform.name, incident)
            print(say_code("internal", {"incident": incident}), file=sys.stderr, flush=True)
        await asyncio.sleep(pause)
