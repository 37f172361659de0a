"""Accounts, chats and messages: what the server knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.bot_api.markup import Entity
from tests.fakes.bot_api.media import Media

ChatType = Literal["private", "group", "supergroup"]


@dataclass
class Account:
    """Somebody: a person or the bot."""

    id: int
    name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            found["username"] = self.username
        if self.language:
            found["language_code"] = self.language
        return found


@dataclass
class Chat:
    """A private chat with the bot, or a group."""

    id: int
    type: ChatType
    title: str = ""
    username: str | None = None
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    """The status of every account in a group: creator, administrator, member, left, kicked."""
    messages: list[Message] = field(default_factory=list)
    started: bool = True
    """Whether the bot may write here first; a person opens a private chat by writing in it."""
    blocked: bool = False
    upgraded_to: int | None = None
    forbidden: set[str] = field(default_factory=set)
    """What the bot may not send: "text messages", "photos", "documents"."""
    privacy: bool = True
    actions: list[tuple[float, str, int | None]] = field(default_factory=list)
    """The bot's chat actions: when, which, in which thread."""
    topics: dict[int, str] = field(default_factory=dict)
    last_id: int = 0

    @property
    def private(self) -> bool:
        return self.type == "private"

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"id": self.id, "type": self.type}
        found["first_name" if self.private else "title"] = self.title
        if self.username:
            found["username"] = self.username
        if self.is_forum:
            found["is_forum"] = True
        return found

    def find(self, message_id: int) -> Message | None:
        """Return the message, unless it is gone."""
        for one in self.messages:
            if one.message_id == message_id and not one.deleted:
                return one
        return None


@dataclass(frozen=True)
class Version:
    """What a message looked like for a while."""

    at: float
    text: str
    """The text, or the caption."""
    entities: list[Entity]
    media: Media | None
    buttons: list[list[str]]


@dataclass
class Message:
    """One message, as it is now and as it was."""

    chat: Chat
    message_id: int
    date: float
    sender: Account
    text: str = ""
    """The text, or the caption where there is media."""
    entities: list[Entity] = field(default_factory=list)
    media: Media | None = None
    media_group_id: str | None = None
    reply_to: Message | None = None
    reply_markup: dict[str, Any] | None = None
    thread: int | None = None
    is_topic: bool = False
    spoiler: bool = False
    caption_above: bool = False
    effect_id: str | None = None
    protected: bool = False
    service: dict[str, Any] | None = None
    via_bot: Account | None = None
    inline_id: str | None = None
    edit_date: float | None = None
    deleted: bool = False
    reactions: list[dict[str, Any]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)

    def snapshot(self, at: float) -> None:
        self.versions.append(Version(at, self.text, list(self.entities), self.media, self.buttons))

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the inline keyboard."""
        return [[one["text"] for one in row] for row in self.keyboard]

    @property
    def data(self) -> bytes:
        """What a person who saves the picture or the file gets."""
        if self.media is None:
            raise LookupError("no media")
        return self.media.data

    def as_json(self, *, nested: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {
            "message_id": self.message_id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": int(self.date),
        }
        if self.edit_date is not None:
            found["edit_date"] = int(self.edit_date)
        if self.thread is not None:
            found["message_thread_id"] = self.thread
        if self.is_topic:
            found["is_topic_message"] = True
        if self.reply_to is not None and not nested:
            found["reply_to_message"] = self.reply_to.as_json(nested=True)
        return found | self._content()

    def _content(self) -> dict[str, Any]:
        found: dict[str, Any] = dict(self.service or {})
        if self.media is not None:
            found[self.media.field] = self.media.as_json()
        caption = "caption" if self.media is not None else "text"
        optional = {
            caption: self.text,
            "caption_entities" if self.media is not None else "entities": self.entities,
            "media_group_id": self.media_group_id,
            "reply_markup": self.reply_markup,
            "has_media_spoiler": self.spoiler,
            "show_caption_above_media": self.caption_above,
            "effect_id": self.effect_id,
            "has_protected_content": self.protected,
            "via_bot": self.via_bot.as_json() if self.via_bot else None,
        }
        return found | {name: value for name, value in optional.items() if value}
