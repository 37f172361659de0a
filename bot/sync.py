"""``easel sync``: tell Discord the commands anew, whatever it was told before."""

from __future__ import annotations

import asyncio
import sys

from bot.logs import configure_logs, secrets_of
from bot.platforms import open_discord_alone
from bot.settings import Settings
from bot.settings_errors import BadSettingsError, read_settings
from core.errors import ChatUnavailableError, CoreError
from core.presentation.messages import say_error, say_unreachable


def sync() -> int:
    """Send the commands and say what was done; return 0, 1 where that failed, 2 for bad settings."""
    try:
        settings = read_settings()
    except BadSettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    configure_logs(settings.log.level, settings.log.format, secrets_of(settings))
    if settings.discord.token is None:
        print("Discord is off: EASEL_DISCORD__TOKEN is not set.", file=sys.stderr)
        return 1
    try:
        print(*asyncio.run(_sync(settings)), sep="\n")
    except ChatUnavailableError:
        print(say_unreachable("discord"), file=sys.stderr)
        return 1
    except CoreError as error:
        print(say_error(error), file=sys.stderr)
        return 1
    return 0


async def _sync(settings: Settings) -> list[str]:
    return list(await open_discord_alone(settings).sync())
