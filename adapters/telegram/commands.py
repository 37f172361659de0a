"""From a message to a `CommandCall`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from telegram import Message

from adapters.telegram.asked import Asked, replied_to
from adapters.telegram.client import Client
from adapters.telegram.errors import OnlyByPictureError
from adapters.telegram.keyboards import task_under
from adapters.telegram.people import People, account_of, is_name
from adapters.telegram.pictures import Pictures, file_in
from core.commands.registry import Registry
from core.commands.spec import AccountInput, AnyCommand, CommandCall, ImageInput, Positional, marker
from core.commands.text import ParsedCommand, parse_command
from core.ids import TASK_ID_ALPHABET, TASK_ID_LENGTH, TaskId
from core.presentation import forms
from core.presentation.views import Reply
from core.store import Store

_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@([A-Za-z0-9_]+))?(?!\S)")

MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})
"""Signs that no id has, with what is meant by them, as where commands read an id."""


class Commands:
    """Reads what members write."""

    def __init__(
        self, registry: Registry, people: People, pictures: Pictures, client: Client, store: Store
    ) -> None:
        self._registry = registry
        self._people = people
        self._pictures = pictures
        self._client = client
        self._store = store

    async def read(self, asked: Asked, message: Message) -> CommandCall | Reply | None:
        """Return what the message asks for, its picture stored; a `Reply` where something is to be asked.

        None for what is not meant for the bot. Raises `UserError`s, and what the image store raises.
        """
        text = self.text_for_us(message)
        if text is None:
            return None
        replied = replied_to(message)
        task = task_under(replied) if replied and self._is_ours(replied) else None
        parsed = await self._parsed(text, task, message)
        file = file_in(message) or file_in(replied)
        image_field = _field_of(parsed.command, ImageInput)
        arguments: dict[str, Any] = dict(parsed.arguments)
        fields = parsed.command.arguments.model_fields
        if any(marker(fields[name], ImageInput) for name in arguments):
            raise OnlyByPictureError
        if file is not None and image_field is not None:
            stored = await self._pictures.take(file)
            arguments[image_field] = stored
        if _lacks_prompt(parsed.command, arguments):
            return _asking_prompt(parsed.command, arguments)
        account_field = _field_of(parsed.command, AccountInput)
        if account_field is not None:
            await self._resolve_account(message, account_field, arguments)
        return asked.call(parsed.command.name, arguments, task)

    def text_for_us(self, message: Message) -> str | None:
        """Return the text that is meant for the bot, without its name; None where none is."""
        text = (message.text or message.caption or "").strip()
        private = message.chat.type == message.chat.PRIVATE
        if command := _COMMAND.match(text):
            name, bot = command.groups()
            if bot is not None and bot.lower() != self._username:
                return None
            if bot is None and not private and self._registry.find(name) is None:
                return None  # in a group, it may be another bot's
            return f"/{name}{text[command.end() :]}"
        if private:
            return text if text or file_in(message) else None
        mention = re.compile(rf"@{re.escape(self._username)}(?!\w)", re.IGNORECASE)
        found, count = mention.subn("", text)
        return found.strip() if count else None

    @property
    def _username(self) -> str:
        return (self._client.me.username or "").lower() if self._client.me else ""

    def _is_ours(self, message: Message) -> bool:
        me, sender = self._client.me, message.from_user
        return me is not None and sender is not None and sender.id == me.id

    async def _parsed(self, text: str, task: TaskId | None, message: Message) -> ParsedCommand:
        """Read the text; in answer to a card, the card's task is meant where a command wants one."""
        command = _COMMAND.match(text)
        wanted = self._registry.find(command[1]) if command else None
        rest = text[command.end() :].strip() if command else ""
        if task is not None and wanted is not None and "task" in wanted.arguments.model_fields:
            first = rest.partition(" ")[0].lower()
            if first != "all" and not await self._is_task(first):
                text = f"/{wanted.name} {task} {rest}"
        replied = replied_to(message)
        if wanted is not None and replied is not None and replied.from_user and not replied.from_user.is_bot:
            text = _with_author(wanted, rest, replied.from_user.id) or text
        return parse_command(text, self._registry)

    async def _is_task(self, word: str) -> bool:
        """Say whether a word is a task's id. One that looks so and has no digit may be a prompt's first."""
        typed = word.removeprefix("#")
        meant = typed.translate(MISREAD)
        if len(typed) != TASK_ID_LENGTH or not set(meant) <= set(TASK_ID_ALPHABET):
            return False
        if typed != word or any(sign.isdecimal() for sign in typed):
            return True
        return await self._store.read(lambda tx: tx.tasks.get(TaskId(meant))) is not None

    async def _resolve_account(self, message: Message, field: str, arguments: dict[str, Any]) -> None:
        text = arguments.get(field)
        if text:
            arguments[field] = await self._people.named(message, str(text))


def _with_author(command: AnyCommand, rest: str, author: int) -> str | None:
    """Return ``/grant 100`` with the author of the message that it answers; None where it names somebody."""
    if _field_of(command, AccountInput) is None or is_name(rest.partition(" ")[0]):
        return None
    if len(rest.split()) >= len(command.positionals()):
        return None
    return f"/{command.name} {account_of(author)} {rest}"


def _field_of(command: AnyCommand, kind: type[ImageInput | AccountInput]) -> str | None:
    fields = command.arguments.model_fields.items()
    return next((name for name, field in fields if marker(field, kind)), None)


def _lacks_prompt(command: AnyCommand, arguments: Mapping[str, Any]) -> bool:
    """Say whether the command needs words and has none."""
    field = command.arguments.model_fields.get("prompt")
    if field is None or not field.is_required() or "prompt" in arguments:
        return False
    place = marker(field, Positional)
    return place is not None and place.rest


def _asking_prompt(command: AnyCommand, arguments: Mapping[str, Any]) -> Reply:
    return Reply(form=replace(forms.ask_prompt(command.name), arguments=arguments))


def main_of(parts: Sequence[Message]) -> Message:
    """Return the part of an album that speaks for all: the one with the caption."""
    return next((one for one in parts if one.caption), parts[0])
