"""Buttons, and inline mode."""

from __future__ import annotations

import asyncio

from core.generation.models import GenerationStatus
from tests.e2e.telegram.house import House, cards, painting
from tests.fakes.bot_api.server import FakeBotApi


async def test_again_makes_another_that_answers_the_card(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await either.finished(ann)
    answer = await ann.press(card, "Again")
    assert answer.text == ""
    other = await either.shown(ann, lambda one: one.buttons and one.media and one is not card)
    assert other.reply_to is card


async def test_a_double_press_is_one(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    await asyncio.gather(ann.press(card, "Again"), ann.press(card, "Again"))
    await bot_api.wait(lambda: len([one for one in cards(bot_api, ann) if one.media]) == 2, 10)
    assert len(await house.tasks(ann)) == 2


async def test_cancel_says_what_came_of_it(house: House, bot_api: FakeBotApi) -> None:
    house.engine.default = painting(gate=asyncio.Event())
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.shown(ann, lambda one: one.buttons == [["Cancel"]])
    answer = await ann.press(card, "Cancel")
    assert "Cancelled" in answer.text
    await house.shown(ann, lambda one: "Cancelled" in one.text)
    assert (await house.tasks(ann))[0].status is GenerationStatus.CANCELLED


async def test_what_is_not_ones_own_is_refused_where_only_oneself_sees_it(
    house: House, bot_api: FakeBotApi
) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    group = bot_api.group("Painters", members=(ann, bob))
    await ann.send("/generate a red fox", chat=group)
    card = await house.finished(group)
    answer = await bob.press(card, "Delete")
    assert answer.show_alert
    assert answer.text
    assert len(bot_api.from_bot(group)) == 1
    await bob.press(card, "Vary")
    await bot_api.wait(lambda: len([one for one in cards(bot_api, group) if one.media]) == 2, 15)
    assert len(await house.tasks(bob)) == 1


async def test_details_are_a_message(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox with a very long story behind it, " + "so to say " * 20)
    card = await house.finished(ann)
    await ann.press(card, "Details")
    shown = await house.shown(ann, lambda one: "seed:" in one.text)
    assert shown.reply_to is card


async def test_edit_asks_for_the_words_and_takes_the_answer(house: House, bot_api: FakeBotApi) -> None:
    bot_api.allow("rate")  # what was called before a start is not known after it
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("/generate a red fox", chat=group)
    card = await house.finished(group)
    await ann.press(card, "Edit")
    question = await house.shown(group, lambda one: "other words" in one.text)
    assert [one["type"] for one in question.entities] == ["text_link", "code"]
    await house.restart()
    await ann.send("a blue fox", chat=group, reply_to=question)
    await house.shown(group, lambda one: "a blue fox" in one.text and one.media)


async def test_data_that_was_made_up_shows_nothing_of_others(house: House, bot_api: FakeBotApi) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    await ann.send("/generate a secret fox")
    await house.finished(ann)
    await bob.send("/generate a blue owl")
    card = await house.finished(bob)
    task = (await house.tasks(ann))[0]
    for command in ("details", "again", "file"):
        await bob.press_data(card, f"{command}:{task.id}")
    await house.shown(bob, lambda one: "gone" in one.text)
    assert len(await house.tasks(bob)) == 1
    assert not [one for one in bot_api.from_bot(bob) if "secret" in one.text]
    answer = await bob.press_data(card, "nonsense")
    assert answer.text


async def test_a_press_on_an_old_message_is_done(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    await ann.press(card, "Again", inaccessible=True)
    await bot_api.wait(lambda: len([one for one in cards(bot_api, ann) if one.media]) == 2, 10)


async def test_a_press_is_answered_though_the_answer_failed_once(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    bot_api.fault(
        "answerCallbackQuery",
        400,
        description="Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    ann.press(card, "Again").cancel()
    await bot_api.wait(lambda: len([one for one in cards(bot_api, ann) if one.media]) == 2, 10)


async def test_ones_own_pictures_are_offered_anywhere(either: House, bot_api: FakeBotApi) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    for words in ("a red fox", "a blue owl", "a nude --nsfw"):
        await ann.send(f"/generate {words}")
    await bot_api.wait(lambda: len([one for one in cards(bot_api, ann) if one.media]) == 3, 20)
    # the last one's file id is stored just after it is shown
    found = await ann.inline("")
    assert {one["caption"] for one in found} <= {"a red fox", "a blue owl"}
    assert len(found) == 2
    assert [one["caption"] for one in await ann.inline("OWL")] == ["a blue owl"]
    assert await bob.inline("") == []
    sent = ann.choose(found[0])
    assert sent.media is not None
    assert bot_api.called("answerInlineQuery")[-1].params["is_personal"] is True
