"""Telegram's refusals as core's errors, translated once, here.

Nothing of the library's own exceptions goes further: their texts may hold addresses, and an address holds
the token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from core.errors import (
    ChatGoneError,
    ChatUnavailableError,
    DeliveryError,
    PayloadTooLargeError,
    RateLimitedError,
    UserError,
)


class TokenRefusedError(ChatUnavailableError):
    """Telegram does not know the token."""


class TakenError(ChatUnavailableError):
    """Another program polls with this token, or (`is_webhook`) a webhook is set."""


class UnreachedError(ChatUnavailableError):
    """No connection came about: nothing that was asked was done."""


class NoAnswerError(ChatUnavailableError):
    """It took too long: what was asked may have been done."""


class MigratedError(ChatGoneError):
    """The group is a supergroup now, with another id."""

    def __init__(self, chat: int) -> None:
        self.chat = chat
        super().__init__(chat=chat)


class NotModifiedError(DeliveryError):
    """The message shows just that already."""


class NotEditableError(DeliveryError):
    """The message is not there any more, or not ours."""


class OtherKindError(DeliveryError):
    """The message is a picture where a text was meant, or the other way round."""


class PictureRefusedError(DeliveryError):
    """Telegram can't take the picture as a photo."""


class UnknownFileError(DeliveryError):
    """Telegram does not know the file id, e.g. as it is another bot's."""


class NotAllowedError(DeliveryError):
    """The chat allows the bot to write, but not this."""


class TooOldError(DeliveryError):
    """A press or an inline query waited for too long."""


class TooBigToFetchError(DeliveryError):
    """A file that bots may not download."""


class UnknownPersonError(UserError):
    """Nobody is known by that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name=name[:40])


class OnlyByPictureError(UserError):
    """A picture was named in words."""


class RequestRefusedError(DeliveryError):
    """Telegram refuses the request for a reason that nobody foresaw."""


_REFUSALS: tuple[tuple[str, type[DeliveryError]], ...] = (
    ("message is not modified", NotModifiedError),
    ("there is no text in the message", OtherKindError),
    ("there is no caption in the message", OtherKindError),
    ("message to edit not found", NotEditableError),
    ("message can't be edited", NotEditableError),
    ("message_id_invalid", NotEditableError),
    ("message to delete not found", NotEditableError),
    ("message can't be deleted", NotEditableError),
    ("message identifier", NotEditableError),
    ("not enough rights to send text", ChatGoneError),
    ("chat_restricted", ChatGoneError),
    ("chat_send_plain_forbidden", ChatGoneError),
    ("need administrator rights", ChatGoneError),
    ("not enough rights to send", NotAllowedError),
    ("photo_invalid_dimensions", PictureRefusedError),
    ("image_process_failed", PictureRefusedError),
    ("too big for a photo", PictureRefusedError),
    ("wrong file identifier", UnknownFileError),
    ("wrong remote file", UnknownFileError),
    ("can't use file of type", UnknownFileError),
    ("invalid file_id", UnknownFileError),
    ("file reference", UnknownFileError),
    ("file is too big", TooBigToFetchError),
    ("query is too old", TooOldError),
    ("chat not found", ChatGoneError),
    ("peer_id_invalid", ChatGoneError),
    ("user_deactivated", ChatGoneError),
    ("user is deactivated", ChatGoneError),
    ("group chat was deactivated", ChatGoneError),
    ("have no rights to send", ChatGoneError),
    ("not enough rights", ChatGoneError),
    ("chat_write_forbidden", ChatGoneError),
    ("message thread not found", ChatGoneError),
    ("topic_closed", ChatGoneError),
    ("topic_deleted", ChatGoneError),
)
"""Telegram's words (lower case; python-telegram-bot changes their case), the first that fits counts."""

_UNREACHED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

_ADDRESS = re.compile(r"(?:https?://|/)\S*bot\d+:\S+|\d{5,}:[\w-]{20,}")


def without_token(text: str) -> str:
    """Return a text that may be logged."""
    return _ADDRESS.sub("…", text)


def translated(error: TelegramError) -> DeliveryError:  # noqa: PLR0911 - a table of the library's kinds
    """Return core's error for one of the library's."""
    match error:
        case RetryAfter():
            # the public attribute warns of a type that will change
            return RateLimitedError(error._retry_after.total_seconds())  # noqa: SLF001
        case ChatMigrated():
            return MigratedError(error.new_chat_id)
        case InvalidToken():
            return TokenRefusedError()
        case Forbidden():
            return ChatGoneError(reason=without_token(error.message))
        case Conflict():
            return TakenError(is_webhook="webhook" in error.message.lower())
        case BadRequest():
            return _refusal(error.message)
        case NetworkError() if isinstance(error.__cause__, _UNREACHED):
            return UnreachedError()
        case TimedOut():
            return NoAnswerError()
        case NetworkError() if "too large" in error.message.lower():
            return PayloadTooLargeError()
    return ChatUnavailableError(reason=without_token(error.message)[:120])


def _refusal(message: str) -> DeliveryError:
    text = message.lower()
    for words, kind in _REFUSALS:
        if words in text:
            return kind(reason=without_token(message)[:120])
    return RequestRefusedError(reason=without_token(message)[:120])


@contextmanager
def border() -> Iterator[None]:
    """Translate whatever the library raises inside."""
    try:
        yield
    except TelegramError as error:
        raise translated(error) from None
