"""Edits: of text, captions, keyboards and media."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import BadRequest

from tests.bot_api.helpers import broken, buttons, png
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi


async def test_versions_tell_what_was_shown(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    sent = await bot.send_message(1001, "waiting", reply_markup=buttons("Cancel"))
    await bot.edit_message_text("50 %", 1001, sent.message_id, reply_markup=buttons("Cancel"))
    photo = telegram.InputMediaPhoto(png(), caption="<b>done</b>", parse_mode="HTML", filename="a.png")
    edited = await bot.edit_message_media(photo, 1001, sent.message_id)

    (shown,) = bot_api.history(ann)
    assert [one.text for one in shown.versions] == ["waiting", "50 %", "done"]
    assert [one.buttons for one in shown.versions] == [[["Cancel"]], [["Cancel"]], []]
    assert [one.media is not None for one in shown.versions] == [False, False, True]
    assert isinstance(edited, telegram.Message)
    assert edited.photo
    assert edited.caption == "done"
    assert edited.text is None
    assert edited.edit_date is not None
    assert edited.reply_markup is None


async def test_an_edit_without_a_keyboard_takes_it_away(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    sent = await bot.send_message(1001, "x", reply_markup=buttons("Go"))

    await bot.edit_message_reply_markup(1001, sent.message_id)

    assert bot_api.history(ann)[0].buttons == []


async def test_an_edit_must_change_something(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.allow("rate")
    text = await bot.send_message(1001, "<b>x</b>", parse_mode="HTML", reply_markup=buttons("Go"))
    photo = await bot.send_photo(1001, png(), caption="y", filename="a.png")
    same = telegram.InputMediaPhoto(photo.photo[-1].file_id, caption="y")

    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text(
            "<b>x</b> ", 1001, text.message_id, parse_mode="HTML", reply_markup=buttons("Go")
        )
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_caption(1001, photo.message_id, caption="y")
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_media(same, 1001, photo.message_id)
    assert broken(bot_api) == ["not_modified"] * 3
    await bot.edit_message_text("x", 1001, text.message_id, reply_markup=buttons("Go"))


async def test_what_cannot_be_edited(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.allow("rate")
    foreign = await ann.send("mine")
    text = await bot.send_message(1001, "x")
    photo = await bot.send_photo(1001, png(), filename="a.png")

    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("y", 1001, foreign.message_id)
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await bot.edit_message_text("y", 1001, photo.message_id)
    with pytest.raises(BadRequest, match=r"(?i)there is no caption in the message to edit"):
        await bot.edit_message_caption(1001, text.message_id, caption="y")
    ann.delete(bot_api.from_bot(ann)[0])
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("y", 1001, text.message_id)
    assert broken(bot_api) == ["edit_of_foreign", "edit_kind", "edit_kind"]


async def test_inline_messages_take_no_uploads(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    stored = await bot.send_photo(1001, png(colour="blue"), filename="a.png")
    answer = ann.inline("cat")
    (update,) = await bot.get_updates(timeout=5)
    assert update.inline_query
    article = telegram.InlineQueryResultArticle(
        "1", "A cat", telegram.InputTextMessageContent("waiting"), reply_markup=buttons("Go")
    )
    await update.inline_query.answer([article])
    shown = ann.choose((await answer)[0], "cat")
    assert shown.inline_id

    upload = telegram.InputMediaPhoto(png(), filename="a.png")
    with pytest.raises(BadRequest, match=r"(?i)can't use file upload"):
        await bot.edit_message_media(upload, inline_message_id=shown.inline_id)
    by_id = telegram.InputMediaPhoto(stored.photo[-1].file_id)
    assert await bot.edit_message_media(by_id, inline_message_id=shown.inline_id) is True

    assert shown.media is not None
    assert broken(bot_api) == ["inline_upload"]


async def test_deleting(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    now = [1_000_000.0]
    bot_api.world.clock = lambda: now[0]
    group = bot_api.group("Cats")
    foreign = await ann.send("mine", chat=group)
    sent = [await bot.send_message(1001, f"{one}") for one in range(3)]

    await bot.delete_message(1001, sent[0].message_id)
    await bot.delete_messages(1001, [sent[1].message_id, 77])
    assert [one.text for one in bot_api.history(ann)] == ["2"]
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(group.id, foreign.message_id)
    now[0] += 49 * 3600
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted for everyone"):
        await bot.delete_message(1001, sent[2].message_id)
