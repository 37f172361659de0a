from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.models import Delivery
from core.errors import (
    ConflictError,
    InsufficientPointsError,
    InvalidRequestError,
    QueueFullError,
    TooManyTasksError,
)
from core.generation.events import TASK_CREATED
from core.generation.models import GenerationStatus
from core.generation.pricing import Pricing
from core.generation.service import GenerationService, Limits
from core.ids import AccountId
from tests.fakes.builders import ANN, BOB, WORKER, a_ref, a_request, a_task, an_image, an_origin
from tests.fakes.clock import NOON
from tests.fakes.ids import CountingIds, RepeatingIds
from tests.fakes.store import RepeatingStore
from tests.fakes.world import a_world


async def test_a_new_task_waits_at_its_price() -> None:
    world = a_world()
    task = await world.create()
    assert task == a_task(id=task.id, created_at=NOON, rank=1)
    assert await world.task(task.id) == task


async def test_creating_is_published_after_it_is_stored() -> None:
    world = a_world()
    task = await world.create()
    assert world.listener.heard == [(TASK_CREATED, task)]


async def test_creating_holds_the_price() -> None:
    world = a_world()
    await world.create()
    assert await world.pots() == (90, 10)


async def test_a_request_without_a_seed_is_given_one() -> None:
    world = a_world()
    first, second = await world.create(seed=None), await world.create(seed=None)
    seeds = [task.request.settings.seed for task in (first, second)]
    assert all(seed is not None and 0 <= seed < 2**32 for seed in seeds)
    assert seeds[0] != seeds[1]


async def test_a_seed_that_was_asked_for_is_kept() -> None:
    assert (await a_world().create(seed=0)).request.settings.seed == 0


async def test_a_message_shows_the_task_from_its_first_revision_on() -> None:
    world = a_world()
    task = await world.service.create_task(a_request(), shown_in=a_ref())
    assert await world.delivery(task.id) == Delivery(task.id, a_ref(), revision=1, shown_revision=0)


async def test_a_task_may_be_shown_nowhere() -> None:
    world = a_world()
    assert await world.delivery((await world.create()).id) is None


async def test_too_few_points_leave_nothing_behind() -> None:
    world = a_world(starting_grant=9)
    with pytest.raises(InsufficientPointsError) as caught:
        await world.service.create_task(a_request(), shown_in=a_ref())
    assert (caught.value.needed, caught.value.balance) == (10, 9)
    assert world.listener.heard == []
    assert (await world.service.statistics()).counts[GenerationStatus.PENDING] == 0
    assert await world.pots() == (9, 0)


async def test_the_last_point_can_be_spent() -> None:
    world = a_world(starting_grant=10)
    await world.create()
    assert await world.pots() == (0, 10)


async def test_points_that_are_held_can_not_be_promised_again() -> None:
    world = a_world(starting_grant=19)
    await world.create()
    with pytest.raises(InsufficientPointsError):
        await world.create()


async def test_without_a_points_service_nothing_is_charged() -> None:
    world = a_world(points=False)
    task = await world.create()
    assert task.price == 0
    assert await world.ledger() == []


async def test_what_costs_nothing_is_not_held() -> None:
    world = a_world(pricing=Pricing(minimum=0, base={"txt2img": 0}))
    assert (await world.create()).price == 0
    assert await world.ledger() == []


@pytest.mark.parametrize(
    ("points", "fields", "price"), [(True, {}, 10), (True, {"batch_size": 4}, 40), (False, {}, 0)]
)
def test_a_quote_is_what_creating_would_hold(points: bool, fields: dict[str, Any], price: int) -> None:
    assert a_world(points=points).service.quote(a_request(**fields)) == price


@pytest.mark.parametrize("points", [True, False])
def test_a_quote_checks_the_request(points: bool) -> None:
    with pytest.raises(InvalidRequestError):
        a_world(points=points).service.quote(a_request(type="img2img"))


async def test_a_bad_request_is_not_stored() -> None:
    world = a_world()
    with pytest.raises(InvalidRequestError):
        await world.create(input_images=(an_image(),))
    assert world.store.writes == 0


# The same message, once


async def test_the_same_message_makes_one_task() -> None:
    world = a_world()
    first = await world.create(origin=an_origin())
    second = await world.create(origin=an_origin(), prompt="another", seed=None)
    assert second == first
    assert await world.pots() == (90, 10)
    assert world.listener.heard == [(TASK_CREATED, first)]


async def test_the_same_message_gives_its_task_as_it_is_now() -> None:
    world = a_world()
    task = await world.create(origin=an_origin())
    cancelled = await world.service.cancel_task(task.id)
    assert await world.create(origin=an_origin()) == cancelled


async def test_the_same_message_is_answered_where_the_limits_are_reached() -> None:
    world = a_world(limits=Limits(per_account=1, queue=1), starting_grant=10)
    first = await world.create(origin=an_origin())
    assert await world.create(origin=an_origin()) == first


async def test_another_message_makes_another_task() -> None:
    world = a_world()
    first = await world.create(origin=an_origin("1"))
    assert (await world.create(origin=an_origin("2"))).id != first.id


async def test_a_message_may_ask_again_when_its_task_is_forgotten() -> None:
    world = a_world()
    first = await world.create(origin=an_origin())
    await world.service.delete_task(first.id)
    assert (await world.create(origin=an_origin())).id != first.id


# Ids


async def test_an_id_that_is_taken_is_drawn_again() -> None:
    world = a_world(ids=CountingIds(["same", "same", "same"]))
    assert [(await world.create()).id for _ in range(2)] == ["same", "t1"]


async def test_an_id_that_is_taken_is_drawn_again_where_nothing_is_charged() -> None:
    world = a_world(points=False, ids=CountingIds(["same", "same"]))
    assert [(await world.create()).id for _ in range(2)] == ["same", "t1"]


async def test_an_id_that_the_ledger_knows_is_drawn_again() -> None:
    world = a_world(ids=CountingIds(["same", "same"]))
    first = await world.create()
    await world.service.delete_task(first.id)
    second = await world.create()
    assert second.id != first.id
    assert await world.pots() == (90, 10)


async def test_where_every_id_is_taken_nothing_is_stored() -> None:
    world = a_world(ids=RepeatingIds(["same"]))
    await world.create()
    with pytest.raises(ConflictError):
        await world.create()
    assert await world.pots() == (90, 10)


# Limits


async def test_an_account_has_so_many_tasks_at_one_time() -> None:
    world = a_world(limits=Limits(per_account=2))
    await world.claimed()
    await world.create()
    with pytest.raises(TooManyTasksError) as caught:
        await world.create()
    assert caught.value.facts == {"limit": 2}
    await world.create(account=BOB)


async def test_an_ended_task_makes_room_for_another() -> None:
    world = a_world(limits=Limits(per_account=1))
    await world.service.cancel_task((await world.create()).id)
    await world.create()


async def test_the_queue_takes_so_many_tasks() -> None:
    world = a_world(limits=Limits(queue=2))
    await world.create()
    await world.create(account=BOB)
    with pytest.raises(QueueFullError) as caught:
        await world.create(account=AccountId("console:cat"))
    assert caught.value.facts == {"limit": 2}


async def test_what_runs_is_not_in_the_queue() -> None:
    world = a_world(limits=Limits(queue=1))
    await world.claimed()
    await world.create()


# Several at one time


async def test_all_of_a_batch_are_created() -> None:
    world = a_world()
    requests = [a_request(), a_request(account=BOB), a_request("a hare")]
    tasks = await world.service.create_tasks(requests, priority=3)
    assert [task.request for task in tasks] == requests
    assert {task.priority for task in tasks} == {3}
    assert world.listener.of(TASK_CREATED) == tasks
    assert await world.pots() == (80, 20)
    assert await world.pots(BOB) == (90, 10)


async def test_none_of_a_batch_is_created_where_one_can_not_be() -> None:
    world = a_world(starting_grant=15)
    with pytest.raises(InsufficientPointsError):
        await world.service.create_tasks([a_request(), a_request()])
    assert await world.pots() == (15, 0)
    assert world.listener.heard == []
    assert await world.service.get_tasks_for_account(ANN) == []


async def test_an_empty_batch_is_nothing() -> None:
    world = a_world()
    assert await world.service.create_tasks([]) == []
    assert world.listener.heard == []


async def test_a_message_twice_in_a_batch_makes_one_task() -> None:
    world = a_world()
    first, second = await world.service.create_tasks([a_request(origin=an_origin())] * 2)
    assert first == second
    assert world.listener.of(TASK_CREATED) == [first]


async def test_a_transaction_that_is_run_again_publishes_once() -> None:
    world = a_world(store=RepeatingStore)
    task = await world.create()
    assert world.listener.heard == [(TASK_CREATED, task)]
    assert await world.pots() == (90, 10)


# The order


async def order(service: GenerationService) -> list[str]:
    """Return the prompts in the order in which they are started."""
    return [task.request.prompt for task in await service.claim(WORKER, 100)]


async def test_tasks_of_one_account_go_in_their_order() -> None:
    world = a_world()
    for prompt in ("a1", "a2", "a3"):
        await world.create(prompt=prompt)
    assert await order(world.service) == ["a1", "a2", "a3"]


async def test_who_comes_after_ten_tasks_of_another_goes_second() -> None:
    world = a_world()
    for number in range(10):
        await world.create(prompt=f"a{number}")
    await world.create(account=BOB, prompt="b0")
    await world.create(account=BOB, prompt="b1")
    assert (await order(world.service))[:5] == ["a0", "b0", "a1", "b1", "a2"]


async def test_who_comes_later_does_not_go_before_what_has_waited_its_turns() -> None:
    world = a_world()
    for number in range(6):
        await world.create(prompt=f"a{number}")
    await world.service.claim(WORKER, 3)
    await world.create(account=BOB, prompt="b0")
    assert await order(world.service) == ["a3", "b0", "a4", "a5"]


async def test_who_was_served_alone_is_not_owed_anything() -> None:
    world = a_world()
    for number in range(5):
        await world.create(prompt=f"a{number}")
    await world.service.claim(WORKER, 5)
    await world.create(account=BOB, prompt="b0")
    await world.create(prompt="a5")
    await world.create(account=BOB, prompt="b1")
    assert await order(world.service) == ["b0", "a5", "b1"]


async def test_a_higher_priority_goes_first() -> None:
    world = a_world()
    for priority in (0, 2, -1, 2):
        await world.create(prompt=f"p{priority}", priority=priority)
    assert await order(world.service) == ["p2", "p2", "p0", "p-1"]


async def test_each_priority_has_a_fair_order_of_its_own() -> None:
    world = a_world()
    for number in range(3):
        await world.create(prompt=f"a{number}")
    urgent = await world.create(prompt="urgent", priority=1)
    assert urgent.rank == 1


async def test_who_is_new_does_not_wait_for_what_was_urgent() -> None:
    """What one priority was served moves nobody's place in another."""
    world = a_world(starting_grant=10_000)
    for number in range(9):
        await world.create(prompt=f"urgent{number}", priority=1)
        await world.service.claim(WORKER, 1)
    for number in range(3):
        await world.create(prompt=f"ann{number}")
    await world.create(prompt="bob", account=BOB)
    assert await order(world.service) == ["ann0", "bob", "ann1", "ann2"]


@given(steps=st.lists(st.none() | st.tuples(st.sampled_from("abcd"), st.sampled_from([0, 0, 1]))))
def test_who_has_nothing_waiting_is_two_behind_each_of_the_others_at_most(
    steps: list[tuple[str, int] | None],
) -> None:
    """In any order of creations and claims (None): among those of one priority."""

    async def take() -> None:
        world = a_world(points=False)
        for step in steps:
            if step is None:
                await world.service.claim(WORKER, 1)
                continue
            account, priority = AccountId(step[0]), step[1]
            waiting = await world.service.get_queue(limit=1_000)
            others = Counter(
                task.request.account
                for task in waiting
                if task.priority == priority and task.status is GenerationStatus.PENDING
            )
            task = await world.create(account=account, priority=priority)
            if others[account]:
                continue
            queue = [one for one in await world.service.get_queue(limit=1_000) if one.priority == priority]
            ahead = [one for one in queue[: queue.index(task)] if one.status is GenerationStatus.PENDING]
            assert max(Counter(one.request.account for one in ahead).values(), default=0) <= 2

    asyncio.run(take())


async def test_a_task_handed_back_goes_to_its_old_place() -> None:
    world = a_world()
    first = await world.started(prompt="first")
    await world.create(prompt="second")
    back = await world.service.release_task(first.id, spend_attempt=True)
    assert back == replace(first, status=GenerationStatus.PENDING, revision=3, lease=None, started_at=None)
    assert await order(world.service) == ["first", "second"]


# A service with nothing given


async def test_a_service_needs_a_store_alone() -> None:
    service = GenerationService(a_world().memory)
    task = await service.create_task(a_request(seed=None))
    assert task.price == 0
    assert (await service.get_next_pending_task()) == task
    await service.delete_task(task.id)
