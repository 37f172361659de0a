"""What is done with each kind of update."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from telegram import Message, Update

from adapters.telegram.answers import Answers, refused
from adapters.telegram.asked import Asked, place_of
from adapters.telegram.callbacks import Callbacks
from adapters.telegram.commands import Commands, main_of
from adapters.telegram.forms import Forms
from adapters.telegram.inline import Inline
from adapters.telegram.migrations import Migrations
from adapters.telegram.people import People
from adapters.telegram.pictures import file_in
from adapters.telegram.receipts import Receipts
from adapters.telegram.refs import Place
from adapters.telegram.sightings import Sightings
from core.commands.dispatcher import Dispatcher
from core.commands.spec import CommandCall
from core.errors import CoreError, StorageUnavailableError
from core.presentation.messages import say_code
from core.presentation.on_telegram import WRITE_AS_YOURSELF, say_first_of
from core.presentation.views import Reply

logger = logging.getLogger(__name__)


class Updates:
    """Sends each update where it is dealt with."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        commands: Commands,
        callbacks: Callbacks,
        inline: Inline,
        forms: Forms,
        answers: Answers,
        people: People,
        migrations: Migrations,
        sightings: Sightings,
        receipts: Receipts,
    ) -> None:
        self._dispatcher = dispatcher
        self._commands = commands
        self._callbacks = callbacks
        self._inline = inline
        self._forms = forms
        self._answers = answers
        self._people = people
        self._migrations = migrations
        self._sightings = sightings
        self._receipts = receipts

    async def handle(self, updates: Sequence[Update], received_at: datetime) -> None:
        """Deal with an update, or with all parts of an album.

        Raises `StorageError`, where it is to be done again, and `DeliveryError`, where the answer is lost.
        """
        first = updates[0]
        if first.callback_query is not None:
            await self._callbacks.handle(first.callback_query, received_at)
        elif first.inline_query is not None:
            await self._inline.handle(first.inline_query)
        elif first.message is not None:
            messages = [update.message for update in updates if update.message]
            for message in messages:
                self._sightings.saw(message.chat.id, message.message_id)
            await self._on_message(main_of(messages), messages)
        # an edited message was taken when it was sent; who blocks the bot is noticed at the next message

    async def apologise(self, update: Update, incident: str) -> None:
        """Say that something of ours broke. Raises `DeliveryError`."""
        if update.message is not None and update.message.from_user is not None:
            asked = self._asked(update.message)
            await self._answers.say(asked, say_code("internal", {"incident": incident}))
        elif update.callback_query is not None and update.callback_query.message is not None:
            query = update.callback_query
            assert query.message is not None  # noqa: S101 - asked a line above
            place = Place(query.message.chat.id, answers=query.message.message_id)
            asked = Asked(query.from_user, self._people.caller(query.from_user), place, f"cb:{query.id}")
            await self._answers.say(asked, say_code("internal", {"incident": incident}))

    async def _on_message(self, message: Message, parts: Sequence[Message]) -> None:
        if message.migrate_to_chat_id is not None:
            await self._migrations.learn(message.chat.id, message.migrate_to_chat_id)
            return
        if message.from_user is None or message.via_bot is not None or message.is_automatic_forward:
            return
        if message.sender_chat is not None:
            if self._commands.text_for_us(message) is not None:
                await self._answers.say(self._asked(message), WRITE_AS_YOURSELF)
            return
        if message.from_user.is_bot:
            return
        await self._on_request(self._asked(message), message, parts)

    async def _on_request(self, asked: Asked, message: Message, parts: Sequence[Message]) -> None:
        try:
            understood = await self._understood(asked, message)
        except StorageUnavailableError:
            raise
        except CoreError as error:
            await self._answers.give(asked, refused(error))
            return
        if understood is None:
            return
        if isinstance(understood, Reply):
            await self._answers.give(asked, understood)
            return
        reply = await self._dispatcher.dispatch(understood)
        for task in reply.tasks:
            self._receipts.expect(task, asked.place)
        pictures = sum(1 for part in parts if file_in(part))
        if reply.ok and reply.tasks and pictures > 1:
            # Not in answer to the request: what answers that is the task's card.
            await self._answers.say(_beside(asked), say_first_of(pictures))
        await self._answers.give(asked, reply)

    async def _understood(self, asked: Asked, message: Message) -> CommandCall | Reply | None:
        return await self._forms.answered(asked, message) or await self._commands.read(asked, message)

    def _asked(self, message: Message) -> Asked:
        assert message.from_user is not None  # noqa: S101 - asked before
        caller = self._people.caller(message.from_user)
        return Asked(message.from_user, caller, place_of(message), str(message.message_id))


def _beside(asked: Asked) -> Asked:
    return Asked(asked.user, asked.caller, Place(asked.place.chat, asked.place.thread), asked.key)
