"""Presses of buttons: commands, as if typed."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from datetime import datetime

from telegram import CallbackQuery, Message

from adapters.telegram.answers import Answers, refused
from adapters.telegram.asked import Asked, thread_of
from adapters.telegram.client import Client
from adapters.telegram.errors import border
from adapters.telegram.files import Files
from adapters.telegram.keyboards import FILE, codes_of
from adapters.telegram.people import People
from adapters.telegram.refs import Place
from adapters.telegram.timing import Timing
from core.commands.dispatcher import Dispatcher
from core.commands.spec import CommandCall
from core.errors import CoreError, DeliveryError
from core.ids import TaskId
from core.presentation.on_telegram import NO_FILES, OLD_BUTTON, ON_ITS_WAY
from core.presentation.views import Reply, arguments_of

logger = logging.getLogger(__name__)

ANSWER_MOST = 200
"""Characters that a press may be answered by; what is longer is sent as a message."""

REMEMBERED = 1000


class Callbacks:
    """Does what buttons say."""

    def __init__(
        self,
        client: Client,
        dispatcher: Dispatcher,
        people: People,
        answers: Answers,
        files: Files,
        timing: Timing,
    ) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._people = people
        self._answers = answers
        self._files = files
        self._timing = timing
        self._pressed: OrderedDict[tuple[int, int, int, str], datetime] = OrderedDict()

    async def handle(self, query: CallbackQuery, received_at: datetime) -> None:
        """Do what the press asks for; pressed twice in a row, it is done once. Raises `DeliveryError`s."""
        message, data = query.message, query.data or ""
        found = arguments_of(data)
        if found is None or message is None:
            await self._answer(query, OLD_BUTTON)
            return
        if self._is_double(query, message.chat.id, message.message_id, received_at):
            await self._answer(query)
            return
        command, task, arguments = found
        thread = thread_of(message) if isinstance(message, Message) else None
        place = Place(message.chat.id, thread, answers=message.message_id)
        asked = Asked(query.from_user, self._people.caller(query.from_user), place, f"cb:{query.id}")
        # What a press hands back can be made up; the buttons under the message are Telegram's word.
        is_in_sight = isinstance(message, Message) and data in codes_of(message)
        if command == FILE:
            await self._send_files(query, asked, task, is_in_sight=is_in_sight)
            return
        call = asked.call(command, arguments, task if is_in_sight else None)
        await self._dispatch(query, asked, call)

    async def _dispatch(self, query: CallbackQuery, asked: Asked, call: CommandCall) -> None:
        """Run the command. The press is answered with what comes of it, or without where that takes long."""
        working = asyncio.create_task(self._dispatcher.dispatch(call))
        try:
            done, _ = await asyncio.wait([working], timeout=self._timing.answer)
            text = _short(working.result()) if done else ""
            await self._answer(query, text, is_alert=bool(done) and not working.result().ok)
            reply = await working
        except asyncio.CancelledError:
            await asyncio.gather(working, return_exceptions=True)  # it is one transaction: let it end
            raise
        if not text or reply.form or reply.views:
            await self._answers.give(asked, reply)

    async def _send_files(
        self, query: CallbackQuery, asked: Asked, task: TaskId, *, is_in_sight: bool
    ) -> None:
        await self._answer(query, ON_ITS_WAY)
        try:
            await self._files.send(asked, task, is_in_sight=is_in_sight)
        except DeliveryError:
            raise
        except CoreError as error:
            logger.info("no files of %s: %s", task, error)
            await self._answers.say(asked, NO_FILES if error.code == "not_found" else refused(error).text)

    async def _answer(self, query: CallbackQuery, text: str = "", *, is_alert: bool = False) -> None:
        """Answer the press; one that waited too long can't be answered any more, and is done all the same."""
        try:
            with border():
                await self._client.bot.answer_callback_query(
                    query.id, text=text or None, show_alert=is_alert or None
                )
        except DeliveryError as error:
            logger.info("could not answer a press: %s", error)

    def _is_double(self, query: CallbackQuery, chat: int, message: int, received_at: datetime) -> bool:
        key = (query.from_user.id, chat, message, query.data or "")
        last = self._pressed.get(key)
        self._pressed[key] = received_at
        self._pressed.move_to_end(key)
        if len(self._pressed) > REMEMBERED:
            self._pressed.popitem(last=False)
        return last is not None and (received_at - last).total_seconds() < self._timing.double


def _short(reply: Reply) -> str:
    """Return what a press can be answered by."""
    if reply.form or reply.views or len(reply.text) > ANSWER_MOST:
        return ""
    return reply.text
