"""Long polling: asks for updates, and confirms them once they are stored."""

from __future__ import annotations

import asyncio
import logging

from adapters.telegram.client import Client
from adapters.telegram.errors import NoAnswerError, TakenError, TokenRefusedError, border
from adapters.telegram.intake import Intake
from adapters.telegram.refs import PLATFORM
from adapters.telegram.timing import Timing
from core.errors import (
    ChatUnavailableError,
    CoreError,
    DeliveryError,
    PlatformRefusedError,
    RateLimitedError,
    StorageError,
)

logger = logging.getLogger(__name__)

CONFLICT_PAUSE = 1.0


class Polling:
    """Asks for updates until it is cancelled."""

    def __init__(self, client: Client, intake: Intake, timing: Timing) -> None:
        self._client = client
        self._intake = intake
        self._timing = timing
        self._offset: int | None = None
        self._failures = 0
        self._conflict_since: float | None = None
        self._conflict_last = 0.0

    async def run(self) -> None:
        """Take updates, over every failure that may pass.

        Raises `PlatformRefusedError` for a token that is not known, or that another program polls with.
        """
        while True:
            try:
                await self._take_some()
            except TokenRefusedError:
                raise PlatformRefusedError(PLATFORM, "bad_token") from None
            except TakenError as error:
                await self._make_way(error)
            except RateLimitedError as error:
                await asyncio.sleep(error.retry_after)
            except (ChatUnavailableError, DeliveryError, StorageError) as error:
                await self._pause(error)
            else:
                self._failures = 0

    async def _take_some(self) -> None:
        """Poll once. What comes is confirmed by the next poll, and stored before that."""
        updates = await self._client.poll(self._offset)
        if updates:
            await self._intake.take(updates)
            self._offset = max(int(one["update_id"]) for one in updates) + 1

    async def _make_way(self, error: TakenError) -> None:
        """Take a webhook away; bear another poller for a while: it may be the process before this one."""
        if error.facts.get("is_webhook"):
            logger.info("a webhook is set: taking it away to poll")
            try:
                with border():
                    await self._client.bot.delete_webhook(drop_pending_updates=False)
            except DeliveryError as refusal:
                await self._pause(refusal)
            return
        now = asyncio.get_running_loop().time()
        if self._conflict_since is None or now - self._conflict_last > self._timing.conflict / 2:
            self._conflict_since = now
            logger.warning("another program polls with the same token")
        self._conflict_last = now
        if now - self._conflict_since >= self._timing.conflict:
            raise PlatformRefusedError(PLATFORM, "taken")
        await asyncio.sleep(min(CONFLICT_PAUSE, self._timing.conflict / 4))

    async def _pause(self, error: CoreError) -> None:
        self._failures += 1
        seconds = min(0.25 * 2.0**self._failures, self._timing.pause_most)
        level = logging.INFO if isinstance(error, NoAnswerError) else logging.WARNING
        logger.log(level, "could not poll, again in %.1f s: %s", seconds, error)
        await asyncio.sleep(seconds)
