"""Groups: their members, topics and fates."""

from __future__ import annotations

from typing import Protocol

from tests.fakes.bot_api.chats import Account, Chat
from tests.fakes.bot_api.world import World


class Member(Protocol):
    """A person, as far as a group knows them."""

    @property
    def id(self) -> int: ...

    account: Account


class Group:
    """A group or a supergroup, with or without topics."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    def join(self, person: Member, status: str = "member") -> None:
        self.chat.members[person.id] = status

    def topic(self, name: str, by: Member) -> int:
        """Open a topic and return its message_thread_id."""
        assert self.chat.is_forum, "not a forum"
        thread = self.chat.last_id + 1
        self.chat.topics[thread] = name
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self._world.add(self.chat, by.account, service=service, thread=thread, is_topic=True)
        self._world.tell_bot(message)
        return thread

    def add_bot(self, by: Member, status: str = "member") -> None:
        """Take the bot in, or give it another status."""
        self._set_bot(by, status)
        service = {"new_chat_members": [self._world.me.as_json()]}
        self._world.tell_bot(self._world.add(self.chat, by.account, service=service))

    def promote_bot(self, by: Member) -> None:
        self._set_bot(by, "administrator")

    def kick_bot(self, by: Member) -> None:
        self._set_bot(by, "kicked")

    def _set_bot(self, by: Member, status: str) -> None:
        old = self.chat.members.get(self._world.me.id, "left")
        self.chat.members[self._world.me.id] = status
        self._world.membership(self.chat, by.account, old, status)

    def forbid(self, *what: str) -> None:
        """Take rights from the bot: "text messages", "photos", "documents"."""
        self.chat.forbidden |= set(what)

    def upgrade(self, by: Member) -> Group:
        """Make a group a supergroup: another chat with another id."""
        assert self.chat.type == "group", "not a basic group"
        chat = self.chat
        new = Chat(
            -1_000_000_000_000 - abs(chat.id) * 10 - 1,
            "supergroup",
            chat.title,
            members=dict(chat.members),
            privacy=chat.privacy,
        )
        self._world.chats[new.id] = new
        old_side = self._world.add(chat, by.account, service={"migrate_to_chat_id": new.id})
        self._world.tell_bot(old_side)
        chat.upgraded_to = new.id
        new_side = self._world.add(new, by.account, service={"migrate_from_chat_id": chat.id})
        self._world.tell_bot(new_side)
        return Group(self._world, new)
