"""A second client, with models that refuse what is not exactly the Bot API, and the published description."""

from __future__ import annotations

import re
from typing import Any

import aiogram
import pytest
from aiogram import types
from aiogram.exceptions import TelegramBadRequest

from tests.bot_api.helpers import png
from tests.fakes.bot_api import spec
from tests.fakes.bot_api.calls import Desk
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi

BEYOND = {"download"}
NEWER = ("can_send_welcome_messages",)
"""Fields that the models want, and that the copy of the description is too old for."""


def judged(fake: FakeBotApi) -> list[str]:
    """Return what the description finds wrong with the answers and updates of this server."""
    judge = spec.load()
    if judge is None:
        return []
    faults = [
        fault
        for call in fake.calls
        if call.ok and call.method not in BEYOND
        for fault in judge.answer(call.method, call.result)
    ]
    for update in fake.updates.log:
        faults += judge.value(update.as_json(), ["Update"], f"update {update.kind}")
    return [one for one in faults if not any(field in one for field in NEWER)]


def keyboard() -> types.InlineKeyboardMarkup:
    return types.InlineKeyboardMarkup(
        inline_keyboard=[[types.InlineKeyboardButton(text="Go", callback_data="go")]]
    )


def picture(colour: str = "red") -> types.BufferedInputFile:
    return types.BufferedInputFile(png(400, 300, colour), "a.png")


async def test_every_method_answers_as_the_models_want(
    bot_api: FakeBotApi, strict: aiogram.Bot, ann: Person
) -> None:
    bot_api.allow("rate")
    group = bot_api.group("Cats", admin=True, owner=ann)
    asked = await ann.send("/start")

    assert (await strict.get_me()).username == "easel_bot"
    assert await strict.get_updates()
    text = await strict.send_message(
        1001,
        "<b>x</b>",
        parse_mode="HTML",
        reply_markup=keyboard(),
        reply_parameters=types.ReplyParameters(message_id=asked.message_id),
    )
    photo = await strict.send_photo(1001, picture(), caption="y", has_spoiler=True)
    assert photo.photo
    assert photo.has_media_spoiler
    assert (await strict.send_photo(1001, photo.photo[-1].file_id)).photo == photo.photo
    document = await strict.send_document(1001, picture())
    assert document.document
    album: list[Any] = [types.InputMediaPhoto(media=picture(one), caption=one) for one in ("red", "blue")]
    sent = await strict.send_media_group(1001, album)
    assert [one.caption for one in sent] == ["red", "blue"]
    await strict.edit_message_text("z", chat_id=1001, message_id=text.message_id)
    await strict.edit_message_reply_markup(chat_id=1001, message_id=text.message_id, reply_markup=keyboard())
    edited = await strict.edit_message_media(
        types.InputMediaPhoto(media=picture("green"), caption="<i>c</i>", parse_mode="HTML"),
        chat_id=1001,
        message_id=text.message_id,
    )
    assert isinstance(edited, types.Message)
    assert edited.photo
    await strict.edit_message_caption(chat_id=1001, message_id=photo.message_id, caption="d")
    copied = await strict.copy_message(1001, 1001, photo.message_id)
    await strict.set_message_reaction(1001, copied.message_id, [types.ReactionTypeEmoji(emoji="👍")])
    await strict.send_chat_action(1001, "upload_photo")
    await strict.delete_message(1001, copied.message_id)
    await strict.delete_messages(1001, [document.message_id])

    file = await strict.get_file(photo.photo[0].file_id)
    assert file.file_path
    data = await strict.download_file(file.file_path)
    assert data
    assert data.read(2) == b"\xff\xd8"

    await about_the_bot(strict, group.id)
    assert judged(bot_api) == []
    asked_for = {one.method for one in bot_api.calls}
    queries = {"answerCallbackQuery", "answerInlineQuery"}
    assert {name for name, _ in Desk(bot_api.world, "1:x")._methods.values()} <= asked_for | queries


async def about_the_bot(strict: aiogram.Bot, group: int) -> None:
    """Call what is about the bot itself, and what only looks."""
    command = types.BotCommand(command="generate", description="Draw")
    scope = types.BotCommandScopeAllPrivateChats()
    await strict.set_my_commands([command], scope=scope, language_code="de")
    (found,) = await strict.get_my_commands(scope, "de")
    assert (found.command, found.description) == ("generate", "Draw")
    assert await strict.get_my_commands() == []
    await strict.delete_my_commands(scope, "de")
    await strict.set_my_name("Easel")
    assert (await strict.get_my_name()).name == "Easel"
    await strict.set_my_description("Draws")
    assert (await strict.get_my_description()).description == "Draws"
    await strict.set_my_short_description("Draws")
    assert (await strict.get_my_short_description()).short_description == "Draws"
    await strict.set_chat_menu_button(menu_button=types.MenuButtonCommands())
    assert (await strict.get_chat_menu_button()).type == "commands"

    assert (await strict.get_chat(group)).title == "Cats"
    assert (await strict.get_chat_member(group, 1001)).status == "creator"
    assert (await strict.get_chat_member(1001, 1001)).status == "member"
    assert {one.status for one in await strict.get_chat_administrators(group)} == {
        "creator",
        "administrator",
    }
    assert (await strict.get_webhook_info()).url == ""
    await strict.set_webhook("https://127.0.0.1:1/hook", allowed_updates=["message"])
    await strict.delete_webhook()


async def test_every_update_is_as_the_models_want(
    bot_api: FakeBotApi, strict: aiogram.Bot, ann: Person
) -> None:
    bot_api.allow("rate")
    await strict.get_updates(allowed_updates=["message_reaction", "chat_member", *KINDS])
    stored = await strict.send_photo(1001, picture())
    assert stored.photo
    await strict.send_message(1001, "x", reply_markup=keyboard())
    shown = bot_api.from_bot(ann)[-1]

    message = await ann.send("/generate@easel_bot 🐈 https://a.b", reply_to=shown)
    await ann.send_photo(png(), "caption")
    await ann.send_album([png(), png()], "album")
    await ann.send_document(b"x", "a.png")
    ann.edit(message, "dog")
    ann.react(message, "👍")
    pressed = ann.press(shown, "Go")
    old = ann.press(shown, "Go", inaccessible=True)
    asked = ann.inline("cat")
    ann.block()
    ann.unblock()
    forum = bot_api.group("Forum", forum=True, members=(ann,))
    await ann.send("/x", chat=forum, thread=forum.topic("Cats", ann))
    basic = bot_api.group("Basic", basic=True)
    basic.kick_bot(ann)
    basic.add_bot(ann)
    basic.promote_bot(ann)
    basic.upgrade(ann)

    for update in await strict.get_updates():
        if update.callback_query:
            await strict.answer_callback_query(update.callback_query.id, text="ok")
        if update.inline_query:
            found: list[Any] = [
                types.InlineQueryResultCachedPhoto(
                    id="1", photo_file_id=stored.photo[-1].file_id, caption="c", reply_markup=keyboard()
                ),
                types.InlineQueryResultArticle(
                    id="2", title="t", input_message_content=types.InputTextMessageContent(message_text="x")
                ),
            ]
            await strict.answer_inline_query(update.inline_query.id, found, cache_time=0, is_personal=True)
    assert (await pressed).text == (await old).text == "ok"
    chosen = ann.choose((await asked)[0], "cat")
    ann.press(chosen, "Go").cancel()
    await strict.get_updates(offset=-2)
    assert chosen.inline_id
    assert await strict.edit_message_caption(inline_message_id=chosen.inline_id, caption="new") is True

    assert {one.kind for one in bot_api.updates.log} == KINDS | {"message_reaction"}
    assert judged(bot_api) == []


KINDS = {
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
}


async def test_both_clients_hear_the_same_words(
    bot_api: FakeBotApi, strict: aiogram.Bot, ann: Person
) -> None:
    words = "Bad Request: message to be replied not found"
    with pytest.raises(TelegramBadRequest, match=re.escape(words)):
        await strict.send_message(1001, "x", reply_parameters=types.ReplyParameters(message_id=9))
