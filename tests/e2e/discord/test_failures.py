"""What Discord refuses, is slow with, or loses; and what is slow or broken here."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import discord
import pytest

from adapters.discord.addresses import Sent, ref_to
from adapters.discord.calls import Calls
from adapters.discord.messages import Messages
from core.commands.spec import CommandCall
from core.errors import StorageUnavailableError
from core.generation.images import StoredImage
from core.presentation.views import Reply
from tests.e2e.discord.house import House, a_house, a_png


@pytest.mark.parametrize(("status", "code"), [(429, 0), (500, 0), (503, 0)])
async def test_what_passes_is_tried_again(status: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.errors.RETRY_SECONDS", 0.2)
    async with a_house() as house:
        house.env.inject_error("PATCH", "/channels/*", status=status, code=code, times=2)
        result, task = await house.generate()
        await house.until(lambda: house.is_closed(task), seconds=15)
        assert "Done in" in house.text(result)
        assert len(house.messages()) == 1


async def test_an_answer_that_failed_is_made_up_for() -> None:
    async with a_house() as house:
        house.env.inject_error("POST", "/interactions/*", status=500, times=1)
        _, task = await house.generate()
        await house.until(lambda: house.is_closed(task), seconds=10)
        assert len(house.messages()) == 1


async def test_a_message_that_was_deleted_is_not_sent_again() -> None:
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        await house.until(lambda: "Drawing" in house.text(result))
        house.env.backend.delete_message(house.channel.id, house.message(result).id)
        house.easel.free.set()
        await house.until(lambda: house.is_closed(task))
        assert not house.messages()


@pytest.mark.parametrize(("failures", "extension"), [(1, "png"), (2, "png"), (3, None)])
async def test_what_discord_finds_too_large_is_sent_smaller(failures: int, extension: str | None) -> None:
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        await house.until(lambda: "Drawing" in house.text(result))
        await house.until(lambda: (house.world.memory._state.deliveries)[task].shown_revision >= 2)  # type: ignore[index]
        house.env.inject_error("PATCH", "/channels/*", status=413, code=40005, times=failures)
        house.easel.free.set()
        await house.ended(task)
        names = [one.filename.partition(".")[2] for one in house.message(result).attachments]
        assert names == ([extension] if extension else [])
        assert ("too large" in house.text(result)) is (extension is None)


async def test_a_form_that_a_picture_made_too_late_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.desk.PATIENCE_SECONDS", 0.05)
    accepted = Calls.accepted

    async def later(self: Calls, attachment: discord.Attachment) -> StoredImage:
        await asyncio.sleep(0.4)
        return await accepted(self, attachment)

    monkeypatch.setattr(Calls, "accepted", later)
    async with a_house() as house:
        message = await house.bob.send(house.channel, "look", attachments=[("cat.png", a_png("grey"))])
        menu = await house.ann.context_menu(house.channel, "Use as input image", message)
        slash = await house.ann.slash(house.channel, "generate", image=("cat.png", a_png("grey")))
        for result in (menu, slash):
            (followup,) = result.followups
            assert followup.ephemeral
            assert "give /generate with the picture and a prompt" in followup.content


async def test_removals_at_one_time_keep_the_channel_s_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_house() as house:
        gateway = house.platform.gateway
        going = asyncio.Event()

        async def delete(*_: object) -> None:
            await going.wait()

        monkeypatch.setattr(Messages, "delete", delete)
        refs = [ref_to("77", Sent(number)) for number in range(1, 21)]
        removing = []
        for ref in refs:
            if not gateway.pause(ref, is_news=False):
                removing.append(asyncio.create_task(gateway.remove(ref)))
                await asyncio.sleep(0)
        assert len(removing) == 5
        going.set()
        await asyncio.gather(*removing)


def slow(house: House, seconds: float, reply: Reply | None = None) -> None:
    dispatcher = house.platform._desk._dispatcher
    dispatch = dispatcher.dispatch

    async def later(call: CommandCall) -> Reply:
        await asyncio.sleep(seconds)
        return reply or await dispatch(call)

    dispatcher.dispatch = later  # type: ignore[method-assign]


async def test_what_takes_long_is_put_off_and_then_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.desk.PATIENCE_SECONDS", 0.05)
    async with a_house() as house:
        slow(house, 0.4)
        result, task = await house.generate()
        await house.ended(task)
        assert any(one.json == {"type": 5} for one in house.env.http_requests)
        assert "Done in" in house.text(result)
        assert len(house.messages()) == 1


async def test_a_refusal_that_took_long_is_still_for_the_member_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.discord.desk.PATIENCE_SECONDS", 0.05)
    async with a_house() as house:
        slow(house, 0.4, Reply("No.", ok=False))
        result, _ = await house.generate()
        assert not house.messages()
        (followup,) = result.followups
        assert followup.ephemeral
        assert followup.content == "No."


async def test_a_card_that_took_long_is_still_for_the_member_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        monkeypatch.setattr("adapters.discord.desk.PATIENCE_SECONDS", 0.05)
        slow(house, 0.4)
        result = await house.ann.slash(house.channel, "show", task=task)
        assert [one.id for one in house.messages()] == [message.id]
        assert result.followups[0].ephemeral


async def test_a_fault_of_ours_has_an_incident_that_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_house() as house:

        async def broken(_: CommandCall) -> Reply:
            raise RuntimeError("ours")

        house.platform._desk._dispatcher.dispatch = broken  # type: ignore[method-assign,assignment]
        with caplog.at_level(logging.ERROR):
            result, _ = await house.generate()
        assert result.ephemeral
        found = re.search(r"under (\w+)\.", house.text(result))
        assert found is not None
        assert found[1] in caplog.text


async def test_pictures_that_are_gone_are_said_to_be() -> None:
    async with a_house() as house:
        _, task = await house.drawn()
        house.world.images.files.clear()
        result = await house.ann.slash(house.channel, "show", task=task)
        assert "not kept any more" in house.text(result)


async def test_a_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with a_house() as house:
            house.env.inject_error("PATCH", "/channels/*", status=500, times=1)
            _, task = await house.generate()
            await house.until(lambda: house.is_closed(task), seconds=10)
            tokens = [one.token for one in house.env.backend.interactions.values()]
    ours = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("discord"))
    assert tokens
    assert not any(token in ours for token in tokens)


async def test_an_answer_that_got_lost_on_its_way_back_is_not_given_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send, lost = discord.InteractionResponse.send_message, ["once"]

    async def send_message(self: Any, *args: Any, **fields: Any) -> Any:
        answer = await send(self, *args, **fields)
        if lost:
            lost.pop()
            self._response_type = None  # what discord.py knows when nothing comes back
            raise ConnectionResetError
        return answer

    monkeypatch.setattr(discord.InteractionResponse, "send_message", send_message)
    async with a_house() as house:
        result, task = await house.generate()
        await house.until(lambda: house.is_closed(task), seconds=10)
        assert "Done in" in house.text(result)
        assert len(house.messages()) == 1


async def test_where_nothing_can_be_written_the_pictures_stay_in_the_history() -> None:
    async with a_house() as house:
        house.env.inject_error("POST", "/interactions/*", status=404, code=10062, times=1)
        house.env.inject_error("POST", "/channels/*", status=403, code=50013, times=None)
        result, task = await house.generate()
        await house.until(lambda: house.is_closed(task), seconds=10)
        assert f"/show task:{task}" in house.text(result)
        assert result.ephemeral
        done = await house.ended(task)
        assert done.response is not None
        assert done.response.outputs


async def test_a_card_that_can_t_be_made_is_excused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_house() as house:
        _, task = await house.drawn()

        async def load(_: object) -> bytes:
            raise StorageUnavailableError(reason="cannot_read")

        monkeypatch.setattr(house.world.images, "load", load)
        result = await house.ann.slash(house.channel, "show", task=task)
        assert "can't be read" in house.text(result)
        assert house.message(result).ephemeral


async def test_a_command_that_has_changed_meanwhile_is_said_to_have() -> None:
    async with a_house() as house:
        house.env.bot.tree.remove_command("points")  # type: ignore[attr-defined]
        result = await house.ann.slash(house.channel, "points")
        assert result.ephemeral
        assert "reload Discord" in house.text(result)
        with pytest.raises(ExceptionGroup):  # simcord has seen it too
            house.env.raise_errors()
