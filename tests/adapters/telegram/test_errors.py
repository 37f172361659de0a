"""The library's exceptions as core's errors."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
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

from adapters.telegram import errors
from adapters.telegram.errors import border, translated, without_token
from core.errors import ChatGoneError, ChatUnavailableError, PayloadTooLargeError, RateLimitedError

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz0123456"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ChatMigrated(-1001), errors.MigratedError),
        (InvalidToken("Unauthorized"), errors.TokenRefusedError),
        (Forbidden("Forbidden: bot was blocked by the user"), ChatGoneError),
        (Conflict("Conflict: terminated by other getUpdates request"), errors.TakenError),
        (TimedOut(), errors.NoAnswerError),
        (NetworkError("Bad Gateway"), ChatUnavailableError),
        (NetworkError("Request Entity Too Large (413)"), PayloadTooLargeError),
        (BadRequest("Bad Request: chat not found"), ChatGoneError),
        (BadRequest("Bad Request: PHOTO_INVALID_DIMENSIONS"), errors.PictureRefusedError),
        (BadRequest("Bad Request: message is not modified: specified new"), errors.NotModifiedError),
        (BadRequest("Bad Request: message to edit not found"), errors.NotEditableError),
        (BadRequest("Bad Request: message can't be edited"), errors.NotEditableError),
        (BadRequest("Bad Request: there is no text in the message to edit"), errors.OtherKindError),
        (BadRequest("Bad Request: not enough rights to send photos to the chat"), errors.NotAllowedError),
        (BadRequest("Bad Request: not enough rights"), ChatGoneError),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), ChatGoneError),
        (BadRequest("Bad Request: CHAT_RESTRICTED"), ChatGoneError),
        (BadRequest("Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"), ChatGoneError),
        (BadRequest("Bad Request: need administrator rights in the channel chat"), ChatGoneError),
        (BadRequest("Bad Request: something new"), errors.RequestRefusedError),
    ],
)
def test_each_kind(error: TelegramError, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught, border():
        raise error
    assert type(caught.value) is kind
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
def test_a_rate_limit_says_for_how_long() -> None:
    found = translated(RetryAfter(timedelta(seconds=7)))
    assert isinstance(found, RateLimitedError)
    assert found.retry_after == 7


def test_a_connection_that_never_was_is_told_from_one_that_broke() -> None:
    error = NetworkError("ConnectionTimeoutError")
    error.__cause__ = aiohttp.ConnectionTimeoutError("no")
    assert type(translated(error)) is errors.UnreachedError
    error.__cause__ = aiohttp.ServerDisconnectedError("cut")
    assert type(translated(error)) is ChatUnavailableError


@pytest.mark.parametrize(
    "text",
    [
        f"the token `{TOKEN}` was rejected",
        f"https://api.telegram.org/bot{TOKEN}/getMe failed",
        f"/file/bot{TOKEN}/photos/1.jpg",
    ],
)
def test_no_token_gets_into_a_text(text: str) -> None:
    assert TOKEN not in without_token(text)
    assert "AAabc" not in without_token(text)
    assert "AAabc" not in str(translated(NetworkError(text)))
    assert "AAabc" not in str(translated(BadRequest(text)))
