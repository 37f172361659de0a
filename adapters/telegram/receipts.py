"""Receipts: a reaction to a request whose card has to wait.

Telegram takes about 30 messages a second of a bot, and 20 a minute in a group; where many ask at once, the
cards come late. Reactions are not counted with messages, so everybody can be told at once that they were
heard.
"""

from __future__ import annotations

import asyncio
import logging

from telegram.constants import ReactionEmoji

from adapters.telegram.client import Client
from adapters.telegram.errors import border
from adapters.telegram.refs import Place
from adapters.telegram.timing import Timing
from core.errors import DeliveryError
from core.ids import TaskId

logger = logging.getLogger(__name__)

AT_ONCE = 8


class Receipts:
    """Reacts to requests whose cards are not there after a moment."""

    def __init__(self, client: Client, timing: Timing) -> None:
        self._client = client
        self._after = timing.receipt
        self._waiting: dict[TaskId, tuple[float, Place]] = {}
        self._bell = asyncio.Event()

    def expect(self, task: TaskId, place: Place) -> None:
        """Say that a task was made for the message that `place` answers."""
        self._waiting[task] = (asyncio.get_running_loop().time() + self._after, place)
        self._bell.set()

    def came(self, task: TaskId) -> None:
        """Say that the task's card is there."""
        self._waiting.pop(task, None)

    async def run(self) -> None:
        """React where it is time, until cancelled."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._waiting:
                now = asyncio.get_running_loop().time()
                due = [task for task, (when, _) in self._waiting.items() if when <= now][:AT_ONCE]
                places = [self._waiting.pop(task)[1] for task in due]
                await asyncio.gather(*(self._react(place) for place in places))
                if len(due) < AT_ONCE:
                    await asyncio.sleep(self._after / 10)

    async def _react(self, place: Place) -> None:
        if place.answers is None:
            return
        try:
            with border():
                await self._client.bot.set_message_reaction(place.chat, place.answers, ReactionEmoji.EYES)
        except DeliveryError as error:  # a group may allow no reactions
            logger.debug("no reaction: %s", error)
