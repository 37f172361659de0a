"""Methods that put messages into chats."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.chats import Chat, Message
from tests.fakes.bot_api.errors import bad_request
from tests.fakes.bot_api.keyboards import inline_keyboard
from tests.fakes.bot_api.media import Kind
from tests.fakes.bot_api.methods.content import (
    caption_of,
    media_of,
    message_text,
    reply_of,
    target,
    thread_of,
)
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import World

MAX_ALBUM = 10
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def _common(world: World, chat: Chat, params: Params) -> dict[str, Any]:
    reply = reply_of(world, chat, params)
    if params.get("message_effect_id") and not chat.private:
        raise bad_request("message effects can be used only in private chats", breaks="effect")
    return {
        "reply_to": reply,
        "reply_markup": inline_keyboard(params.get("reply_markup")),
        "effect_id": params.get("message_effect_id"),
        "protected": params.flag("protect_content"),
        **thread_of(chat, params, reply),
    }


async def send_message(world: World, params: Params) -> Any:
    chat = target(world, params, "text messages")
    text, entities = message_text(params)
    fields = _common(world, chat, params)
    return world.add(chat, world.me, text=text, entities=entities, **fields).as_json()


async def send_photo(world: World, params: Params) -> Any:
    return await _send_media(world, params, "Photo")


async def send_document(world: World, params: Params) -> Any:
    return await _send_media(world, params, "Document")


async def _send_media(world: World, params: Params, kind: Kind) -> Any:
    chat = target(world, params, f"{kind.lower()}s")
    name = kind.lower()
    text, entities = caption_of(params.values)
    fields = _common(world, chat, params)
    media = await media_of(world, kind, params.text(name), params.upload(name))
    message = world.add(
        chat,
        world.me,
        text=text,
        entities=entities,
        media=media,
        spoiler=kind == "Photo" and params.flag("has_spoiler"),
        caption_above=params.flag("show_caption_above_media"),
        **fields,
    )
    return message.as_json()


async def send_media_group(world: World, params: Params) -> Any:
    items = params.get("media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send", breaks="album")
    if len(items) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album", breaks="album")
    kinds = {str(one.get("type")) for one in items}
    if not kinds <= {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document", breaks="album")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types", breaks="album")
    kind: Kind = "Photo" if kinds == {"photo"} else "Document"
    chat = target(world, params, f"{kind.lower()}s")
    fields = {**_common(world, chat, params), "reply_markup": None}
    ready = []
    for one in items:
        text, entities = caption_of(one)
        upload = params.files.get(str(one.get("media", "")).removeprefix("attach://"))
        media = await media_of(world, kind, one.get("media"), upload)
        ready.append({"text": text, "entities": entities, "media": media, "spoiler": one.get("has_spoiler")})
    group = None if len(ready) == 1 else f"{13_000_000_000_000_000 + world.number()}"
    sent = [world.add(chat, world.me, media_group_id=group, **one, **fields) for one in ready]
    return [one.as_json() for one in sent]


async def send_chat_action(world: World, params: Params) -> Any:
    chat = target(world, params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request", breaks="action")
    thread = params.integer("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found", breaks="thread")
    chat.actions.append((world.clock(), action, thread))
    world.changes.tell()
    return True


async def copy_message(world: World, params: Params) -> Any:
    chat = target(world, params)
    source = _source(world, params)
    fields = _common(world, chat, params)
    text, entities = source.text, source.entities
    if "caption" in params.values:
        text, entities = caption_of(params.values)
    copied = world.add(
        chat,
        world.me,
        text=text,
        entities=entities,
        media=source.media,
        spoiler=source.spoiler,
        **fields,
    )
    return {"message_id": copied.message_id}


def _source(world: World, params: Params) -> Message:
    found = world.chat(params.get("from_chat_id")).find(params.integer("message_id") or 0)
    if found is None or found.service is not None:
        raise bad_request("message to copy not found")
    return found


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
}
