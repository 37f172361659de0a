"""What may be sent, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable

import pytest
import telegram
from PIL import Image
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError

from tests.bot_api.helpers import broken, buttons, kinds, noise, png
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi

Action = Callable[[telegram.Bot], Awaitable[object]]


def keyboard(count: int, data: str = "x") -> telegram.InlineKeyboardMarkup:
    one = telegram.InlineKeyboardButton("b", callback_data=data)
    return telegram.InlineKeyboardMarkup([[one]] * count)


REFUSALS: dict[str, tuple[Action, str, str | None]] = {
    "no text": (lambda bot: bot.send_message(1001, " "), "text is empty", "text_empty"),
    "long text": (lambda bot: bot.send_message(1001, "x" * 4097), "message is too long", "text_length"),
    "bad html": (
        lambda bot: bot.send_message(1001, "<br>", parse_mode="HTML"),
        "can't parse entities",
        "html",
    ),
    "no such chat": (lambda bot: bot.send_message(5, "x"), "chat not found", None),
    "no such reply": (
        lambda bot: bot.send_message(1001, "x", reply_parameters=telegram.ReplyParameters(99)),
        "message to be replied not found",
        None,
    ),
    "long data": (
        lambda bot: bot.send_message(1001, "x", reply_markup=keyboard(1, "é" * 33)),
        "button_data_invalid",
        "button_data",
    ),
    "many buttons": (
        lambda bot: bot.send_message(1001, "x", reply_markup=keyboard(101)),
        "reply_markup_too_long",
        "buttons",
    ),
    "no such topic": (
        lambda bot: bot.send_message(1001, "x", message_thread_id=7),
        "message thread not found",
        "thread",
    ),
    "no picture": (
        lambda bot: bot.send_photo(1001, b"nothing", filename="a.png"),
        "image_process_failed",
        "photo_format",
    ),
    "thin picture": (
        lambda bot: bot.send_photo(1001, png(2100, 100), filename="a.png"),
        "photo_invalid_dimensions",
        "photo_dimensions",
    ),
    "wide picture": (
        lambda bot: bot.send_photo(1001, png(9000, 1001), filename="a.png"),
        "photo_invalid_dimensions",
        "photo_dimensions",
    ),
    "heavy picture": (
        lambda bot: bot.send_photo(1001, noise(2000, 1800), filename="a.png"),
        "too big for a photo",
        "photo_size",
    ),
    "long caption": (
        lambda bot: bot.send_photo(1001, png(), caption="x" * 1025, filename="a.png"),
        "caption is too long",
        "caption_length",
    ),
    "empty file": (lambda bot: bot.send_document(1001, b"", filename="a.txt"), "non-empty", None),
    "unknown file": (lambda bot: bot.send_photo(1001, "AgACnothing"), "wrong file identifier", None),
    "wrong action": (lambda bot: bot.send_chat_action(1001, "dance"), "wrong parameter action", "action"),
    "long answer": (
        lambda bot: bot.answer_callback_query("1", "x" * 201),
        "message_too_long",
        "answer_length",
    ),
    "unknown query": (lambda bot: bot.answer_callback_query("1"), "query is too old", "query"),
    "bad command": (
        lambda bot: bot.set_my_commands([telegram.BotCommand("Bad-Name", "x")]),
        "bot_command_invalid",
        "commands",
    ),
    "nothing to edit": (lambda bot: bot.edit_message_text("x", 1001, 99), "message to edit not found", None),
    "nothing to delete": (lambda bot: bot.delete_message(1001, 99), "message to delete not found", None),
    "nothing to react to": (
        lambda bot: bot.set_message_reaction(1001, 1, "👍"),
        "message to react not found",
        None,
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_refusals(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person, name: str) -> None:
    action, words, violation = REFUSALS[name]

    with pytest.raises(BadRequest) as caught:
        await action(bot)

    assert words in caught.value.message.lower()
    assert [one for one in broken(bot_api) if one != "spec"] == ([violation] if violation else [])
    assert bot_api.history(ann) == []


async def test_the_longest_text_and_caption_pass(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    await bot.send_message(1001, f"<b>{'🐈' * 4096}</b>", parse_mode="HTML")
    await bot.send_photo(1001, png(), caption=f"<i>{'é' * 1024}</i>", parse_mode="HTML", filename="a.png")

    text, photo = bot_api.history(ann)
    assert text.entities == [{"type": "bold", "offset": 0, "length": 8192}]
    assert len(photo.text) == 1024


async def test_a_photo_becomes_jpegs_and_a_document_stays(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    original = png(2000, 1000)
    photo = await bot.send_photo(1001, original, filename="a.png")
    document = await bot.send_document(1001, original, filename="cat.png")

    assert [(one.width, one.height) for one in photo.photo] == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    assert document.document is not None
    assert (document.document.file_name, document.document.mime_type) == ("cat.png", "image/png")
    shown, kept = bot_api.history(ann)
    with Image.open(io.BytesIO(shown.data)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (1280, 640))
    assert kept.data == original
    assert bot_api.calls[-1].files["document"].data == original


async def test_file_ids_keep_their_type(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    photo = await bot.send_photo(1001, png(200, 200), filename="a.png")
    document = await bot.send_document(1001, png(), filename="a.png")
    assert document.document

    again = await bot.send_photo(1001, photo.photo[0].file_id)
    assert again.photo == photo.photo
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
        await bot.send_document(1001, photo.photo[0].file_id)
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type document as photo"):
        await bot.send_photo(1001, document.document.file_id)
    assert broken(bot_api) == ["file_type", "file_type"]


async def test_downloads(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    sent = await ann.send_document(b"bytes", "note.txt")

    file = await bot.get_file(sent.as_json()["document"]["file_id"])

    assert bytes(await file.download_as_bytearray()) == b"bytes"
    assert bot_api.called("download")[0].status == 200
    with pytest.raises(BadRequest, match=r"(?i)invalid file_id"):
        await bot.get_file("nothing")


async def test_albums(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.allow("rate")
    colours = ["red", "green", "blue"]
    photos = [telegram.InputMediaPhoto(png(colour=one), filename="a.png") for one in colours]

    sent = await bot.send_media_group(1001, photos, caption="three")

    assert len({one.media_group_id for one in sent}) == 1
    assert [one.caption for one in sent] == ["three", None, None]
    assert len(bot_api.pictures(bot_api.history(ann)[1])) == 3
    with pytest.raises(BadRequest, match=r"(?i)too many messages"):
        await bot.send_media_group(1001, photos * 4)
    with pytest.raises(BadRequest, match=r"(?i)can't be mixed"):
        await bot.send_media_group(1001, [photos[0], telegram.InputMediaDocument(b"x", filename="a.txt")])
    assert broken(bot_api) == ["album", "album"]


async def test_a_message_shows_what_it_answers(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    asked = await ann.send("/generate cat")

    first = await bot.send_message(
        1001, "one", reply_parameters=telegram.ReplyParameters(asked.message_id), reply_markup=buttons("Go")
    )
    second = await bot.send_message(1001, "two", reply_parameters=telegram.ReplyParameters(first.message_id))

    assert first.reply_to_message
    assert first.reply_to_message.text == "/generate cat"
    assert second.reply_to_message
    assert second.reply_to_message.reply_markup == buttons("Go")
    assert second.reply_to_message.reply_to_message is None
    edited = await bot.edit_message_text("three", 1001, second.message_id)
    assert isinstance(edited, telegram.Message)
    assert edited.reply_to_message


async def test_a_reply_to_nothing_may_be_sent_all_the_same(bot: telegram.Bot, ann: Person) -> None:
    lenient = telegram.ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(1001, "x", reply_parameters=lenient)).reply_to_message is None


async def test_who_cannot_be_written_to(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    bot_api.user(7)
    with pytest.raises(Forbidden, match=r"(?i)can't initiate"):
        await bot.send_message(7, "x")
    ann.block()
    with pytest.raises(Forbidden, match=r"(?i)blocked by the user"):
        await bot.send_message(1001, "x")
    ann.unblock()
    await bot.send_message(1001, "x")
    ann.deactivate()
    with pytest.raises(Forbidden, match=r"(?i)deactivated"):
        await bot.send_message(1001, "x")
    assert kinds(bot_api) == ["my_chat_member", "my_chat_member"]


async def test_groups_that_do_not_let_the_bot_write(
    bot_api: FakeBotApi, bot: telegram.Bot, ann: Person
) -> None:
    group = bot_api.group("Cats", owner=ann)
    group.forbid("photos")
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send photos"):
        await bot.send_photo(group.id, png(), filename="a.png")
    group.kick_bot(ann)
    with pytest.raises(Forbidden, match=r"(?i)kicked from the supergroup"):
        await bot.send_message(group.id, "x")


async def test_a_group_that_became_a_supergroup(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    group = bot_api.group("Cats", basic=True, owner=ann)
    new = group.upgrade(ann)

    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")

    assert caught.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.type == "supergroup"
    old_side, new_side = bot_api.updates.log
    assert old_side.payload["migrate_to_chat_id"] == new.id
    assert new_side.payload["migrate_from_chat_id"] == group.id


async def test_too_large_a_request(bot_api: FakeBotApi, bot: telegram.Bot, ann: Person) -> None:
    with pytest.raises(NetworkError, match=r"(?i)Too Large"):
        await bot.send_document(1001, bytes(50 * 1024 * 1024 + 1), filename="a.bin")
    assert bot_api.calls[-1].status == 413
    assert broken(bot_api) == ["upload_size"]


async def test_tokens_and_methods(bot_api: FakeBotApi, bot: telegram.Bot) -> None:
    stranger = telegram.Bot("1:wrong", base_url=bot_api.base_url, base_file_url=bot_api.base_file_url)
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
    with pytest.raises(telegram.error.EndPointNotFound):
        await bot.do_api_request("sendNothing")
    assert (await bot.do_api_request("GETME"))["username"] == "easel_bot"
    assert "unknown_method" in broken(bot_api)
