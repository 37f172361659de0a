"""``easel run`` and ``easel console``: from the settings to the running program."""

from __future__ import annotations

import asyncio
import logging
import sys

from bot.app import serve
from bot.container import Container, build
from bot.data_folder import prepared_folder
from bot.logs import configure_logs, secrets_of
from bot.platforms import open_platforms, platforms_on, serve_platforms
from bot.settings import Settings
from bot.settings_errors import BadSettingsError, read_settings
from core.errors import CoreError
from core.ids import RandomIds
from core.presentation.messages import say_code, say_error

logger = logging.getLogger(__name__)


def start(*, chats: bool = False, once: str | None = None) -> int:
    """Serve the chat platforms, or open the console on everything, or do one command; return the exit code.

    `chats` asks for the platforms that are switched on; where none is, the console is opened. 0 is done, 1
    a failure, 2 bad settings, 130 and 143 a stop of the console by SIGINT and SIGTERM. Every failure is one
    sentence on standard error; one that nobody expected is in the log as well.
    """
    try:
        settings = read_settings()
    except BadSettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    configure_logs(settings.log.level, settings.log.format, secrets_of(settings))
    try:
        return asyncio.run(_run(settings, once, is_served=chats))
    except BadSettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    except Exception as error:  # noqa: BLE001 - the end of the program, which says why
        print(_reason(error), file=sys.stderr)
        return 1


def _reason(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):  # of the loops that ran together: the first one ended the others
        error = error.exceptions[0]
    if isinstance(error, CoreError):
        return say_error(error)
    incident = RandomIds().incident()
    logger.critical("Easel ended for a reason of its own, incident %s", incident, exc_info=error)
    return say_code("internal", {"incident": incident})


async def _run(settings: Settings, once: str | None, *, is_served: bool) -> int:
    with prepared_folder(settings.storage.path):
        async with build(settings) as container:
            for problem in container.type_problems:
                print(problem, file=sys.stderr, flush=True)
            if platforms_on(settings) and is_served:
                return await _serve_chats(settings, container)
            return await _serve_console(settings, container, once)


async def _serve_chats(settings: Settings, container: Container) -> int:
    platforms = open_platforms(settings, container)
    deliveries = [container.delivery(platform.gateway) for platform in platforms]
    return await serve(container, deliveries, lambda: serve_platforms(platforms), is_service=True)


async def _serve_console(settings: Settings, container: Container, once: str | None) -> int:
    from adapters.console.app import open_console

    console = open_console(
        container.dispatcher,
        container.registry,
        container.images,
        container.store,
        settings.console,
        notice=container.notice,
    )
    foreground = console.run if once is None else lambda: console.once(once)
    return await serve(container, [container.delivery(console.gateway)], foreground, once=once is not None)
