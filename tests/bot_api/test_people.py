"""What people do, and what of it the bot hears."""

from __future__ import annotations

import asyncio

import pytest
import telegram
from telegram.error import BadRequest

from tests.bot_api.helpers import broken, buttons, kinds, png, received
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi


async def test_a_message(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    await ann.send("/generate 🐈")

    (update,) = await received(bot)

    assert update.message
    assert update.message.text == "/generate 🐈"
    assert [(one.type, one.offset, one.length) for one in update.message.entities] == [("bot_command", 0, 9)]
    assert update.message.from_user
    assert update.message.from_user.username == "ann"


async def test_pictures(bot: telegram.Bot, ann: Person) -> None:
    await ann.send_photo(png(400, 300), "/vary")
    await ann.send_album([png(), png()], "both")
    await ann.send_document(b"x", "a.png", "file")

    photo, first, second, document = [one.message for one in await received(bot)]

    assert photo
    assert first
    assert second
    assert document
    assert [one.width for one in photo.photo] == [90, 320, 400]
    assert photo.caption == "/vary"
    assert photo.caption_entities[0].type == "bot_command"
    assert first.media_group_id == second.media_group_id
    assert (first.caption, second.caption) == ("both", None)
    assert document.document
    assert document.document.mime_type == "image/png"


async def test_a_press_and_its_answer(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    await bot.send_message(1001, "x", reply_markup=buttons("Go", "Go on"))
    (shown,) = bot_api.from_bot(ann)

    answer = ann.press(shown, "Go on")
    (update,) = await received(bot)
    query = update.callback_query
    assert query
    assert query.data == "go on"
    assert query.message
    assert query.message.message_id == shown.message_id
    await query.answer("done", show_alert=True)

    assert (await answer).text == "done"
    assert (await answer).show_alert
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await query.answer()
    assert broken(bot_api) == ["query"]
    with pytest.raises(LookupError):
        ann.press(shown, "Stop")


async def test_an_unanswered_press_fails_at_last(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.world.patience = 0.0
    await bot.send_message(1001, "x", reply_markup=buttons("Go"))

    with pytest.raises(TimeoutError, match="did not answer"):
        await ann.press(bot_api.from_bot(ann)[0], "Go")


async def test_a_press_on_a_message_that_is_too_old(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    await bot.send_message(1001, "x", reply_markup=buttons("Go"))
    answer = ann.press(bot_api.from_bot(ann)[0], "Go", inaccessible=True)

    (update,) = await received(bot)

    assert update.callback_query
    assert update.callback_query.message
    assert not update.callback_query.message.is_accessible
    await update.callback_query.answer()
    await answer


async def test_edits_are_told(bot: telegram.Bot, ann: Person) -> None:
    message = await ann.send("cat")
    ann.edit(message, "dog")

    _, update = await received(bot)

    assert update.edited_message
    assert update.edited_message.text == "dog"
    assert [one.text for one in message.versions] == ["cat", "dog"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("hello", False),
        ("/generate cat", True),
        ("/generate@easel_bot cat", True),
        ("/generate@other_bot cat", False),
        ("hey @easel_bot", True),
    ],
)
async def test_privacy_in_groups(bot_api: FakeBotApi, ann: Person, text: str, heard: bool) -> None:
    group = bot_api.group("Cats")
    await ann.send(text, chat=group)
    assert bool(bot_api.updates.log) is heard

    for other in (bot_api.group("Open", privacy=False), bot_api.group("Admin", admin=True)):
        before = len(bot_api.updates.log)
        await ann.send(text, chat=other)
        assert len(bot_api.updates.log) == before + 1


async def test_replies_to_the_bot_are_heard(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    group = bot_api.group("Cats")
    sent = await bot.send_message(group.id, "which?")

    await ann.send("this", chat=group, reply_to=bot_api.from_bot(group)[0])

    (update,) = await received(bot)
    assert update.message
    assert update.message.reply_to_message
    assert update.message.reply_to_message.message_id == sent.message_id
    assert update.message.message_thread_id == sent.message_id
    assert not update.message.is_topic_message
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=sent.message_id)
    assert broken(bot_api) == ["thread"]


async def test_topics(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    group = bot_api.group("Cats", forum=True)
    thread = group.topic("Big cats", ann)
    await ann.send("/generate lion", chat=group, thread=thread)

    _, update = await received(bot)
    assert update.message
    assert update.message.is_topic_message
    assert update.message.message_thread_id == thread
    assert update.message.reply_to_message
    assert update.message.reply_to_message.forum_topic_created
    sent = await bot.send_message(group.id, "lion", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
    answered = await bot.send_message(
        group.id, "y", reply_parameters=telegram.ReplyParameters(update.message.message_id)
    )
    assert answered.message_thread_id == thread
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=1)
    assert broken(bot_api) == ["thread"]


async def test_message_ids_grow_in_each_chat(bot_api: FakeBotApi, ann: Person, bob: Person) -> None:
    ids = [(await one.send("x")).message_id for one in (ann, ann, bob)]
    assert ids == [1, 2, 1]
    assert [one.id for one in bot_api.updates.log] == sorted(one.id for one in bot_api.updates.log)


async def test_inline_queries(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    answer = ann.inline("cat")
    (update,) = await received(bot)
    assert update.inline_query
    article = telegram.InlineQueryResultArticle(
        "1", "x", telegram.InputTextMessageContent("<b>x</b>", "HTML")
    )
    with pytest.raises(BadRequest, match=r"(?i)result_id_duplicate"):
        await update.inline_query.answer([article, article])
    await update.inline_query.answer([article])

    shown = ann.choose((await answer)[0], "cat")

    assert shown.text == "x"
    assert broken(bot_api) == ["inline_results"]
    assert kinds(bot_api) == ["inline_query", "chosen_inline_result"]


async def test_waiting(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    waiting = asyncio.create_task(bot_api.wait(lambda: bot_api.from_bot(ann)[0]))
    await bot.send_message(1001, "x")
    assert (await waiting).text == "x"
    with pytest.raises(AssertionError, match="sendMessage"):
        await bot_api.wait(lambda: False, timeout=0.0)
    await ann.send("x")
    (update,) = await received(bot)
    settled = asyncio.create_task(bot_api.settled())
    await bot.get_updates(offset=update.update_id + 1)
    await settled
