"""What members write, and what is understood."""

from __future__ import annotations

import asyncio

from core.ids import AccountId
from tests.e2e.telegram.house import House, cards, painting, png
from tests.fakes.bot_api.server import FakeBotApi


async def test_help_lists_the_commands(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    asked = await ann.send("/help")
    shown = await either.shown(ann, lambda one: "/generate" in one.text)
    assert shown.reply_to is asked
    assert "/grant" not in shown.text


async def test_start_greets_and_a_link_shows_a_task(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/start")
    await house.shown(ann, lambda one: "Hello" in one.text)
    await ann.send("a red fox")
    card = await house.finished(ann)
    task = (await house.tasks(ann))[0]
    await ann.send(f"/start show-{task.id}")
    await house.shown(ann, lambda one: one.media is not None and one is not card)


async def test_a_wrong_flag_is_answered_with_a_hint(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox --sed 7")
    await house.shown(ann, lambda one: "did you mean --seed" in one.text)
    assert not await house.tasks(ann)


async def test_a_request_without_words_is_asked_for_them(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate")
    question = await house.shown(ann, lambda one: "What do you want to see" in one.text)
    assert bot_api.called("sendMessage")[-1].params["reply_markup"]["force_reply"]
    await ann.send("a red fox --ar 16:9", reply_to=question)
    card = await house.finished(ann)
    assert "a red fox" in card.text
    settings = (await house.tasks(ann))[0].request.settings
    assert settings.width > settings.height


async def test_what_is_meant_for_another_bot_is_left_alone(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", privacy=False, members=(ann,))
    await ann.send("/generate@other_bot a red fox", chat=group)
    await ann.send("/weather", chat=group)
    await ann.send("a red fox", chat=group)
    await ann.send("/generate@Easel_Bot a blue owl", chat=group)
    card = await house.finished(group)
    assert "a blue owl" in card.text
    assert len(bot_api.from_bot(group)) == 1


async def test_an_edited_message_is_not_run_again(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    asked = await ann.send("/generate a red fox")
    await either.finished(ann)
    ann.edit(asked, "/generate a blue owl")
    await bot_api.settled()
    await ann.send("/points")
    await either.shown(ann, lambda one: "points" in one.text and not one.media)
    assert len(await either.tasks(ann)) == 1


async def test_a_mention_in_a_group_is_a_prompt(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("@easel_bot a red fox", chat=group)
    card = await house.finished(group)
    assert (await house.tasks(ann))[0].request.prompt == "a red fox"
    assert "easel_bot" not in card.text


async def test_a_mention_in_a_prompt_calls_nobody(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("/generate @bob with a /hat", chat=group)
    card = await house.finished(group)
    assert not [one for one in card.entities if one["type"] in {"mention", "bot_command"}]


async def test_answering_a_card_needs_no_id(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox --n 2")
    card = await house.finished(ann)
    task = (await house.tasks(ann))[0]
    await ann.send("/details", reply_to=card)
    await house.shown(ann, lambda one: f"task: {task.id}" in one.text)
    await ann.send("/vary 2 --strength 0.3", reply_to=card)
    await bot_api.wait(lambda: len([one for one in cards(bot_api, ann) if one.media]) == 2, 15)
    varied = (await house.tasks(ann))[0]
    assert task.response is not None
    assert varied.request.input_images == (task.response.outputs[1],)
    assert varied.request.settings.strength == 0.3


async def test_whoever_sees_a_card_may_ask_about_it(house: House, bot_api: FakeBotApi) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    group = bot_api.group("Painters", members=(ann, bob))
    await ann.send("/generate a red fox", chat=group)
    card = await house.finished(group)
    await bob.send("/details", chat=group, reply_to=card)
    await house.shown(group, lambda one: "prompt: a red fox" in one.text)
    await bob.send("/delete", chat=group, reply_to=card)
    await house.shown(
        group,
        lambda one: (
            "somebody else" in one.text or "not yours" in one.text.lower() or "only" in one.text.lower()
        ),
    )
    assert await house.tasks(ann)


async def test_an_admin_grants_by_mention_by_answer_and_by_id(
    closed_house: House, bot_api: FakeBotApi
) -> None:
    closed_house.settings["admins"] = "1001"
    await closed_house.start()
    ann, bob = bot_api.user(1001, username="ann"), bot_api.user(1002, name="Bob", username="Bobby")
    group = bot_api.group("Painters", members=(ann, bob))
    said = await bob.send("/points", chat=group)
    await closed_house.shown(group, lambda one: "You have" in one.text)
    for words, answers in (("@bobby 5", None), ("7", said), ("1002 11", None)):
        await ann.send(f"/grant {words}", chat=group, reply_to=answers)
    await bot_api.wait(lambda: len([one for one in bot_api.from_bot(group) if " now." in one.text]) == 3, 15)
    account = await closed_house.points.account(AccountId("telegram:1002"))
    assert account.balance == 1000 + 5 + 7 + 11
    await ann.send("/grant @nobody 5", chat=group)
    await closed_house.shown(group, lambda one: "I don't know @\u2060nobody" in one.text)


async def test_a_member_grants_nothing(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/grant me 100")
    await house.shown(ann, lambda one: "admins" in one.text)


async def test_a_topic_is_kept(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", forum=True, members=(ann,))
    topic = group.topic("Foxes", ann)
    await ann.send("/generate a red fox --n 3", chat=group, thread=topic)
    await house.finished(group)
    await ann.send("/help", chat=group, thread=topic)
    await bot_api.wait(lambda: len(bot_api.from_bot(group)) == 4, 20)
    assert {one.thread for one in bot_api.from_bot(group)} == {topic}


async def test_a_group_that_became_a_supergroup(house: House, bot_api: FakeBotApi) -> None:
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", basic=True, members=(ann,))
    await ann.send("/generate a red fox", chat=group)
    await house.shown(group, lambda one: "Drawing" in one.text)
    upgraded = group.upgrade(ann)
    gate.set()
    await house.finished(upgraded)
    await ann.send("/help", chat=upgraded)
    await house.shown(upgraded, lambda one: "/generate" in one.text)


async def test_a_group_that_the_bot_was_thrown_out_of(house: House, bot_api: FakeBotApi) -> None:
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("/generate a red fox", chat=group)
    await house.shown(group, lambda one: "Drawing" in one.text)
    group.kick_bot(ann)
    gate.set()
    task = (await house.tasks(ann))[0]

    async def closed() -> bool:
        found = await house.delivery(task.id)
        return found is not None and found.closed

    await house.until(closed)


# --- pictures that members send ------------------------------------------------------------------


async def test_a_photo_with_a_caption_is_started_from(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send_photo(png(size=(160, 90)), "a painting of it")
    await either.finished(ann)
    request = (await either.tasks(ann))[0].request
    assert request.type == "img2img"
    assert len(request.input_images) == 1
    assert request.settings.width > request.settings.height


async def test_a_caption_may_be_a_command(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send_document(png(), "fox.png", "/generate a painting of it --strength 0.4")
    await house.finished(ann)
    assert (await house.tasks(ann))[0].request.settings.strength == 0.4


async def test_a_photo_without_words_is_asked_about(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send_photo(png())
    question = await house.shown(ann, lambda one: "What do you want to see" in one.text)
    await ann.send("a painting of it", reply_to=question)
    await house.finished(ann)
    request = (await house.tasks(ann))[0].request
    assert request.type == "img2img"
    assert request.prompt == "a painting of it"


async def test_a_command_in_answer_to_a_picture_starts_from_it(house: House, bot_api: FakeBotApi) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002)
    group = bot_api.group("Painters", members=(ann, bob))
    photo = await bob.send_photo(png(), chat=group)
    await ann.send("/generate a painting of it", chat=group, reply_to=photo)
    await house.finished(group)
    assert (await house.tasks(ann))[0].request.type == "img2img"


async def test_an_album_is_one_request_with_its_first_picture(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send_album([png((9, 9, 9)), png((99, 9, 9)), png((9, 99, 9))], "a painting of it")
    await either.finished(ann)
    await either.shown(ann, lambda one: "Of your 3 pictures" in one.text)
    assert len(await either.tasks(ann)) == 1
    assert len([one for one in bot_api.from_bot(ann) if not one.buttons]) == 1


async def test_what_is_no_picture_is_refused(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send_document(b"not a picture at all", "fox.png", "a painting of it")
    await house.shown(ann, lambda one: "not a picture" in one.text)


async def test_a_picture_of_more_than_twenty_megabytes_is_refused(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send_document(png() + b"\0" * (21 * 2**20), "fox.png", "a painting of it")
    await house.shown(ann, lambda one: "larger than 20 MiB" in one.text)


async def test_a_download_is_tried_again(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    bot_api.fault("download", 500)
    bot_api.fault("getFile", "reset")
    await ann.send_photo(png(), "a painting of it")
    await house.finished(ann, 10)


async def test_a_picture_can_not_be_named_in_words(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a fox --image fox.png")
    await house.shown(ann, lambda one: "as its caption" in one.text)


# --- answers, topics, and whose is what ----------------------------------------------------------


async def test_an_answer_that_quotes_a_prompt_calls_nobody(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", members=(ann,))
    await ann.send("/generate @alice @bobby at sea", chat=group)
    await house.finished(group)
    await ann.send("/history", chat=group)
    listed = await house.shown(group, lambda one: "at sea" in one.text and not one.media)
    assert not [one for one in listed.entities if one["type"] == "mention"]


async def test_an_id_that_is_given_counts_more_than_the_card_that_is_answered(
    house: House, bot_api: FakeBotApi
) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    await ann.send("/generate an owl")
    await house.shown(ann, lambda one: "an owl" in one.text and one.media)
    owl, fox = await house.tasks(ann)
    assert owl.response is not None
    assert fox.response is not None
    for number, (words, prompt, origin) in enumerate(
        (
            (f"{owl.id} a blue fox", "a blue fox", owl.response),
            (f"#{owl.id} a grey fox", "a grey fox", owl.response),
            ("yellow fox", "yellow fox", fox.response),
        ),
        start=3,
    ):
        await ann.send(f"/use {words}", reply_to=card)
        await bot_api.wait(lambda most=number: len(cards(bot_api, ann)) == most, 15)  # type: ignore[misc]
        request = (await house.tasks(ann))[0].request
        assert (request.prompt, request.input_images) == (prompt, origin.outputs)


async def test_what_is_said_in_a_topic_answers_nobody(closed_house: House, bot_api: FakeBotApi) -> None:
    closed_house.settings["admins"] = "1001"
    await closed_house.start()
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    group = bot_api.group("Painters", forum=True, members=(ann, bob))
    topic = group.topic("Foxes", bob)
    await ann.send("/grant 100", chat=group, thread=topic)
    refused = await closed_house.shown(group, lambda one: one.text)
    assert " now." not in refused.text
    said = await bob.send("/points", chat=group, thread=topic)
    await ann.send("/grant 7", chat=group, reply_to=said)
    await closed_house.shown(group, lambda one: " now." in one.text)
    assert (await closed_house.points.account(AccountId("telegram:1002"))).balance == 1007


async def test_a_question_is_answered_by_whom_it_was_put_to(house: House, bot_api: FakeBotApi) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    group = bot_api.group("Painters", members=(ann, bob))
    await ann.send("/generate", chat=group)
    question = await house.shown(group, lambda one: "What do you want to see" in one.text)
    await bob.send("nothing, thank you", chat=group, reply_to=question)
    await ann.send("a red fox", chat=group, reply_to=question)
    await house.finished(group)
    assert not await house.tasks(bob)
    assert len(await house.tasks(ann)) == 1
