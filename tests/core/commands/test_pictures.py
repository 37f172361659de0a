from __future__ import annotations

from typing import Any

import pytest

from core.generation.models import GenerationStatus, GenerationTask
from core.ids import TaskId
from core.presentation.views import Form, Reply
from tests.fakes.builders import ANN, BOB, a_ref, a_response, an_image, an_origin
from tests.fakes.world import World, a_world

PENDING = GenerationStatus.PENDING
CANCELLED = GenerationStatus.CANCELLED


async def finished(world: World, pictures: int = 2, **fields: Any) -> GenerationTask:
    task = await world.started(**fields)
    response = a_response(*(an_image(str(number)) for number in range(pictures)))
    return await world.service.complete_task(task.id, response)


async def answer(world: World, form: Form, **values: str) -> Reply:
    """Fill a form in, as an adapter does."""
    arguments: dict[str, Any] = {**form.arguments, **values}
    return await world.give(form.command, **arguments)


async def only_new(world: World, reply: Reply) -> GenerationTask:
    assert reply.ok, reply.text
    (task,) = reply.tasks
    return await world.task(task)


# Whose


@pytest.mark.parametrize("command", ["vary", "upscale", "use", "edit", "details", "delete", "again", "show"])
async def test_the_ids_of_others_are_nobodys_business(command: str) -> None:
    world = a_world()
    task = await finished(world)
    reply = await world.give(command, by=BOB, task=task.id)
    assert reply == Reply(f"There is no task {task.id}; /status and /history list yours.", ok=False)


@pytest.mark.parametrize("command", ["vary", "upscale", "use", "edit", "details", "again", "show"])
async def test_what_is_in_front_of_somebody_may_be_worked_with(command: str) -> None:
    world = a_world()
    task = await finished(world, width=512, height=512)
    reply = await world.give(command, by=BOB, task=task.id, in_sight=task.id)
    assert reply.ok
    for made in reply.tasks:
        assert (await world.task(made)).request.account == BOB


@pytest.mark.parametrize("command", ["delete", "cancel"])
async def test_only_the_owner_may_take_it_away(command: str) -> None:
    world = a_world()
    task = await world.create()
    reply = await world.give(command, by=BOB, task=task.id, in_sight=task.id)
    assert reply == Reply("That one is somebody else's: only they or an admin can do that.", ok=False)
    assert (await world.task(task.id)).status is PENDING
    assert (await world.give(command, by=BOB, admin=True, task=task.id)).ok


async def test_another_task_in_sight_opens_no_door() -> None:
    world = a_world()
    task, other = await finished(world), await finished(world, account=BOB)
    assert not (await world.give("details", by=BOB, task=task.id, in_sight=other.id)).ok


# /vary


async def test_vary_starts_from_the_picture() -> None:
    world = a_world()
    task = await finished(world, prompt="a fox", steps=12, seed=5)
    reply = await world.give("vary", task=task.id, picture="2", origin=an_origin("9"), anchor=a_ref("9"))
    made = await only_new(world, reply)
    assert made.request.type == "variation"
    assert made.request.input_images == (an_image("1"),)
    assert (made.request.prompt, made.request.settings.steps) == ("a fox", 12)
    assert made.request.settings.seed not in {None, 5}
    assert made.request.settings.strength == 0.6
    assert made.request.origin == an_origin("9")


async def test_vary_takes_the_first_picture_and_a_strength() -> None:
    world = a_world()
    task = await finished(world)
    made = await only_new(world, await world.give("vary", task=task.id, strength="0.2"))
    assert made.request.input_images == (an_image("0"),)
    assert made.request.settings.strength == 0.2


async def test_a_picture_that_is_not_there() -> None:
    world = a_world()
    task = await finished(world)
    reply = await world.give("vary", task=task.id, picture="3")
    assert reply == Reply("The picture's number must be from 1 to 2, not 3.", ok=False)


async def test_a_task_without_pictures() -> None:
    world = a_world()
    task = await world.create()
    reply = await world.give("vary", task=task.id)
    assert reply == Reply(f"Task {task.id} has no pictures; take one that is done.", ok=False)


# /upscale


async def test_upscale_doubles_one_picture() -> None:
    world = a_world()
    task = await finished(world, width=512, height=640, batch_size=2)
    made = await only_new(world, await world.give("upscale", task=task.id, picture=1))
    settings = made.request.settings
    assert (made.request.type, settings.width, settings.height) == ("upscale", 1024, 1280)
    assert settings.batch_size == 1


async def test_what_drew_a_picture_is_not_asked_for_when_it_is_enlarged() -> None:
    world = a_world()
    task = await finished(world, model="dreams", sampler="euler")
    settings = (await only_new(world, await world.give("upscale", task=task.id))).request.settings
    assert (settings.model, settings.sampler) == (None, None)


async def test_what_is_large_is_not_doubled() -> None:
    world = a_world()
    task = await finished(world, width=1032, height=64)
    reply = await world.give("upscale", task=task.id)
    assert reply == Reply("It is too large already: 1,024 pixels a side is the most.", ok=False)


# /use


async def test_use_makes_something_else_of_a_picture() -> None:
    world = a_world()
    task = await finished(world)
    reply = await world.give("use", task=task.id, picture="2", prompt="a blue fox", strength="0.3")
    made = await only_new(world, reply)
    assert (made.request.type, made.request.prompt) == ("img2img", "a blue fox")
    assert made.request.input_images == (an_image("1"),)
    assert made.request.settings.strength == 0.3


async def test_use_asks_for_a_prompt() -> None:
    world = a_world()
    task = await finished(world, prompt="a fox")
    reply = await world.give("use", task=task.id, picture="2")
    assert reply.text == f"Say what to make of it: /use {task.id} a blue fox --picture 2"
    assert reply.form is not None
    assert (reply.form.command, dict(reply.form.arguments)) == ("use", {"task": task.id, "picture": "2"})
    assert [(field.name, field.value) for field in reply.form.fields] == [("prompt", "a fox")]
    answered = await answer(world, reply.form, prompt="a hen")
    assert (await only_new(world, answered)).request.prompt == "a hen"


# /edit


async def test_edit_keeps_everything_but_the_words() -> None:
    world = a_world()
    task = await finished(world, prompt="a fox", negative_prompt="text", seed=5)
    made = await only_new(world, await world.give("edit", task=task.id, prompt="a hen"))
    assert (made.request.prompt, made.request.negative_prompt) == ("a hen", "text")
    assert made.request.settings == task.request.settings


async def test_edit_asks_for_both_prompts() -> None:
    world = a_world()
    task = await finished(world, prompt="a fox", negative_prompt="text")
    reply = await world.give("edit", task=task.id)
    assert reply.form is not None
    assert [(field.name, field.value) for field in reply.form.fields] == [
        ("prompt", "a fox"),
        ("negative_prompt", "text"),
    ]
    assert reply.text == f"Say the new words: /edit {task.id} a fox"
    answered = await answer(world, reply.form, prompt="a hen", negative_prompt="")
    assert (await only_new(world, answered)).request.negative_prompt == ""


# /details and /delete


async def test_details_say_everything() -> None:
    world = a_world()
    task = await finished(world, prompt="a fox", negative_prompt="text", sampler="euler")
    text = (await world.give("details", task=task.id)).text
    for line in ("prompt: a fox", "without: text", "seed: 7", "sampler: euler", "price: 10 points"):
        assert line in text.splitlines()


async def test_delete_forgets_a_finished_task() -> None:
    world = a_world()
    task = await finished(world)
    assert await world.give("delete", task=task.id) == Reply(f"Deleted {task.id} and its pictures.")
    assert not (await world.give("show", task=task.id)).ok
    assert await world.pots() == (90, 0)


async def test_delete_refunds_what_waits() -> None:
    world = a_world()
    task = await world.create()
    reply = await world.give("delete", task=task.id)
    assert reply == Reply(f"Deleted {task.id} and its pictures. 10 points back.")
    assert await world.pots() == (100, 0)


# Not safe for work


async def test_what_is_not_safe_for_work_is_shown_only_where_it_may_be() -> None:
    world = a_world()
    task = await finished(world, nsfw=True)
    assert not (await world.give("show", task=task.id)).ok
    assert (await world.give("show", task=task.id, allows_nsfw=True)).ok


@pytest.mark.parametrize("command", ["again", "vary", "upscale"])
async def test_what_is_not_safe_for_work_is_made_again_only_where_it_may_be(command: str) -> None:
    world = a_world()
    task = await finished(world, nsfw=True, width=512, height=512)
    refused = await world.give(command, task=task.id)
    assert refused == Reply(
        "What is not safe for work is only for age-restricted channels and private chats.", ok=False
    )
    made = await only_new(world, await world.give(command, task=task.id, allows_nsfw=True))
    assert made.request.nsfw


@pytest.mark.parametrize("allowed", [False, True])
async def test_nsfw_is_asked_for_in_places_for_it(allowed: bool) -> None:
    world = a_world()
    reply = await world.give("generate", prompt="a fox", nsfw="true", allows_nsfw=allowed)
    assert reply.ok is allowed


async def test_the_same_press_makes_one_task() -> None:
    world = a_world()
    task = await finished(world)
    replies = [await world.give("vary", task=task.id, origin=an_origin("press")) for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(await world.service.get_tasks_for_account(ANN)) == 2
    assert TaskId("t1") == task.id
