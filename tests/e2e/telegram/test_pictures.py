"""From a request in the chat to the picture."""

from __future__ import annotations

import asyncio

import pytest

from adapters.telegram import cards as cards_module
from adapters.telegram import client as client_module
from adapters.telegram.photos import Photos
from core.clock import SystemClock
from core.delivery.models import MessageRef
from core.presentation.status import status_view
from tests.e2e.telegram.house import House, cards, noise, painting, png
from tests.fakes.bot_api.server import FakeBotApi


async def test_a_request_becomes_one_message_first_a_status_then_the_picture(
    either: House, bot_api: FakeBotApi
) -> None:
    gate = asyncio.Event()
    either.engine.default = painting(gate=gate)
    ann = bot_api.user(1001, username="ann")
    asked = await ann.send("/generate a red fox --steps 5")
    shown = await either.shown(ann, lambda one: "Drawing" in one.text)
    assert shown.reply_to is asked
    assert shown.buttons == [["Cancel"]]
    assert "a red fox" in shown.text
    gate.set()
    done = await either.finished(ann)
    assert done is shown
    assert "Done" in done.text
    assert done.buttons[0] == ["Vary", "Upscale", "Use", "As file"]
    assert len(cards(bot_api, ann)) == 1


async def test_plain_text_in_private_is_a_prompt(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("a blue owl & <friends>")
    done = await either.finished(ann)
    assert "a blue owl & <friends>" in done.text


async def test_progress_is_edited_into_the_same_message(house: House, bot_api: FakeBotApi) -> None:
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate, steps=5)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    shown = await house.shown(ann, lambda one: "%" in one.text)
    assert "▰" in shown.text
    await bot_api.wait(lambda: ann.chat.actions)
    assert ann.chat.actions[0][1] == "upload_photo"
    gate.set()
    await house.finished(ann)
    await house.until(lambda: _is_closed(house))
    actions = len(ann.chat.actions)
    await asyncio.sleep(0.25)
    assert len(ann.chat.actions) <= actions + 1, "the action ends with the task"


async def _is_closed(house: House) -> bool:
    return await house.store.read(lambda tx: tx.deliveries.open_count("telegram")) == 0


async def test_several_pictures_are_the_card_and_an_album_that_answers_it(
    house: House, bot_api: FakeBotApi
) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox --n 4")
    card = await house.finished(ann)
    album = await bot_api.wait(lambda: [one for one in bot_api.from_bot(ann) if one.media_group_id], 12)
    assert [one.reply_to for one in album] == [card] * 3
    assert card.buttons[0] == ["Vary 1", "Vary 2", "Vary 3", "Vary 4"]
    assert len({one.data for one in (card, *album)}) == 4
    await house.until(lambda: _is_closed(house))
    await ann.press(card, "Delete")
    await bot_api.wait(lambda: not bot_api.from_bot(ann))


async def test_one_further_picture_is_no_album(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox --n 2")
    card = await house.finished(ann)
    other = await house.shown(ann, lambda one: one.media is not None and one is not card)
    assert other.media_group_id is None
    assert other.reply_to is card
    assert not other.buttons


async def test_what_is_not_safe_for_work_is_covered(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a nude --nsfw")
    assert (await house.finished(ann)).spoiler


async def test_a_picture_is_shown_again_by_its_file_id(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    task = (await house.tasks(ann))[0]
    await ann.send(f"/show {task.id}")
    again = await house.shown(ann, lambda one: one.media is not None and one is not card)
    assert not bot_api.called("sendPhoto")[-1].files
    assert again.buttons == card.buttons
    assert again.data == card.data


async def test_a_file_id_that_is_not_known_any_more_is_not_the_end(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await house.finished(ann)
    task = (await house.tasks(ann))[0]
    assert task.response is not None
    image, now = task.response.outputs[0], task.created_at
    name = f"photo:{bot_api.me.id}:{image}"
    while await house.store.read(lambda tx: tx.notes.get("telegram", name)) is None:
        pass  # the picture is seen a moment before its id is kept
    await house.store.write(lambda tx: tx.notes.put("telegram", name, "AgACnonsense", now))
    await ann.send(f"/show {task.id}")
    await bot_api.wait(lambda: [one for one in bot_api.called("sendPhoto") if one.ok and one.files])

    async def kept_anew() -> bool:
        found = await house.store.read(lambda tx: tx.notes.get("telegram", name))
        return found not in {None, "AgACnonsense"}

    await house.until(kept_anew)


async def test_what_one_bot_calls_a_picture_says_nothing_to_another(
    house: House, bot_api: FakeBotApi
) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await house.finished(ann)
    response = (await house.tasks(ann))[0].response
    assert response is not None
    image = response.outputs[0]
    same, other = (
        Photos(house.images, house.store, SystemClock(), one) for one in (str(bot_api.me.id), "77")
    )

    async def known(photos: Photos) -> str | None:
        return await house.store.read(lambda tx: photos.known_photo(tx, image))

    await house.until(lambda: known(same))
    assert await known(other) is None
    assert not isinstance((await other.ready(image)).media, str)
    await same.forget([image])
    assert await known(same) is None


async def test_a_picture_above_ten_megabytes_goes_out_as_a_jpeg(house: House, bot_api: FakeBotApi) -> None:
    house.engine.default = painting(draw=lambda _: noise((2048, 1800)))
    ann = bot_api.user(1001)
    await ann.send("/generate noise")
    assert (await house.finished(ann, 20)).media
    assert [one.mime for one in bot_api.called("editMessageMedia")[-1].files.values()] == ["image/jpeg"]


async def test_a_picture_too_narrow_for_a_photo_goes_out_as_a_file(house: House, bot_api: FakeBotApi) -> None:
    house.engine.default = painting(draw=lambda _: png(size=(2048, 64)))
    ann = bot_api.user(1001)
    await ann.send("/generate a horizon")
    done = await house.finished(ann)
    assert done.media is not None
    assert done.media.kind == "Document"


async def test_where_no_photos_may_be_sent_the_words_stand_alone(house: House, bot_api: FakeBotApi) -> None:
    group = bot_api.group("Painters", basic=True)
    group.forbid("photos")
    bot_api.fault(
        "editMessageMedia", 400, description="Bad Request: not enough rights to send photos to the chat"
    )
    ann = bot_api.user(1001)
    group.join(ann)
    await ann.send("/generate a red fox", chat=group)
    shown = await house.shown(group, lambda one: "Done" in one.text)
    assert "/history" in shown.text.replace("\u2060", "")


async def test_as_file_sends_the_original(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    await ann.press(card, "As file")
    file = await house.shown(ann, lambda one: one.media is not None and one.media.kind == "Document")
    task = (await house.tasks(ann))[0]
    assert task.response is not None
    assert file.data == await house.images.load(task.response.outputs[0])
    assert b"parameters" in file.data
    assert file.reply_to is card


async def test_all_pictures_of_a_task_are_files_together(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox --n 2")
    card = await house.finished(ann)
    await ann.press(card, "As files")
    await bot_api.wait(
        lambda: (
            len(
                [
                    one
                    for one in bot_api.from_bot(ann)
                    if one.media is not None and one.media.kind == "Document"
                ]
            )
            == 2
        ),
        12,
    )


async def test_what_has_to_be_covered_is_no_file_in_a_group(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("/generate a nude --nsfw")
    await house.finished(ann)
    task = (await house.tasks(ann))[0]
    await ann.send("/generate a red fox", chat=group)
    card = await house.finished(group)
    await ann.press_data(card, f"file:{task.id}")
    await house.shown(group, lambda one: "not safe for work" in one.text)
    assert not bot_api.called("sendDocument")
    await ann.press(await house.finished(ann), "As file")
    await house.shown(ann, lambda one: one.media is not None and one.media.kind == "Document")


async def test_what_has_to_be_covered_and_is_no_photo_is_words_in_a_group(
    house: House, bot_api: FakeBotApi
) -> None:
    house.engine.default = painting(number=2, draw=lambda _: png(size=(2048, 64)))
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("/generate a nude horizon --nsfw")
    await house.finished(ann)
    task = (await house.tasks(ann))[0]
    await house.platform.gateway.show(MessageRef("telegram", str(group.id)), status_view(task))
    shown = bot_api.from_bot(group)
    assert [one.media for one in shown] == [None]
    assert "may not be shown here" in shown[0].text


async def test_an_album_whose_answer_is_lost_is_not_sent_again(
    closed_house: House, bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (cards_module, client_module):
        monkeypatch.setattr(module, "UPLOAD_SECONDS", 1.0)
    await closed_house.start()
    bot_api.fault("sendMediaGroup", "delay", seconds=2.5, times=None)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox --n 3")
    await closed_house.finished(ann)
    await closed_house.until(lambda: _is_closed(closed_house), 15)
    assert len(bot_api.called("sendMediaGroup")) == 1
