"""What discord.py and the network raise, as core's errors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from adapters.discord.errors import needs_token, token_is_dead, translated
from core.errors import (
    ChatGoneError,
    ChatUnavailableError,
    CoreError,
    DeliveryError,
    PayloadTooLargeError,
    RateLimitedError,
)

_KINDS = {403: discord.Forbidden, 404: discord.NotFound}


def an_answer(status: int, code: int = 0, retry_after: str | None = None) -> discord.HTTPException:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    response: Any = SimpleNamespace(status=status, reason="", headers=headers)
    kind = _KINDS.get(status, discord.DiscordServerError if status >= 500 else discord.HTTPException)
    return kind(response, {"code": code, "message": ""})


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (an_answer(404, 10008), ChatGoneError),
        (an_answer(404, 10003), ChatGoneError),
        (an_answer(403, 50001), ChatGoneError),
        (an_answer(401, 50027), ChatGoneError),
        (an_answer(401), ChatUnavailableError),
        (an_answer(400, 40005), PayloadTooLargeError),
        (an_answer(413), PayloadTooLargeError),
        (an_answer(429), RateLimitedError),
        (discord.RateLimited(77.0), RateLimitedError),
        (an_answer(500), ChatUnavailableError),
        (an_answer(503), ChatUnavailableError),
        (an_answer(400, 50035), DeliveryError),
        (aiohttp.ServerDisconnectedError(), ChatUnavailableError),
        (ConnectionResetError(), ChatUnavailableError),
        (TimeoutError(), ChatUnavailableError),
    ],
)
def test_each_has_one_meaning(raised: Exception, expected: type[CoreError]) -> None:
    with pytest.raises(CoreError) as caught, translated():
        raise raised
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    ("raised", "seconds"),
    [
        (discord.RateLimited(77.0), 77.0),
        (an_answer(429, retry_after="1.5"), 1.5),
        (an_answer(429, retry_after="soon"), 5.0),
        (an_answer(429), 5.0),
        (an_answer(429, 30046), 60.0),
    ],
)
def test_a_rate_limit_says_for_how_long(raised: Exception, seconds: float) -> None:
    with pytest.raises(RateLimitedError) as caught, translated():
        raise raised
    assert caught.value.retry_after == seconds


def test_core_s_own_errors_pass() -> None:
    with pytest.raises(ChatGoneError), translated():
        raise ChatGoneError


def test_what_the_token_may_still_do() -> None:
    assert needs_token(an_answer(403, 50013))
    assert needs_token(an_answer(404, 10003))
    assert not needs_token(an_answer(404, 10008))
    assert token_is_dead(an_answer(404, 10015))
    assert token_is_dead(an_answer(401, 50027))
    assert not token_is_dead(an_answer(404, 10008))
