"""The other side: people who write, press, edit and leave."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.fakes.bot_api.chats import Account, Chat, Message
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.markup import found_entities
from tests.fakes.bot_api.media import Media
from tests.fakes.bot_api.methods.content import caption_of, message_text
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import CallbackAnswer, World

CALLBACK_LIFETIME = 150.0
INLINE_LIFETIME = 30.0


class Person:
    """Somebody with a phone."""

    def __init__(self, world: World, account: Account, chat: Chat) -> None:
        self._world = world
        self.account = account
        self.chat = chat
        """The private chat with the bot."""

    @property
    def id(self) -> int:
        return self.account.id

    # --- writing ----------------------------------------------------------------------------------

    async def send(
        self,
        text: str,
        *,
        chat: Group | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        return self._write(chat, reply_to, thread, text=text)

    async def send_photo(
        self,
        data: bytes,
        caption: str = "",
        *,
        chat: Group | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        media = await self._world.files.add_photo(data)
        return self._write(chat, reply_to, thread, text=caption, media=media)

    async def send_document(
        self,
        data: bytes,
        filename: str = "file.png",
        caption: str = "",
        *,
        chat: Group | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        media = self._world.files.add_document(data, filename)
        return self._write(chat, reply_to, thread, text=caption, media=media)

    async def send_album(
        self,
        pictures: Sequence[bytes],
        caption: str = "",
        *,
        chat: Group | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> list[Message]:
        """Send photos as an album: one message and one update each, the caption at the first."""
        group = f"{13_000_000_000_000_000 + self._world.number()}"
        photos = [await self._world.files.add_photo(one) for one in pictures]
        sent = []
        for place, media in enumerate(photos):
            text = "" if place else caption
            sent.append(self._write(chat, reply_to, thread, text=text, media=media, media_group_id=group))
        return sent

    def _write(
        self,
        group: Group | None,
        reply_to: Message | None,
        thread: int | None,
        *,
        text: str,
        media: Media | None = None,
        **fields: Any,
    ) -> Message:
        chat = group.chat if group else self.chat
        if group is None:
            assert not chat.blocked, "a person who blocked the bot cannot write to it"
            chat.started = True
        elif chat.members.get(self.id, "left") in {"left", "kicked"}:
            chat.members[self.id] = "member"
        assert chat.upgraded_to is None, "the group is a supergroup now"
        is_topic = False
        if chat.is_forum and thread is not None:
            is_topic = True
            reply_to = reply_to or chat.find(thread)
        elif reply_to is not None and reply_to.thread is not None:
            thread, is_topic = reply_to.thread, reply_to.is_topic
        elif reply_to is not None and chat.type == "supergroup" and not chat.is_forum:
            thread = reply_to.message_id
        message = self._world.add(
            chat,
            self.account,
            text=text,
            entities=found_entities(text),
            media=media,
            reply_to=reply_to,
            thread=thread,
            is_topic=is_topic,
            **fields,
        )
        self._world.tell_bot(message)
        return message

    def edit(self, message: Message, text: str) -> None:
        """Edit an own text or caption."""
        assert message.sender == self.account, "not the author"
        message.text = text
        message.entities = found_entities(text)
        message.edit_date = self._world.clock()
        message.snapshot(message.edit_date)
        self._world.tell_bot(message, "edited_message")

    def delete(self, message: Message) -> None:
        """Take a message away; bots are not told."""
        message.deleted = True
        self._world.changes.tell()

    # --- pressing ---------------------------------------------------------------------------------

    def press(
        self, message: Message, label: str, *, inaccessible: bool = False
    ) -> asyncio.Future[CallbackAnswer]:
        """Press the button whose label has these words; await it for the answer that is shown."""
        found = [one for row in message.keyboard for one in row if label in one["text"]]
        found = [one for one in found if one["text"] == label] or found
        if not found:
            raise LookupError(f"no button {label!r} among {message.buttons}")
        assert not message.deleted, "the message is gone"
        assert "callback_data" in found[0], f"{label!r} is no button that a bot hears of"
        return self.press_data(message, found[0]["callback_data"], inaccessible=inaccessible)

    def press_data(
        self, message: Message, data: str, *, inaccessible: bool = False
    ) -> asyncio.Future[CallbackAnswer]:
        """Send a press's data, also of a button that is no longer there."""
        query, answer = self._world.ask(f"the press of {data!r}", CALLBACK_LIFETIME)
        payload: dict[str, Any] = {
            "id": query,
            "from": self.account.as_json(),
            "chat_instance": str(message.chat.id * 7919),
            "data": data,
        }
        if message.inline_id:
            payload["inline_message_id"] = message.inline_id
        elif inaccessible:
            chat = message.chat.as_json()
            payload["message"] = {"chat": chat, "message_id": message.message_id, "date": 0}
        else:
            payload["message"] = message.as_json()
        self._world.updates.add("callback_query", payload, message.chat.id)
        return answer

    def react(self, message: Message, *emoji: str) -> None:
        """Set reactions; only a bot that asked for them and is an administrator hears of it in groups."""
        old, message.reactions = message.reactions, [{"type": "emoji", "emoji": one} for one in emoji]
        chat = message.chat
        if chat.private or chat.members.get(self._world.me.id) == "administrator":
            payload = {
                "chat": chat.as_json(),
                "message_id": message.message_id,
                "user": self.account.as_json(),
                "date": int(self._world.clock()),
                "old_reaction": old,
                "new_reaction": message.reactions,
            }
            self._world.updates.add("message_reaction", payload, chat.id)

    # --- inline mode ------------------------------------------------------------------------------

    def inline(self, query: str, *, offset: str = "") -> asyncio.Future[list[dict[str, Any]]]:
        """Type `@bot query`; await it for the results."""
        assert self._world.supports_inline, "inline mode is off"
        name, answer = self._world.ask(f"the inline query {query!r}", INLINE_LIFETIME)
        payload = {
            "id": name,
            "from": self.account.as_json(),
            "query": query,
            "offset": offset,
            "chat_type": "sender",
        }
        self._world.updates.add("inline_query", payload, self.id)
        return answer

    def choose(self, result: dict[str, Any], query: str = "", *, chat: Group | None = None) -> Message:
        """Send one of the results of an inline query."""
        world = self._world
        fields: dict[str, Any] = {"reply_markup": result.get("reply_markup"), "via_bot": world.me}
        content = result.get("input_message_content")
        if content:
            text = {**content, "text": content.get("message_text", "")}
            fields["text"], fields["entities"] = message_text(Params(text, {}))
        else:
            fields["text"], fields["entities"] = caption_of(result)
            if "photo_file_id" in result:
                fields["media"] = world.files.again(result["photo_file_id"], "Photo")
            elif "document_file_id" in result:
                fields["media"] = world.files.again(result["document_file_id"], "Document")
        elsewhere = chat.chat if chat else Chat(self.id * 10 + 1, "private", "a friend")
        message = world.add(elsewhere, self.account, **fields)
        payload = {"result_id": result["id"], "from": self.account.as_json(), "query": query}
        if fields["reply_markup"]:
            message.inline_id = payload["inline_message_id"] = f"AQAAAAinline{world.number():08d}"
            world.inline[message.inline_id] = message
        if world.inline_feedback:
            world.updates.add("chosen_inline_result", payload, self.id)
        if chat:
            world.tell_bot(message)
        return message

    # --- coming and going -------------------------------------------------------------------------

    def block(self) -> None:
        """Block the bot."""
        self.chat.blocked = True
        self._world.membership(self.chat, self.account, "member", "kicked")

    def unblock(self) -> None:
        self.chat.blocked = False
        self._world.membership(self.chat, self.account, "kicked", "member")

    def deactivate(self) -> None:
        """Delete the account."""
        self.account.deactivated = True
        self._world.changes.tell()
