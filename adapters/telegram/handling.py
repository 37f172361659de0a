"""The handling of what was received: in order in each chat, and all chats at one time."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Sequence
from datetime import timedelta

from telegram import Update

from adapters.telegram.client import Client
from adapters.telegram.intake import Intake
from adapters.telegram.timing import Timing
from adapters.telegram.updates import Updates
from core.clock import Clock
from core.errors import DeliveryError, StorageError
from core.ids import IdSource, RandomIds
from core.intake.models import Received

logger = logging.getLogger(__name__)

READ = 1000
"""Updates read at one time."""

LANES_MOST = 256
"""Chats handled at one time. Most of them wait, for a transaction or for the chat's limits."""

POLL_SECONDS = 5.0
"""Covers what no bell told of."""

PRUNE_SECONDS = 3600.0
STOP_SECONDS = 2.0
"""How long a stop waits for what is being handled."""


class Handling:
    """Handles updates until it is cancelled."""

    def __init__(
        self,
        client: Client,
        intake: Intake,
        updates: Updates,
        timing: Timing,
        clock: Clock,
        *,
        ids: IdSource | None = None,
    ) -> None:
        self._client = client
        self._intake = intake
        self._updates = updates
        self._timing = timing
        self._clock = clock
        self._ids = ids or RandomIds()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._finished_since: set[str] = set()
        """Keys of what was finished since the last look began: that look may show it as waiting still."""

    async def run(self) -> None:
        """Handle what there is and what comes. Cancelled, it ends what it is at, for two seconds at most."""
        prune_at = 0.0
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._intake.bell.clear()
                try:
                    self._finished_since.clear()
                    self._begin(await self._intake.waiting(READ))
                    if loop.time() >= prune_at:
                        prune_at = loop.time() + PRUNE_SECONDS
                        await self._intake.prune()
                except StorageError as error:
                    logger.warning("could not read what was received: %s", error)
                await self._rest()
        finally:
            if self._lanes:
                await asyncio.wait(self._lanes.values(), timeout=STOP_SECONDS)
            for lane in self._lanes.values():
                lane.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._intake.bell.wait()
        except TimeoutError:
            pass

    def _begin(self, waiting: Sequence[Received]) -> None:
        by_chat: dict[str, list[Received]] = {}
        for one in waiting:
            if one.key in self._finished_since:
                continue
            by_chat.setdefault(one.chat, []).append(one)
        for chat, ones in by_chat.items():
            if chat not in self._lanes and len(self._lanes) < LANES_MOST:
                lane = asyncio.create_task(self._go_through(chat, ones), name=f"telegram {chat}")
                self._lanes[chat] = lane

    async def _go_through(self, chat: str, ones: Sequence[Received]) -> None:
        try:
            is_new = True
            while ones:
                done = await self._next(ones, is_new=is_new)
                if not done:
                    return  # an album may be longer: it is read again
                is_new = False
                ones = [one for one in ones if one not in done]
        except Exception:
            logger.exception("the handling of %s stopped", chat)
            await asyncio.sleep(1.0)
        finally:
            del self._lanes[chat]
            self._intake.bell.set()

    async def _next(self, ones: Sequence[Received], *, is_new: bool) -> Sequence[Received]:
        """Handle the first, or the album that it begins; return what that was.

        Nothing where that is an album and the reading is not `is_new`: a chat is read by parts, and albums
        don't end where these do.
        """
        first = self._read(ones[0])
        if first is None:
            await self._finish(ones[:1])
            return ones[:1]
        parts, updates = [ones[0]], [first]
        if album := _album_of(first):
            if not is_new:
                return ()
            for one in ones[1:]:
                update = self._read(one)
                if update is not None and _album_of(update) == album:
                    parts.append(one)
                    updates.append(update)
            if await self._is_growing(parts):
                return ()
        await self._handle(updates, parts)
        await self._finish(parts)
        return parts

    async def _is_growing(self, parts: Sequence[Received]) -> bool:
        """Wait until nothing came for a moment; say whether something had to be waited for."""
        until = parts[-1].received_at + timedelta(seconds=self._timing.album)
        left = (until - self._clock.now()).total_seconds()
        if left <= 0:
            return False
        await asyncio.sleep(min(left, self._timing.album))
        return True

    def _read(self, received: Received) -> Update | None:
        try:
            return Update.de_json(json.loads(received.payload), self._client.bot)
        except Exception:
            incident = self._ids.incident()
            logger.exception("could not read update %s, incident %s", received.key, incident)
            return None

    async def _handle(self, updates: Sequence[Update], parts: Sequence[Received]) -> None:
        """Handle it; again where the store could not. Anything else that breaks is told, and left at that."""
        for tries in itertools.count():
            try:
                await self._updates.handle(updates, parts[0].received_at)
            except StorageError as error:
                logger.warning("update %s has to wait: %s", parts[0].key, error)
                await asyncio.sleep(min(0.2 * 2.0**tries, self._timing.pause_most))
                continue
            except DeliveryError as error:
                logger.warning("the answer to update %s is lost: %s", parts[0].key, error)
            except Exception:
                incident = self._ids.incident()
                logger.exception("update %s failed for a reason of ours, incident %s", parts[0].key, incident)
                await self._apologise(updates[0], incident)
            return

    async def _apologise(self, update: Update, incident: str) -> None:
        try:
            await self._updates.apologise(update, incident)
        except DeliveryError as error:
            logger.warning("could not say so: %s", error)
        except Exception:
            logger.exception("could not say so, incident %s", incident)

    async def _finish(self, parts: Sequence[Received]) -> None:
        for tries in itertools.count():
            try:
                await self._intake.finish(parts)
            except StorageError as error:
                logger.warning("could not mark what was handled: %s", error)
                await asyncio.sleep(min(0.2 * 2.0**tries, self._timing.pause_most))
            else:
                self._finished_since.update(one.key for one in parts)
                return


def _album_of(update: Update) -> str | None:
    return update.message.media_group_id if update.message else None
