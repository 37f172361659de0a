"""Chat actions: "sending a photo…" above a private chat while a task of it runs."""

from __future__ import annotations

import asyncio
import logging
import time

from telegram.constants import ChatAction

from adapters.telegram.client import Client
from adapters.telegram.errors import border
from adapters.telegram.refs import Place
from adapters.telegram.timing import Timing
from core.errors import DeliveryError
from core.ids import TaskId

logger = logging.getLogger(__name__)

LONGEST = 120.0
"""Seconds without news of a task after which it is taken for stuck."""

CHATS_MOST = 20
"""Told at one time: actions take part of what Telegram takes of a bot in all."""


class Actions:
    """Repeats the actions of the chats whose tasks run. Groups have none: each call would count there."""

    def __init__(self, client: Client, timing: Timing) -> None:
        self._client = client
        self._every = timing.action
        self._running: dict[TaskId, tuple[Place, float]] = {}
        self._bell = asyncio.Event()

    def begin(self, task: TaskId, place: Place) -> None:
        """Say that a task runs, again at each news of it."""
        if place.is_private:
            self._running[task] = (place, time.monotonic() + LONGEST)
            self._bell.set()

    def end(self, task: TaskId) -> None:
        self._running.pop(task, None)

    async def run(self) -> None:
        """Repeat what there is to repeat, until cancelled."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._running:
                await self._tell()
                await asyncio.sleep(self._every)

    async def _tell(self) -> None:
        now = time.monotonic()
        self._running = {task: one for task, one in self._running.items() if one[1] > now}
        chats = {place.chat: place for place, _ in self._running.values()}
        await asyncio.gather(*(self._tell_one(place) for place in list(chats.values())[:CHATS_MOST]))

    async def _tell_one(self, place: Place) -> None:
        try:
            with border():
                await self._client.bot.send_chat_action(
                    place.chat, ChatAction.UPLOAD_PHOTO, message_thread_id=place.thread
                )
        except DeliveryError as error:
            logger.debug("no chat action: %s", error)
