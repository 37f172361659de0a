"""What discord.py raises, as core's errors: translated here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from core.errors import (
    ChatGoneError,
    ChatUnavailableError,
    DeliveryError,
    PayloadTooLargeError,
    RateLimitedError,
)

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
TOO_LARGE = 40005
ALREADY_ANSWERED = 40060
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013
INVALID_TOKEN = 50027
OLD_MESSAGE = 30046
"""Too many edits of a message that is over an hour old."""

UNAUTHORIZED, PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS, SERVER_ERROR = 401, 413, 429, 500

RETRY_SECONDS = 5.0
"""Where Discord does not say when to come again."""
RETRY_OLD_SECONDS = 60.0


@contextmanager
def translated() -> Iterator[None]:
    """Raise core's errors in place of the library's and the network's."""
    try:
        yield
    except discord.RateLimited as error:
        raise RateLimitedError(error.retry_after) from None
    except discord.HTTPException as error:
        raise error_of(error) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ChatUnavailableError(reason=type(error).__name__) from error


def error_of(error: discord.HTTPException) -> DeliveryError:
    """Return the error that an answer of Discord's stands for."""
    status, code = error.status, error.code
    if status == TOO_MANY_REQUESTS:
        return RateLimitedError(RETRY_OLD_SECONDS if code == OLD_MESSAGE else _retry_after(error))
    if status == PAYLOAD_TOO_LARGE or code == TOO_LARGE:
        return PayloadTooLargeError()
    if isinstance(error, discord.NotFound | discord.Forbidden) or code == INVALID_TOKEN:
        return ChatGoneError(status=status, code=code)
    if status >= SERVER_ERROR or status == UNAUTHORIZED:  # a bad token ends the platform, not its chats
        return ChatUnavailableError(status=status, code=code)
    return DeliveryError(status=status, code=code)


def needs_token(error: discord.HTTPException) -> bool:
    """Say whether the bot may not do as itself what the interaction's token might still do."""
    return isinstance(error, discord.Forbidden) or error.code == UNKNOWN_CHANNEL


def token_is_dead(error: discord.HTTPException) -> bool:
    """Say whether it is the interaction's token that Discord does not take any more."""
    return error.code in {UNKNOWN_WEBHOOK, INVALID_TOKEN} or error.status == UNAUTHORIZED


def _retry_after(error: discord.HTTPException) -> float:
    headers = getattr(error.response, "headers", {})
    try:
        return max(0.1, float(headers.get("Retry-After", RETRY_SECONDS)))
    except ValueError:
        return RETRY_SECONDS
