"""What sending and editing share: the target, the text, the media, the message answered to."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.chats import Chat, Message
from tests.fakes.bot_api.errors import bad_request, forbidden
from tests.fakes.bot_api.markup import Entity, finished, parse
from tests.fakes.bot_api.media import Kind, Media
from tests.fakes.bot_api.wire import Params, Upload
from tests.fakes.bot_api.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024


def target(world: World, params: Params, what: str | None = None) -> Chat:
    """Return the chat to send to, if the bot may send there."""
    chat = world.chat(params.get("chat_id"))
    if chat.upgraded_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.upgraded_to)
    if chat.private:
        if world.accounts[chat.id].deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
    else:
        status = chat.members.get(world.me.id, "left")
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.type} chat")
    if what in chat.forbidden:
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def message_text(params: Params) -> tuple[str, list[Entity]]:
    """Return the text of a message and its entities."""
    text, entities = _parsed(params.text("text"), params.text("parse_mode"), params.get("entities"))
    if not text:
        raise bad_request("message text is empty", breaks="text_empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long", breaks="text_length")
    return text, entities


def caption_of(fields: dict[str, Any]) -> tuple[str, list[Entity]]:
    """Return a caption and its entities."""
    text, entities = _parsed(
        str(fields.get("caption") or ""), str(fields.get("parse_mode") or ""), fields.get("caption_entities")
    )
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long", breaks="caption_length")
    return text, entities


def _parsed(text: str, mode: str, entities: Any) -> tuple[str, list[Entity]]:
    plain, found = parse(text, mode)
    if not mode and isinstance(entities, list):
        found = entities
    return finished(plain, found)


async def media_of(world: World, kind: Kind, source: str | None, upload: Upload | None) -> Media:
    """Return what is to be sent: an upload, or what was sent before under a file id."""
    if upload is not None:
        if kind == "Photo":
            return await world.files.add_photo(upload.data)
        return world.files.add_document(upload.data, upload.name, upload.mime)
    if not source:
        raise bad_request(f"there is no {kind.lower()} in the request", breaks="media")
    if source.startswith("attach://"):
        raise bad_request("can't find file by the attach name", breaks="media")
    return world.files.again(source, kind)


def reply_of(world: World, chat: Chat, params: Params) -> Message | None:
    """Return the message that a new one answers, None without or where it may be missing."""
    wanted = params.get("reply_parameters") or {}
    message_id = wanted.get("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return None
    source = world.chat(wanted["chat_id"]) if "chat_id" in wanted else chat
    found = source.find(message_id)
    lenient = wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise bad_request("message to be replied not found")
    return found if source is chat else None


def thread_of(chat: Chat, params: Params, reply: Message | None) -> dict[str, Any]:
    """Return the fields of the topic that a new message lies in."""
    thread = params.integer("message_thread_id")
    if thread is None:
        if reply is None or reply.thread is None:
            return {}
        return {"thread": reply.thread, "is_topic": reply.is_topic}
    if thread not in chat.topics:
        raise bad_request("message thread not found", breaks="thread")
    return {"thread": thread, "is_topic": True}
