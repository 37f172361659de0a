"""What is under a card: every button, by its owner, by somebody else, and twice."""

from __future__ import annotations

import pytest

from core.generation.models import GenerationStatus
from core.ids import AccountId
from tests.e2e.discord.house import a_house


async def test_again_draws_the_same_with_another_seed_in_a_message_of_its_own() -> None:
    async with a_house() as house:
        message, first = await house.drawn(seed=7)
        result = await house.ann.click(message, label="Again")
        task = next(one for one in await house.tasks() if one.id != first)
        await house.ended(task.id)
        assert task.request.prompt == "a red fox"
        assert task.request.settings.seed != 7
        assert "Done in" in house.text(result)
        assert len(house.messages()) == 2


@pytest.mark.parametrize(("label", "kind"), [("Vary 2", "variation"), ("Upscale 2", "upscale")])
async def test_a_button_of_one_picture(label: str, kind: str) -> None:
    async with a_house() as house:
        message, first = await house.drawn(batch_size=2)
        await house.ann.click(message, label=label)
        task = next(one for one in await house.tasks() if one.id != first)
        outputs = (await house.task(first)).response
        assert outputs is not None
        assert task.request.type == kind
        assert task.request.input_images == (outputs.outputs[1],)


async def test_use_asks_what_to_make_of_it() -> None:
    async with a_house() as house:
        message, first = await house.drawn()
        shown = await house.ann.click(message, label="Use")
        assert shown.modal["title"] == "Start from this picture"
        await house.ann.submit_modal(shown, {"prompt": "a blue fox"})
        task = next(one for one in await house.tasks() if one.id != first)
        assert (task.request.type, task.request.prompt) == ("img2img", "a blue fox")


async def test_edit_is_prefilled_and_keeps_the_seed() -> None:
    async with a_house() as house:
        message, first = await house.drawn(seed=7, negative_prompt="snow")
        shown = await house.ann.click(message, label="Edit")
        fields = [one["component"] for one in shown.modal["components"]]
        assert [(one["custom_id"], one["value"]) for one in fields] == [
            ("prompt", "a red fox"),
            ("negative_prompt", "snow"),
        ]
        await house.ann.submit_modal(shown, {"prompt": "a blue fox", "negative_prompt": ""})
        task = next(one for one in await house.tasks() if one.id != first)
        assert (task.request.prompt, task.request.negative_prompt) == ("a blue fox", "")
        assert task.request.settings.seed == 7


async def test_details_are_told_to_the_member_alone() -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        result = await house.bob.click(message, label="Details")
        assert result.ephemeral
        assert f"task: {task}" in house.text(result)


async def test_delete_takes_the_message_and_the_pictures_away() -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        result = await house.ann.click(message, label="Delete")
        assert result.ephemeral
        assert f"Deleted {task}" in house.text(result)
        await house.until(lambda: not house.messages())


async def test_cancel_while_it_runs_and_while_it_waits() -> None:
    async with a_house() as house:
        house.easel.free.clear()
        running, first = await house.generate()
        await house.until(lambda: house.easel.jobs)
        waiting, second = await house.generate()
        for result, task in ((waiting, second), (running, first)):
            said = await house.ann.click(house.message(result), label="Cancel")
            assert said.ephemeral
            assert (await house.ended(task)).status is GenerationStatus.CANCELLED
            assert "Cancelled" in house.text(result)
        assert (await house.world.account(AccountId(f"discord:{house.ann.id}"))).balance == 100


@pytest.mark.parametrize(("label", "running"), [("Delete", False), ("Cancel", True)])
async def test_somebody_else_may_not_change_it(label: str, *, running: bool) -> None:
    async with a_house() as house:
        if running:
            house.easel.free.clear()
            result, task = await house.generate()
            message = house.message(result)
        else:
            message, task = await house.drawn()
        refused = await house.bob.click(message, label=label)
        assert refused.ephemeral
        assert "somebody else's" in house.text(refused)
        assert (await house.task(task)).status is not GenerationStatus.CANCELLED
        assert len(house.messages()) == 1


async def test_somebody_else_may_make_their_own_of_it() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        await house.bob.click(message, label="Vary")
        shown = await house.bob.click(message, label="Edit")
        await house.bob.submit_modal(shown, {"prompt": "a green fox"})
        assert {task.request.prompt for task in await house.tasks(house.bob)} == {"a red fox", "a green fox"}


async def test_a_double_click_does_one_thing() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        await house.ann.click(message, label="Again")
        second = await house.ann.click(message, label="Again")
        assert second.ephemeral
        assert "one press is enough" in house.text(second)
        assert len(await house.tasks()) == 2


async def test_two_members_press_the_same_button() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        await house.ann.click(message, label="Again")
        await house.bob.click(message, label="Again")
        assert len(await house.tasks(house.bob)) == 1


async def test_a_form_that_was_closed_can_be_opened_again() -> None:
    async with a_house() as house:
        message, _ = await house.drawn()
        await house.ann.click(message, label="Edit")
        assert (await house.ann.click(message, label="Edit")).modal


async def test_a_task_that_is_gone_is_said_to_be() -> None:
    async with a_house() as house:
        message, task = await house.drawn()
        house.world.memory._state.tasks.pop(task)  # type: ignore[call-overload]  # a str is what it is
        result = await house.ann.click(message, label="Again")
        assert result.ephemeral
        assert "There is no task" in house.text(result)
