"""Methods that change messages or take them away."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.errors import ApiError, bad_request
from tests.fakes.bot_api.keyboards import inline_keyboard
from tests.fakes.bot_api.markup import Entity
from tests.fakes.bot_api.media import Kind, Media
from tests.fakes.bot_api.methods.content import caption_of, media_of, message_text, target
from tests.fakes.bot_api.methods.reactions import set_message_reaction
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import World

DELETABLE = 48 * 3600.0
MAX_DELETED = 100


def _message(world: World, params: Params) -> Message:
    """Return the message to edit, if it is there and the bot's own."""
    inline_id = params.text("inline_message_id")
    if inline_id:
        found = world.inline.get(inline_id)
        if found is None or found.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return found
    chat = target(world, params)
    message_id = params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified", breaks="parameter")
    found = chat.find(message_id)
    if found is None:
        raise bad_request("message to edit not found")
    if found.sender.id != world.me.id or found.service is not None:
        raise bad_request("message can't be edited", breaks="edit_of_foreign")
    return found


def _not_modified() -> ApiError:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message",
        breaks="not_modified",
    )


def _change(
    world: World,
    message: Message,
    params: Params,
    *,
    text: str,
    entities: list[Entity],
    media: Media | None,
    spoiler: bool = False,
) -> Any:
    """Give the message its new look; a keyboard that is left out is taken away."""
    keyboard = inline_keyboard(params.get("reply_markup"))
    new = (text, entities, media, keyboard, spoiler)
    if new == (message.text, message.entities, message.media, message.reply_markup, message.spoiler):
        raise _not_modified()
    message.text, message.entities, message.media, message.reply_markup, message.spoiler = new
    message.edit_date = world.clock()
    message.snapshot(message.edit_date)
    world.changes.tell()
    return True if params.text("inline_message_id") else message.as_json()


async def edit_message_text(world: World, params: Params) -> Any:
    message = _message(world, params)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit", breaks="edit_kind")
    text, entities = message_text(params)
    return _change(world, message, params, text=text, entities=entities, media=None)


async def edit_message_caption(world: World, params: Params) -> Any:
    message = _message(world, params)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit", breaks="edit_kind")
    text, entities = caption_of(params.values)
    return _change(
        world, message, params, text=text, entities=entities, media=message.media, spoiler=message.spoiler
    )


async def edit_message_reply_markup(world: World, params: Params) -> Any:
    message = _message(world, params)
    return _change(
        world,
        message,
        params,
        text=message.text,
        entities=message.entities,
        media=message.media,
        spoiler=message.spoiler,
    )


async def edit_message_media(world: World, params: Params) -> Any:
    """Change the media, or turn a text into media."""
    message = _message(world, params)
    wanted = params.get("media")
    if not isinstance(wanted, dict) or wanted.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document", breaks="media")
    kind: Kind = "Photo" if wanted["type"] == "photo" else "Document"
    if message.media_group_id and message.media and message.media.kind != kind:
        raise bad_request("message can't be edited", breaks="edit_album")
    text, entities = caption_of(wanted)
    inline_keyboard(params.get("reply_markup"))
    source = str(wanted.get("media") or "")
    if params.text("inline_message_id") and (params.files or source.startswith("attach://")):
        raise bad_request("can't use file upload for inline message", breaks="inline_upload")
    upload = params.files.get(source.removeprefix("attach://"))
    media = await media_of(world, kind, source, upload)
    spoiler = bool(wanted.get("has_spoiler")) and kind == "Photo"
    return _change(world, message, params, text=text, entities=entities, media=media, spoiler=spoiler)


def _delete(world: World, message: Message | None) -> bool:
    if message is None:
        return False
    chat = message.chat
    admin = chat.members.get(world.me.id) == "administrator"
    own = message.sender.id == world.me.id
    if not own and not chat.private and not admin:
        raise bad_request("message can't be deleted")
    if world.clock() - message.date > DELETABLE and not admin:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    return True


async def delete_message(world: World, params: Params) -> Any:
    chat = target(world, params)
    if not _delete(world, chat.find(params.integer("message_id") or 0)):
        raise bad_request("message to delete not found")
    world.changes.tell()
    return True


async def delete_messages(world: World, params: Params) -> Any:
    chat = target(world, params)
    wanted = params.get("message_ids")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MAX_DELETED:
        raise bad_request("message identifiers are not specified", breaks="parameter")
    for one in wanted:
        _delete(world, chat.find(one))
    world.changes.tell()
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
}
