"""The outbox: every call that counts against Telegram's limits goes through here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from adapters.telegram.errors import NoAnswerError, border
from adapters.telegram.refs import Place
from core.delivery.models import MessageRef
from core.delivery.pacing import Pacer, Rate
from core.errors import ChatUnavailableError, RateLimitedError

T = TypeVar("T")

OVERALL = (Rate(20, 1.0), Rate(6, 0.25))
"""Telegram takes about 30 a second, by its own clock: calls that leave evenly don't arrive in a heap."""

PER_CHAT = Rate(4, 4.0)
"""About one a second, with short bursts."""

PER_GROUP = Rate(18, 60.0)
"""Telegram takes 20 a minute in a group."""

EDIT_SECONDS, EDIT_SECONDS_IN_GROUPS = 2.0, 6.0
"""Between two edits of one message."""

TRIES = 5
"""Of an answer to a command, which is kept nowhere."""


class Outbox:
    """Paces calls, and translates what comes of them."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._pacer = Pacer(interval=_interval, chat_rates=_rates, overall=OVERALL, now=now)

    def pause(self, place: Place, *, is_news: bool = False, calls: int = 1) -> float:
        """Return the seconds to wait before so many calls."""
        return self._pacer.pause(place.ref, is_news=is_news, calls=calls)

    async def call(self, place: Place, call: Callable[[], Awaitable[T]], *, calls: int = 1) -> T:
        """Make a call now. Raises `DeliveryError`s; a chat that has had enough is left alone from then on.

        `RateLimitedError` where there is no room: whoever asked `pause` before may have been overtaken since.
        """
        pause = self.pause(place, calls=calls)
        if pause > 0:
            raise RateLimitedError(pause)
        self._pacer.note(place.ref, calls)
        try:
            with border():
                return await call()
        except RateLimitedError as error:
            self._pacer.hold(str(place.chat), error.retry_after)
            raise

    async def call_when_free(self, place: Place, call: Callable[[], Awaitable[T]], *, calls: int = 1) -> T:
        """Make a call as soon as the limits allow, and again where Telegram did not take it.

        Not after a time-out, as then it may have. Raises `DeliveryError`s.
        """
        for tries in range(TRIES):
            await self.until_free(place, calls=calls)
            try:
                return await self.call(place, call, calls=calls)
            except NoAnswerError:
                raise
            except RateLimitedError:
                continue  # the pacer knows for how long
            except ChatUnavailableError:
                await asyncio.sleep(0.5 * 2.0**tries)
        raise ChatUnavailableError

    async def call_in_turn(self, place: Place, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call as soon as there is room for it. Raises `DeliveryError`s."""
        while True:
            await self.until_free(place)
            with suppress(RateLimitedError):  # overtaken, or told to wait: the pacer knows for how long
                return await self.call(place, call)

    async def patiently(self, place: Place, work: Callable[[], Awaitable[T]], *, calls: int = 1) -> T:
        """Do what ends in one of the calls above as soon as there is room for it. Raises `DeliveryError`s."""
        for _ in range(TRIES):
            await self.until_free(place, calls=calls)
            with suppress(RateLimitedError):
                return await work()
        raise ChatUnavailableError

    async def until_free(self, place: Place, *, calls: int = 1) -> None:
        """Wait until the limits allow so many calls."""
        pause = self.pause(place, calls=calls)
        while pause > 0:  # others may have taken the room meanwhile
            await asyncio.sleep(pause)
            pause = self.pause(place, calls=calls)


def _interval(ref: MessageRef) -> float:
    return EDIT_SECONDS_IN_GROUPS if _is_group(ref) else EDIT_SECONDS


def _rates(ref: MessageRef) -> Sequence[Rate]:
    return (PER_CHAT, PER_GROUP) if _is_group(ref) else (PER_CHAT,)


def _is_group(ref: MessageRef) -> bool:
    return ref.chat.startswith("-")
