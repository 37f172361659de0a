"""Killed and started again: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio

from core.generation.models import GenerationTask
from tests.e2e.telegram.house import House, cards, painting
from tests.fakes.bot_api.server import FakeBotApi

PROBES = ("edit_of_foreign", "not_modified")


async def test_a_task_goes_on_in_its_message(either: House, bot_api: FakeBotApi) -> None:
    bot_api.allow("not_modified")
    gate = asyncio.Event()
    either.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    shown = await either.shown(ann, lambda one: "Drawing" in one.text)
    await either.stop()
    gate.set()
    await either.start()
    assert await either.finished(ann) is shown
    assert len(cards(bot_api, ann)) == 1


async def test_killed_while_the_first_message_was_on_its_way(either: House, bot_api: FakeBotApi) -> None:
    bot_api.allow(*PROBES)
    ann = bot_api.user(1001)
    slow = bot_api.fault("sendMessage", "hang")
    await ann.send("/generate a red fox")
    await bot_api.wait(lambda: bot_api.called("sendMessage"))
    await either.stop()
    slow.release()
    await either.start()
    await either.finished(ann, 20)
    assert len(cards(bot_api, ann)) == 1
    assert len(await either.tasks(ann)) == 1


async def test_killed_after_the_first_message_arrived(house: House, bot_api: FakeBotApi) -> None:
    bot_api.allow(*PROBES)
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", "drop")
    await ann.send("/generate a red fox")
    await bot_api.wait(lambda: bot_api.from_bot(ann))
    await house.restart()
    await house.finished(ann, 15)
    assert len(cards(bot_api, ann)) == 1


async def test_cards_of_others_keep_their_buttons_when_one_is_looked_for(
    house: House, bot_api: FakeBotApi
) -> None:
    bot_api.allow(*PROBES, "rate")  # what was called before a start is not known after it
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    first = await house.shown(ann, lambda one: "red fox" in one.text)
    task = (await house.tasks(ann))[0]
    bot_api.fault("sendMessage", "drop")
    await ann.send("/generate a blue owl")
    await bot_api.wait(lambda: len(bot_api.from_bot(ann)) == 2)
    await house.stop()
    # A note from before the first card: its id is among those that are probed.
    other = next(one for one in await _tasks(house) if one.id != task.id)
    await house.store.open()
    await house.store.write(
        lambda tx: tx.notes.put(
            "telegram", f"sending:{other.id}", f"[{first.message_id - 1}]", task.created_at
        )
    )
    await house.store.aclose()
    await house.start()
    second = await house.shown(ann, lambda one: "blue owl" in one.text and one is not first)
    delivery = None

    async def adopted() -> bool:
        nonlocal delivery
        delivery = await house.delivery(other.id)
        return delivery is not None and delivery.ref.message == str(second.message_id)

    await house.until(adopted, 15)
    assert [one["callback_data"] for one in first.keyboard[0]] == [f"cancel:{task.id}"]
    assert len(cards(bot_api, ann)) == 2
    gate.set()


async def _tasks(house: House) -> list[GenerationTask]:
    await house.store.open()
    try:
        return await house.tasks(house.fake.user(1001))
    finally:
        await house.store.aclose()


async def test_what_was_stored_and_not_handled_is_handled_after_the_start(
    either: House, bot_api: FakeBotApi
) -> None:
    bot_api.allow(*PROBES)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await bot_api.wait(lambda: not bot_api.updates.fresh() or either.webhook)
    await either.restart()
    await either.finished(ann, 15)
    assert len(await either.tasks(ann)) == 1
    assert len(cards(bot_api, ann)) == 1


async def test_what_was_sent_meanwhile_is_done_after_the_start(either: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await either.stop()
    await ann.send("/generate a red fox")
    await either.start()
    await either.finished(ann, 15)
    assert len(await either.tasks(ann)) == 1


async def test_an_update_that_comes_twice_is_done_once(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await house.finished(ann)
    update = bot_api.updates.log[0]
    bot_api.updates.pending.append(update)
    await house.restart()
    await bot_api.settled()
    await ann.send("/help")
    await house.shown(ann, lambda one: "/generate" in one.text)
    assert len(await house.tasks(ann)) == 1


async def test_buttons_of_before_work_after(house: House, bot_api: FakeBotApi) -> None:
    bot_api.allow("rate")  # what was called before a start is not known after it
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    await house.restart()
    await ann.press(card, "Again")
    await bot_api.wait(lambda: len([one for one in cards(bot_api, ann) if one.media]) == 2, 10)
