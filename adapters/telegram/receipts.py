"""Receipts: a reaction to a request whose card has to wait.

Telegram takes about 30 messages a second of a bot, and 20 a minute in a group; where many ask at once, the
cards come late. Reactions are not counted with messages, so everybody can be told at once that they were
heard.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram.constants import ReactionEmoji

from adapters.telegram.client import Client
from adapters.telegram.errors import border
from adapters.telegram.refs import Place
from adapters.telegram.timing import Timing
from core.errors import DeliveryError, StorageError
from core.ids import TaskId
from core.store import Store, Transaction

logger = logging.getLogger(__name__)

AT_ONCE = 8


class Receipts:
    """Reacts to requests whose cards are not there after a moment."""

    def __init__(self, client: Client, store: Store, timing: Timing) -> None:
        self._client = client
        self._store = store
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
                places = {task: self._waiting.pop(task)[1] for task in due}
                without = await self._without_card(due)
                await asyncio.gather(*(self._react(places[task]) for task in without))
                if len(due) < AT_ONCE:
                    await asyncio.sleep(self._after / 10)

    async def _without_card(self, tasks: Sequence[TaskId]) -> Sequence[TaskId]:
        """Return the tasks that wait for their card. One may have it since before the last start."""
        if not tasks:
            return ()
        try:
            return await self._store.read(lambda tx: [task for task in tasks if _lacks_card(tx, task)])
        except StorageError as error:
            logger.debug("no reactions: %s", error)
            return ()

    async def _react(self, place: Place) -> None:
        if place.answers is None:
            return
        try:
            with border():
                await self._client.bot.set_message_reaction(place.chat, place.answers, ReactionEmoji.EYES)
        except DeliveryError as error:  # a group may allow no reactions
            logger.debug("no reaction: %s", error)


def _lacks_card(tx: Transaction, task: TaskId) -> bool:
    delivery = tx.deliveries.get(task)
    return delivery is not None and not delivery.closed and Place.of(delivery.ref).message is None
