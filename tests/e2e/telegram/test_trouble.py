"""Everything that goes wrong between Easel and Telegram."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest

from adapters.storage.notes import SqliteNotes
from core.errors import PlatformRefusedError, StorageUnavailableError
from core.generation.images import StoredImage
from core.generation.models import GenerationStatus
from core.intake.models import Received
from tests.e2e.telegram.house import House, cards, painting, png
from tests.fakes.bot_api.server import FakeBotApi

PROBES = ("edit_of_foreign", "not_modified")
"""What recovery does and nobody else may."""


async def test_a_first_message_whose_answer_is_lost_is_not_sent_twice(
    either: House, bot_api: FakeBotApi
) -> None:
    bot_api.allow(*PROBES)
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", "drop")
    await ann.send("/generate a red fox")
    await either.finished(ann, 15)
    assert len(cards(bot_api, ann)) == 1
    assert len(bot_api.called("sendMessage")) == 1


async def test_a_first_message_that_timed_out_before_it_arrived_is_sent_once(
    closed_house: House, bot_api: FakeBotApi
) -> None:
    bot_api.allow(*PROBES)
    await closed_house.start()
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", "delay", seconds=3.0)
    await ann.send("/generate a red fox")
    await closed_house.finished(ann, 20)
    await bot_api.wait(lambda: all(one.status is not None for one in bot_api.called("sendMessage")))
    assert len(cards(bot_api, ann)) == 1


@pytest.mark.parametrize("fault", [500, 502, "reset"])
async def test_a_first_message_that_was_not_sent_is_sent_later(
    house: House, bot_api: FakeBotApi, fault: int | str
) -> None:
    bot_api.allow(*PROBES)
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", fault)  # type: ignore[arg-type]
    await ann.send("/generate a red fox")
    await house.finished(ann, 20)
    assert len(cards(bot_api, ann)) == 1


@pytest.mark.parametrize("fault", [500, 502, "reset", "drop"])
async def test_a_picture_is_set_in_spite_of_trouble(
    house: House, bot_api: FakeBotApi, fault: int | str
) -> None:
    bot_api.allow("not_modified")
    ann = bot_api.user(1001)
    bot_api.fault("editMessageMedia", fault)  # type: ignore[arg-type]
    await ann.send("/generate a red fox")
    await house.finished(ann, 15)
    assert len(cards(bot_api, ann)) == 1


async def test_a_rate_limit_is_waited_out(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", 429, retry_after=1)
    await ann.send("/generate a red fox")
    await house.finished(ann, 15)
    first, second = (one for one in bot_api.calls if one.method in {"sendMessage", "sendPhoto"})
    assert second.at - first.at >= 1.0


async def test_a_rate_limit_of_one_chat_holds_up_no_other(house: House, bot_api: FakeBotApi) -> None:
    ann, bob = bot_api.user(1001), bot_api.user(1002, name="Bob")
    bot_api.fault("sendMessage", 429, retry_after=3)
    await ann.send("/help")
    await bot_api.wait(lambda: bot_api.called("sendMessage"))
    await bob.send("/help")
    await house.shown(bob, lambda one: "/generate" in one.text, 2)
    await house.shown(ann, lambda one: "/generate" in one.text)


async def test_polling_goes_on_after_trouble(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    for fault in (500, 502, "reset", "drop"):
        bot_api.fault("getUpdates", fault)
    bot_api.fault("getUpdates", 429, retry_after=1)
    await ann.send("/generate a red fox")
    await house.finished(ann, 15)
    assert len(await house.tasks(ann)) == 1


async def test_a_token_that_is_refused_ends_the_platform(house: House, bot_api: FakeBotApi) -> None:
    bot_api.fault("getUpdates", 401)
    await bot_api.user(1001).send("hello")
    with pytest.raises(PlatformRefusedError) as caught:
        await asyncio.wait_for(house.serving, 5)
    assert caught.value.facts["reason"] == "bad_token"


async def test_a_token_that_was_never_right(closed_house: House, bot_api: FakeBotApi) -> None:
    bot_api.allow("token")
    closed_house.settings["token"] = "4242:AAnotTheTokenAtAllReallyNotTheToken"
    await closed_house.start()
    with pytest.raises(PlatformRefusedError, match="bad_token"):
        await asyncio.wait_for(closed_house.serving, 5)


async def test_another_poller_is_borne_for_a_while(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    bot_api.fault("getUpdates", 409, times=2)
    await ann.send("/generate a red fox")
    await house.finished(ann)


async def test_another_poller_that_stays_ends_the_platform(house: House, bot_api: FakeBotApi) -> None:
    bot_api.fault("getUpdates", 409, times=None)
    await bot_api.user(1001).send("hello")
    with pytest.raises(PlatformRefusedError, match="taken"):
        await asyncio.wait_for(house.serving, 5)


async def test_a_webhook_that_was_left_is_taken_away_to_poll(
    closed_house: House, bot_api: FakeBotApi
) -> None:
    closed_house.webhook = True
    await closed_house.start()
    await closed_house.stop()
    closed_house.webhook = False
    await closed_house.start()
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await closed_house.finished(ann)


async def test_a_server_that_is_away_at_the_start_is_waited_for(
    closed_house: House, bot_api: FakeBotApi
) -> None:
    bot_api.fault("getMe", 502, times=3)
    await closed_house.start()
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await closed_house.finished(ann)


async def test_the_bot_was_blocked(house: House, bot_api: FakeBotApi) -> None:
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    await house.shown(ann, lambda one: "Drawing" in one.text)
    ann.block()
    gate.set()
    task = (await house.tasks(ann))[0]

    async def closed() -> bool:
        found = await house.delivery(task.id)
        return found is not None and found.closed

    await house.until(closed)
    assert (await house.service.get_task(task.id)).status is GenerationStatus.COMPLETED


async def test_a_card_that_somebody_deleted_is_sent_anew_at_the_end(
    house: House, bot_api: FakeBotApi
) -> None:
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    ann.delete(await house.shown(ann, lambda one: "Drawing" in one.text))
    gate.set()
    await house.finished(ann)
    assert len(cards(bot_api, ann)) == 1


async def test_the_token_is_in_no_log(
    closed_house: House, bot_api: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await closed_house.start()
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", 502)
    bot_api.fault("getUpdates", "reset")
    bot_api.fault("download", 500)
    bot_api.allow(*PROBES)
    await ann.send_photo(png(), "a red fox")
    await closed_house.finished(ann, 15)
    assert caplog.records
    assert bot_api.token not in caplog.text
    assert bot_api.token.partition(":")[2] not in caplog.text


async def test_a_fault_of_ours_is_told_with_its_number_and_the_rest_goes_on(
    either: House, bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: bytes) -> StoredImage:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(either.images, "accept", broken)
    ann = bot_api.user(1001)
    await ann.send_photo(png(), "a painting of it")
    told = await either.shown(ann, lambda one: "Something went wrong inside Easel" in one.text)
    incident = told.text.rstrip(".").rsplit(" ", 1)[1]
    assert incident in caplog.text
    await ann.send("/help")
    await either.shown(ann, lambda one: "/generate" in one.text)
    assert await either.until(lambda: _nothing_waits(either))


async def _nothing_waits(house: House) -> bool:
    return not await house.waiting()


async def test_what_the_store_could_not_do_is_done_again(
    house: House, bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = house.images.accept
    failures = [StorageUnavailableError(reason="locked")] * 2

    async def flaky(data: bytes) -> StoredImage:
        if failures:
            raise failures.pop()
        return await accept(data)

    monkeypatch.setattr(house.images, "accept", flaky)
    ann = bot_api.user(1001)
    await ann.send_photo(png(), "a painting of it")
    await house.finished(ann)
    assert len(await house.tasks(ann)) == 1


async def test_an_update_that_nobody_can_read_stops_nothing(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    bot_api.updates.add("message", {"message_id": 5, "chat": "nonsense"}, 1001)
    await ann.send("/help")
    await house.shown(ann, lambda one: "/generate" in one.text)


async def test_a_group_that_moved_unseen_is_followed(house: House, bot_api: FakeBotApi) -> None:
    gate = asyncio.Event()
    house.engine.default = painting(gate=gate)
    ann = bot_api.user(1001)
    group = bot_api.group("Painters", basic=True, members=(ann,))
    await ann.send("/generate a red fox", chat=group)
    await house.shown(group, lambda one: "Drawing" in one.text)
    upgraded = group.upgrade(ann)
    bot_api.updates.clear()
    gate.set()
    await house.finished(upgraded)
    task = (await house.tasks(ann))[0]

    async def moved() -> bool:
        found = await house.delivery(task.id)
        return found is not None and found.ref.chat == str(upgraded.id)

    await house.until(moved)


async def test_an_answer_is_tried_again(house: House, bot_api: FakeBotApi) -> None:
    ann = bot_api.user(1001)
    bot_api.fault("sendMessage", 502)
    await ann.send("/help")
    await house.shown(ann, lambda one: "/generate" in one.text)


def _lose_notes(monkeypatch: pytest.MonkeyPatch, *prefixes: str) -> None:
    put = SqliteNotes.put

    def broken(self: SqliteNotes, platform: str, name: str, text: str, when: datetime) -> None:
        if name.startswith(prefixes):
            raise StorageUnavailableError(reason="read_only")
        put(self, platform, name, text, when)

    monkeypatch.setattr(SqliteNotes, "put", broken)


async def test_a_picture_whose_id_can_not_be_kept_is_shown_once(
    house: House, bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lose_notes(monkeypatch, "photo:", "file:")
    ann = bot_api.user(1001)
    await ann.send("/generate a red fox")
    card = await house.finished(ann)
    await ann.send(f"/show {(await house.tasks(ann))[0].id}")
    await house.shown(ann, lambda one: one.media is not None and one is not card)
    await house.until(lambda: _nothing_waits(house))
    assert len(bot_api.called("sendPhoto")) == 1


async def test_a_question_that_can_not_be_kept_is_put_once(
    house: House, bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lose_notes(monkeypatch, "form:")
    ann = bot_api.user(1001)
    await ann.send("/generate")
    await house.shown(ann, lambda one: "with all its words" in one.text)
    await house.until(lambda: _nothing_waits(house))
    assert len([one for one in bot_api.from_bot(ann) if "What do you want" in one.text]) == 1


async def test_a_strange_secret_is_refused(closed_house: House, bot_api: FakeBotApi) -> None:
    closed_house.webhook = True
    await closed_house.start()
    host, port = closed_house.telegram().listen
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(
        b"POST /telegram HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: \xff\r\nConnection: close\r\n\r\n{}"
    )
    assert b" 403 " in await reader.readline()
    writer.close()


async def test_a_request_without_its_card_gets_a_receipt_and_one_with_it_none(
    closed_house: House, bot_api: FakeBotApi
) -> None:
    closed_house.delivers = False
    await closed_house.start()
    ann = bot_api.user(1001)
    asked = await ann.send("/generate a red fox")
    await bot_api.wait(lambda: asked.reactions)
    closed_house.delivers = True
    await closed_house.restart()
    await closed_house.finished(ann, 15)
    asked.reactions.clear()
    update = bot_api.updates.log[0]

    async def is_closed() -> bool:
        found = await closed_house.delivery((await closed_house.tasks(ann))[0].id)
        return found is not None and found.closed

    await closed_house.until(is_closed)
    payload = json.dumps({"update_id": update.id, update.kind: update.payload})
    again = Received("telegram", "again", str(ann.id), payload, datetime.now(UTC))
    await closed_house.store.write(lambda tx: tx.received.add(again))
    await closed_house.until(lambda: _nothing_waits(closed_house), 10)
    await asyncio.sleep(0.4)
    assert len(await closed_house.tasks(ann)) == 1
    assert not asked.reactions
