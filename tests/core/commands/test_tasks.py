from __future__ import annotations

from typing import Any

import pytest

from core.generation.models import GenerationStatus
from core.ids import TaskId
from core.presentation.status import status_view
from core.presentation.views import Reply
from tests.fakes.builders import ANN, BOB, a_ref, a_response, an_image, an_origin
from tests.fakes.ids import CountingIds
from tests.fakes.world import a_world

CANCELLED = GenerationStatus.CANCELLED
PENDING = GenerationStatus.PENDING
NOT_THERE = Reply("There is no task t1; /status and /history list yours.", ok=False)


# /status


async def test_status_lists_what_waits_or_runs_oldest_first() -> None:
    world = a_world()
    await world.claimed(prompt="running")
    await world.create(prompt="waiting")
    await world.create(prompt="of another", account=BOB)
    ended = await world.create(prompt="ended")
    await world.service.cancel_task(ended.id)
    assert await world.give("status") == Reply("t1  Drawing  running\nt2  Queued, next  waiting")


async def test_status_says_where_there_is_nothing() -> None:
    assert await a_world().give("status") == Reply("You have no tasks waiting.")


# /history


async def test_history_lists_the_last_tasks_newest_first() -> None:
    world = a_world()
    done = await world.started(prompt="first")
    world.advance(2)
    await world.service.complete_task(done.id, a_response())
    await world.create(prompt="second")
    assert await world.give("history") == Reply(
        "t2  Queued, next, about 2 s  second\nt1  Done in 2.0 s  first"
    )


async def test_history_lists_as_many_as_asked_for() -> None:
    world = a_world(points=False)
    for _ in range(12):
        await world.create()
    assert len((await world.give("history")).text.splitlines()) == 10
    assert len((await world.give("history", limit="3")).text.splitlines()) == 3
    assert (await world.give("history", limit=51)).text == "The number of tasks must be from 1 to 50, not 51."


async def test_history_says_where_there_is_nothing() -> None:
    assert await a_world().give("history") == Reply("You have no tasks yet: /generate a red fox")


# /show


async def test_show_shows_a_task_as_it_is_now() -> None:
    world = a_world()
    task = await world.started()
    done = await world.service.complete_task(task.id, a_response(an_image("a"), an_image("b")))
    assert await world.give("show", task="t1") == Reply(views=(status_view(done),))


async def test_show_tells_a_waiting_tasks_place() -> None:
    world = a_world()
    await world.create()
    await world.create(account=BOB)
    (view,) = (await world.give("show", by=BOB, task="t2")).views
    assert view.headline == "Queued, 2nd"


@pytest.mark.parametrize(
    ("typed", "task"),
    [
        ("K7F3QZ", "k7f3qz"),
        (" #k7f3qz ", "k7f3qz"),
        ("ko1l0i", "k01101"),
        ("##ABC", "abc"),
    ],
)
async def test_an_id_is_read_as_people_type_it(typed: str, task: str) -> None:
    world = a_world(ids=CountingIds([task]))
    await world.create()
    assert [view.task for view in (await world.give("show", task=typed)).views] == [task]


@pytest.mark.parametrize("typed", ["#", "", "  "])
async def test_an_id_that_says_nothing(typed: str) -> None:
    reply = await a_world().give("show", task=typed)
    assert reply == Reply("The task id is empty: give it a value, or leave it out.", ok=False)


async def test_an_id_that_is_too_long() -> None:
    reply = await a_world().give("show", task="x" * 33)
    assert reply == Reply("The task id has 33 characters; 32 is the most.", ok=False)


# Somebody else's


@pytest.mark.parametrize("command", ["show", "again", "cancel"])
async def test_somebody_elses_task_is_not_there(command: str) -> None:
    world = a_world()
    task = await world.create()
    assert await world.give(command, by=BOB, task=task.id) == NOT_THERE
    assert await world.task(task.id) == task


@pytest.mark.parametrize("command", ["show", "again", "cancel"])
async def test_an_admin_reaches_everybodys(command: str) -> None:
    world = a_world()
    task = await world.create()
    assert (await world.give(command, by=BOB, admin=True, task=task.id)).ok


# /again


async def test_again_queues_the_same_with_another_seed() -> None:
    world = a_world()
    first = await world.create(
        prompt="a fox", steps=30, negative_prompt="text", seed=7, origin=an_origin("1")
    )
    reply = await world.give("again", task=first.id, origin=an_origin("2"), anchor=a_ref("2"))
    assert reply == Reply(tasks=(TaskId("t2"),))
    second = await world.task(TaskId("t2"))
    assert second.request.settings.seed not in {None, 7}
    unseeded = second.request.settings.model_copy(update={"seed": 7})
    assert second.request == first.request.model_copy(
        update={"origin": an_origin("2"), "settings": second.request.settings}
    )
    assert unseeded == first.request.settings
    delivery = await world.delivery(second.id)
    assert delivery is not None
    assert delivery.ref == a_ref("2")


async def test_again_is_paid_by_who_asks_for_it() -> None:
    world = a_world()
    await world.create()
    await world.give("again", by=BOB, admin=True, task="t1")
    assert await world.pots() == (90, 10)
    assert await world.pots(BOB) == (90, 10)


async def test_pressing_again_twice_makes_one_task() -> None:
    world = a_world()
    await world.create()
    replies = [await world.give("again", task="t1", origin=an_origin("2")) for _ in range(2)]
    assert replies[0] == replies[1] == Reply(tasks=(TaskId("t2"),))


# /cancel


async def test_cancel_one() -> None:
    world = a_world()
    await world.create()
    second = await world.create()
    assert await world.give("cancel", task=second.id) == Reply("Cancelled t2. 10 points are back.")
    assert (await world.task(second.id)).status is CANCELLED


@pytest.mark.parametrize("typed", ["all", "ALL", " all "])
async def test_cancel_all(typed: str) -> None:
    world = a_world()
    await world.create()
    await world.create()
    other = await world.create(account=BOB)
    assert await world.give("cancel", task=typed) == Reply("Cancelled t2, t1. 20 points are back.")
    assert (await world.task(other.id)).status is PENDING


async def test_an_admins_all_are_the_admins_own() -> None:
    world = a_world()
    other = await world.create(account=BOB)
    assert await world.give("cancel", admin=True, task="all") == Reply("You have no tasks to cancel.")
    assert (await world.task(other.id)).status is PENDING


@pytest.mark.parametrize("arguments", [{}, {"task": None}])
async def test_cancel_the_only_one(arguments: dict[str, Any]) -> None:
    world = a_world()
    await world.create(account=BOB)
    task = await world.create()
    assert await world.give("cancel", **arguments) == Reply("Cancelled t2. 10 points are back.")
    assert (await world.task(task.id)).status is CANCELLED


async def test_cancel_which() -> None:
    world = a_world()
    await world.create()
    await world.create()
    assert await world.give("cancel") == Reply(
        "You have several tasks: name one from /status, or all.", ok=False
    )


async def test_cancel_nothing() -> None:
    assert await a_world().give("cancel") == Reply("You have no tasks to cancel.", ok=False)


async def test_what_has_ended_can_not_be_cancelled() -> None:
    world = a_world()
    task = await world.service.complete_task((await world.started()).id, a_response())
    assert await world.give("cancel", task=task.id) == Reply("That task is completed already.", ok=False)


@pytest.mark.parametrize("account", [ANN, BOB])
async def test_a_task_that_is_not_there(account: str) -> None:
    assert await a_world().give("show", task="t1") == NOT_THERE
