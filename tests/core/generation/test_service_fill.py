"""Claiming what there is room for, and quoting what somebody makes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidRequestError
from core.generation.catalog import Catalog, GenerationType
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.pool.room import Plan, Room, Seat
from core.generation.service import LOOK_AHEAD, Limits
from tests.fakes.builders import ANN, BOB, WORKER, a_request
from tests.fakes.store import RepeatingStore
from tests.fakes.world import World, a_world

CATALOG = Catalog(
    [
        GenerationType("txt2img", "", 0, recipes={"lute": None}),
        GenerationType("upscale", "", 0, recipes={"drum": None}),
    ]
)


def a_crowd(**fields: Any) -> World:
    """A world where many tasks may wait."""
    return a_world(limits=Limits(per_account=1_000), points=False, catalog=CATALOG, **fields)


def a_room(lutes: int = 0, drums: int = 0) -> Room:
    seats = (Seat("lute", lutes, ()), Seat("drum", drums, ()))
    return Room(seats, CATALOG, {})


async def claimed(world: World, limit: int, room: Room) -> list[GenerationTask]:
    return await world.service.claim(WORKER, limit, fill=room.plan)


async def test_what_has_no_place_is_passed_over_and_waits() -> None:
    world = a_crowd()
    drums = [await world.create(type="upscale") for _ in range(3)]
    lute = await world.create()
    assert [task.id for task in await claimed(world, 1, a_room(lutes=1))] == [lute.id]
    assert [await world.task(task.id) for task in drums] == drums
    assert [task.id for task in await claimed(world, 2, a_room(drums=9))] == [drums[0].id, drums[1].id]


async def test_the_order_is_that_of_every_claim() -> None:
    world = a_crowd()
    late = [await world.create() for _ in range(2)]
    await world.create(type="upscale")
    other = await world.create(account=BOB)
    urgent = await world.create(priority=1)
    found = await claimed(world, 9, a_room(lutes=9))
    assert [task.id for task in found] == [urgent.id, late[0].id, other.id, late[1].id]


@pytest.mark.parametrize("limit", [0, 1, 2, 5, LOOK_AHEAD + 50])
async def test_no_more_are_claimed_than_were_asked_for(limit: int) -> None:
    world = a_crowd()
    for _ in range(4):
        await world.create()
    assert len(await claimed(world, limit, a_room(lutes=9))) == min(limit, 4)


async def test_no_more_are_claimed_than_there_are_places() -> None:
    world = a_crowd()
    for _ in range(4):
        await world.create()
    assert len(await claimed(world, 4, a_room(lutes=2, drums=2))) == 2
    assert await claimed(world, 4, a_room()) == []


@pytest.mark.parametrize(("before", "found"), [(LOOK_AHEAD - 1, 1), (LOOK_AHEAD, 0)])
async def test_so_far_ahead_is_looked(before: int, found: int) -> None:
    world = a_crowd()
    for _ in range(before):
        await world.create(type="upscale")
    await world.create()
    assert len(await claimed(world, 1, a_room(lutes=1))) == found


async def test_a_claim_of_more_than_that_looks_as_far_as_it_claims() -> None:
    world = a_crowd()
    for _ in range(LOOK_AHEAD + 10):
        await world.create()
    assert len(await claimed(world, LOOK_AHEAD + 5, a_room(lutes=1_000))) == LOOK_AHEAD + 5


async def test_a_claim_that_is_run_again_plans_anew() -> None:
    world = a_crowd(store=RepeatingStore)
    await world.create()
    plans: list[Plan] = []

    def fill() -> Plan:
        plans.append(a_room(lutes=1).plan())
        return plans[-1]

    (task,) = await world.service.claim(WORKER, 1, fill=fill)
    assert task.attempts == 1
    assert len(plans) == 2


async def test_nothing_is_planned_while_the_queue_is_paused() -> None:
    world = a_crowd()
    await world.create()
    await world.service.pause()
    assert await claimed(world, 1, a_room(lutes=1)) == []


@given(st.lists(st.booleans(), max_size=30), st.integers(0, 8), st.integers(0, 8), st.integers(0, 12))
async def test_the_first_that_have_a_place_are_claimed(
    wanted: list[bool], lutes: int, drums: int, limit: int
) -> None:
    world = a_crowd()
    tasks = [await world.create(type="txt2img" if lute else "upscale") for lute in wanted]
    left = {"txt2img": lutes, "upscale": drums}
    expected: list[str] = []
    for task in tasks:
        if left[task.request.type] and len(expected) < limit:
            left[task.request.type] -= 1
            expected.append(task.id)
    assert [task.id for task in await claimed(world, limit, a_room(lutes, drums))] == expected
    statuses = [(await world.task(task.id)).status for task in tasks]
    assert statuses.count(GenerationStatus.PROCESSING) == len(expected)


# Quoting


def test_what_an_engine_makes_has_a_price() -> None:
    assert a_world(offers=lambda kind: kind.name == "txt2img").service.quote(a_request()) == 10


async def test_what_no_engine_makes_has_none_and_is_not_queued() -> None:
    world = a_world(offers=lambda kind: kind.name != "txt2img")
    with pytest.raises(InvalidRequestError) as caught:
        await world.service.create_task(a_request())
    (problem,) = caught.value.problems
    assert (problem.field, problem.reason, problem.facts) == ("type", "not_offered", {"type": "txt2img"})
    assert await world.service.get_tasks_for_account(ANN) == []


def test_a_bad_request_is_bad_whoever_could_make_it() -> None:
    world = a_world(offers=lambda _: False)
    with pytest.raises(InvalidRequestError) as caught:
        world.service.quote(a_request(type="img2img"))
    assert [one.reason for one in caught.value.problems] == ["missing"]


def test_what_no_engine_makes_has_no_price_of_nothing_either() -> None:
    world = a_world(points=False, offers=lambda _: False)
    with pytest.raises(InvalidRequestError):
        world.service.quote(a_request())
