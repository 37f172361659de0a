"""Forms: a question, and the answer to it that Telegram's apps are made to offer.

Telegram has no dialogs. The first field is asked for; what the others hold stays as it is.
"""

from __future__ import annotations

import dataclasses
import html
import json
from typing import Any

from telegram import ForceReply, Message

from adapters.telegram.asked import Asked
from adapters.telegram.cards import NO_PREVIEW, answering
from adapters.telegram.client import Client
from adapters.telegram.outbox import Outbox
from adapters.telegram.refs import PLATFORM
from adapters.telegram.render import shortened
from core.clock import Clock
from core.commands.registry import Registry
from core.commands.spec import CommandCall
from core.commands.text import parse_command
from core.generation.images import StoredImage
from core.ids import TaskId
from core.presentation.views import Form
from core.store import Store

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
        sent = await self._outbox.call_when_free(
            place,
            lambda: self._client.bot.send_message(
                place.chat,
                text,
                parse_mode="HTML",
                message_thread_id=place.thread,
                reply_parameters=answering(place),
                reply_markup=ForceReply(
                    selective=True, input_field_placeholder=field.label[:PLACEHOLDER_MOST]
                ),
                link_preview_options=NO_PREVIEW,
            ),
        )
        kept = json.dumps({"command": form.command, "arguments": form.arguments}, default=_plain)
        name, now = _name(sent), self._clock.now()
        await self._store.write(lambda tx: tx.notes.put(PLATFORM, name, kept, now))

    async def answered(self, asked: Asked, message: Message) -> CommandCall | None:
        """Return the command that an answer completes; None where the message answers no question.

        Raises `UserError`s.
        """
        question, text = message.reply_to_message, message.text
        if question is None or not text or text.startswith("/"):
            return None
        name = _name(question)
        kept = await self._store.read(lambda tx: tx.notes.get(PLATFORM, name))
        if kept is None:
            return None
        form: dict[str, Any] = json.loads(kept)
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
