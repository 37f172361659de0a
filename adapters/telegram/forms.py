"""Forms: a question, and the answer to it that Telegram's apps are made to offer.

Telegram has no dialogs. The first field is asked for; what the others hold stays as it is.
"""

from __future__ import annotations

import dataclasses
import html
import json
import logging
from typing import Any

from telegram import ForceReply, Message

from adapters.telegram.asked import Asked, replied_to
from adapters.telegram.cards import NO_PREVIEW, answering
from adapters.telegram.client import Client
from adapters.telegram.outbox import Outbox
from adapters.telegram.refs import PLATFORM, Place
from adapters.telegram.render import shortened
from core.clock import Clock
from core.commands.registry import Registry
from core.commands.spec import CommandCall
from core.commands.text import parse_command
from core.errors import StorageError
from core.generation.images import StoredImage
from core.ids import TaskId
from core.presentation.on_telegram import CAN_NOT_ASK
from core.presentation.views import Form
from core.store import Store

logger = logging.getLogger(__name__)

PLACEHOLDER_MOST = 64
VALUE_MOST = 3500
"""Units of the present value that a question shows."""


class Forms:
    """Asks, and recognises the answers."""

    def __init__(
        self, client: Client, outbox: Outbox, registry: Registry, store: Store, clock: Clock
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._registry = registry
        self._store = store
        self._clock = clock

    async def ask(self, asked: Asked, form: Form) -> None:
        """Send the question. Raises `DeliveryError`s."""
        field = form.fields[0]
        place = asked.place
        text = _question(asked, form)
        wanted = ForceReply(selective=True, input_field_placeholder=field.label[:PLACEHOLDER_MOST])
        sent = await self._send(place, text, wanted)
        kept = json.dumps(
            {"asked": asked.user.id, "command": form.command, "arguments": form.arguments}, default=_plain
        )
        name, now = _name(sent), self._clock.now()
        try:
            await self._store.write(lambda tx: tx.notes.put(PLATFORM, name, kept, now))
        except StorageError as error:  # raised, this would have the question sent again
            logger.warning("could not keep a question: %s", error)
            await self._send(place, CAN_NOT_ASK)

    async def _send(self, place: Place, text: str, wanted: ForceReply | None = None) -> Message:
        return await self._outbox.call_when_free(
            place,
            lambda: self._client.bot.send_message(
                place.chat,
                text,
                parse_mode="HTML",
                message_thread_id=place.thread,
                reply_parameters=answering(place),
                reply_markup=wanted,
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def answered(self, asked: Asked, message: Message) -> CommandCall | None:
        """Return the command that an answer completes; None where the message answers no question.

        A question is answered by whom it was put to; what others say to it is talk. Raises `UserError`s.
        """
        question, text = replied_to(message), message.text
        if question is None or not text or text.startswith("/"):
            return None
        name = _name(question)
        kept = await self._store.read(lambda tx: tx.notes.get(PLATFORM, name))
        if kept is None:
            return None
        form: dict[str, Any] = json.loads(kept)
        if form.get("asked") != asked.user.id:
            return None
        task = form["arguments"].get("task")
        words = ["/" + form["command"], *([task] if task else []), text]
        parsed = parse_command(" ".join(words), self._registry)
        return asked.call(
            form["command"], {**form["arguments"], **parsed.arguments}, TaskId(task) if task else None
        )


def _question(asked: Asked, form: Form) -> str:
    title = html.escape(form.title, quote=False)
    if not asked.is_private:  # only who is mentioned is offered to answer
        name = html.escape(asked.user.first_name, quote=False)
        title = f'<a href="tg://user?id={asked.user.id}">{name}</a>: {title}'
    value = form.fields[0].value
    return (
        f"{title}\n\n<code>{html.escape(shortened(value, VALUE_MOST), quote=False)}</code>"
        if value
        else title
    )


def _name(question: Message) -> str:
    return f"form:{question.chat.id}:{question.message_id}"


def _plain(value: object) -> object:
    if isinstance(value, StoredImage):  # the arguments' model reads it back from its fields
        return dataclasses.asdict(value)
    raise TypeError(type(value).__name__)
