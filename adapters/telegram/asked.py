"""Who asks, and where: what every kind of update comes down to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Message, User

from adapters.telegram.refs import PLATFORM, Place
from core.access import Caller
from core.commands.spec import CommandCall
from core.generation.models import Origin
from core.ids import TaskId


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that somebody asks for. `key` tells it from all others of the chat."""

    user: User
    caller: Caller
    place: Place
    key: str

    @property
    def is_private(self) -> bool:
        return self.place.is_private

    def call(self, command: str, arguments: Mapping[str, Any], in_sight: TaskId | None = None) -> CommandCall:
        """Return the command as given there; what comes of it answers the message."""
        ref = self.place.ref
        return CommandCall(
            command,
            self.caller,
            arguments,
            origin=Origin(platform=PLATFORM, chat=ref.chat, message=self.key, thread=ref.thread),
            anchor=ref,
            in_sight=in_sight,
            allows_nsfw=self.is_private,  # a group's age is nobody's knowledge
        )


def place_of(message: Message) -> Place:
    """Return where an answer to the message goes."""
    return Place(message.chat.id, thread_of(message), answers=message.message_id)


def thread_of(message: Message) -> int | None:
    """Return the topic. Without topics, a thread is only who answered whom, and can't be sent to."""
    return message.message_thread_id if message.is_topic_message else None


def replied_to(message: Message) -> Message | None:
    """Return the message that it answers. In a topic, what answers nothing answers the topic's beginning."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    is_beginning = message.is_topic_message and replied.message_id == message.message_thread_id
    return None if is_beginning else replied
