"""One message a task, whatever was killed when."""

from __future__ import annotations

import dataclasses

import pytest

from adapters.discord.addresses import Asked, Lent, address_of, ref_to
from adapters.discord.gateway import DiscordGateway
from core.commands.builtin import builtin_registry
from core.commands.registry import Registry
from core.delivery.models import MessageRef
from core.errors import ChatGoneError
from core.ids import TaskId
from core.presentation.status import status_view
from tests.e2e.discord.house import House, a_house


def fresh(house: House) -> DiscordGateway:
    """A gateway that knows of nothing that another process did."""
    gateway = DiscordGateway(house.world.images)
    gateway.attach(house.env.bot)
    return gateway


async def shown_by(house: House, gateway: DiscordGateway, task: str, ref: MessageRef) -> MessageRef:
    return await gateway.show(ref, status_view(await house.task(task)))


async def ref_of(house: House, task: str) -> MessageRef:
    delivery = await house.world.delivery(TaskId(task))
    assert delivery is not None
    return delivery.ref


def asked_in(house: House) -> Asked:
    record = list(house.env.backend.interactions.values())[-1]
    return Asked(house.env.backend.application_id, record.id, record.token)


async def test_a_restart_in_the_middle_goes_on_in_the_same_message() -> None:
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        await house.until(lambda: "Drawing" in house.text(result))
        await house.env.restart_bot(house.platform.client())
        house.easel.free.set()
        await house.ended(task)
        assert "Done in" in house.text(result)
        assert len(house.messages()) == 1


async def test_buttons_and_open_forms_work_after_a_restart() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        shown = await house.ann.click(message, label="Edit")
        await house.env.restart_bot(house.platform.client())
        await house.ann.submit_modal(shown, {"prompt": "a blue fox"})
        result = await house.ann.click(message, label="Again")
        assert "a red fox" in house.text(result)
        assert {task.request.prompt for task in await house.tasks()} == {"a red fox", "a blue fox"}


async def test_an_open_form_about_somebody_else_s_task_is_refused_after_a_restart() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        shown = await house.bob.click(message, label="Edit")
        house.platform._desk.forms._in_sight.clear()  # as in another process
        refused = await house.bob.submit_modal(shown, {"prompt": "a blue fox"})
        assert "There is no task" in house.text(refused)
        assert not await house.tasks(house.bob)
        again = await house.bob.click(message, label="Edit")
        await house.bob.submit_modal(again, {"prompt": "a blue fox"})
        assert len(await house.tasks(house.bob)) == 1


async def test_an_answer_that_was_given_and_not_stored_is_found_again() -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        ref = ref_to(str(house.channel.id), asked_in(house))
        found = await shown_by(house, fresh(house), task, ref)
        assert found.message == str(message.id)
        assert len(house.messages()) == 1


async def test_a_task_that_nobody_answered_for_gets_a_message_in_its_channel() -> None:
    async with a_house() as house:
        _, task = await house.drawn()
        before = len(house.messages())
        nobody = dataclasses.replace(asked_in(house), token="gone")
        ref = await shown_by(house, fresh(house), task, ref_to(str(house.channel.id), nobody))
        assert len(house.messages()) == before + 1
        again = await shown_by(house, fresh(house), task, ref)
        assert again == ref
        assert len(house.messages()) == before + 1


async def test_after_fifteen_minutes_nothing_is_asked_of_the_token() -> None:
    async with a_house() as house:
        _, task = await house.drawn()
        ref = ref_to(str(house.channel.id), asked_in(house))
        await house.env.advance_time(901)
        sent = len(house.env.http_requests)
        await shown_by(house, fresh(house), task, ref)
        assert [one.path for one in house.env.http_requests[sent:]] == [
            f"/channels/{house.channel.id}/messages"
        ]


async def test_long_after_its_answer_the_bot_still_changes_the_message() -> None:
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        await house.until(lambda: "Drawing" in house.text(result))
        await house.env.advance_time(3600)
        house.easel.free.set()
        await house.ended(task)
        assert "Done in" in house.text(result)


async def test_where_the_bot_may_not_edit_the_interaction_does() -> None:
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        await house.until(lambda: "Drawing" in house.text(result))
        house.env.inject_error(
            "PATCH", "/channels/*", status=403, code=50001, message="Missing Access", times=None
        )
        house.easel.free.set()
        await house.ended(task)
        assert "Done in" in house.text(result)
        assert isinstance(address_of(await ref_of(house, task)), Lent)


async def test_where_only_the_member_has_it_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.gateway.bot_reaches", lambda _: False)
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        await house.until(lambda: "Drawing" in house.text(result))
        assert f"/show task:{task}" in house.text(result)
        house.easel.free.set()
        await house.ended(task)
        assert "Done in" in house.text(result)
        assert "15 minutes" not in house.text(result)
        edits = [one.path for one in house.env.http_requests if one.method == "PATCH"]
        assert edits
        assert all(path.startswith("/webhooks/") for path in edits)


async def test_a_dead_token_where_the_bot_may_not_edit_buries_the_message() -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        lent = Lent(house.env.backend.application_id, asked_in(house).token, message.id)
        await house.env.advance_time(901)
        house.env.inject_error("PATCH", "/channels/*", status=403, code=50001, times=None)
        with pytest.raises(ChatGoneError):
            await shown_by(house, fresh(house), task, ref_to(str(house.channel.id), lent))


async def test_a_dead_token_is_no_matter_where_the_bot_may_edit() -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        lent = Lent(house.env.backend.application_id, asked_in(house).token, message.id)
        await house.env.advance_time(901)
        ref = await shown_by(house, fresh(house), task, ref_to(str(house.channel.id), lent))
        assert ref.message == str(message.id)


async def test_removing_what_only_the_token_reaches_and_what_is_gone() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        gateway, chat = fresh(house), str(house.channel.id)
        lent = Lent(house.env.backend.application_id, asked_in(house).token, message.id)
        await gateway.remove(ref_to(chat, lent))
        assert not house.messages()
        await gateway.remove(ref_to(chat, lent))
        await gateway.remove(ref_to(chat, asked_in(house)))
        await gateway.remove(MessageRef("discord", chat, str(message.id)))
        await gateway.remove(MessageRef("discord", chat))


async def test_commands_are_sent_when_they_have_changed_and_not_otherwise() -> None:
    async with a_house() as house:

        def sent() -> int:
            return sum(1 for one in house.env.http_requests if one.method == "PUT")

        await house.env.restart_bot(house.platform.client())
        assert sent() == 1
        fewer = [one for one in builtin_registry() if one.name != "price"]
        house.platform._registry = Registry(fewer, default=fewer[0])
        await house.env.restart_bot(house.platform.client())
        assert sent() == 2


async def test_in_one_server_while_developing() -> None:
    async with a_house(settings={"guild": 4711}) as house:
        (sent,) = [one.path for one in house.env.http_requests if one.method == "PUT"]
        assert sent.endswith("/guilds/4711/commands")
