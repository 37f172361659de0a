from __future__ import annotations

from typing import Any

import pytest

from core.generation.estimate import SAMPLE, Place, WaitEstimator
from core.generation.models import Progress
from tests.fakes.builders import BOB, WORKER, a_response
from tests.fakes.world import World, a_world

SMALL: dict[str, Any] = {"width": 100, "height": 100, "steps": 10}
"""100,000 of work: 4 s at the speed of `finish`."""


async def finish(world: World, *, seconds: float, **fields: int) -> None:
    task = await world.started(**{**SMALL, **fields})
    world.advance(seconds)
    await world.service.complete_task(task.id, a_response())


async def places(world: World, *, slots: int = 1) -> list[Place]:
    found = (await WaitEstimator(world.memory, slots=slots).places()).values()
    return [Place(one.position, one.seconds and round(one.seconds, 9)) for one in found]


async def test_an_empty_queue_has_no_places() -> None:
    assert await places(a_world()) == []


async def test_a_wait_is_unknown_while_nothing_has_finished() -> None:
    world = a_world()
    await world.create()
    await world.create()
    assert await places(world) == [Place(1, None), Place(2, None)]


async def test_a_wait_is_the_work_ahead_and_the_tasks_own() -> None:
    world = a_world()
    await finish(world, seconds=4)
    first = await world.create(**SMALL)
    second = await world.create(**{**SMALL, "steps": 30})
    third = await world.create(**SMALL)
    estimator = WaitEstimator(world.memory, slots=1)
    assert await estimator.places() == {
        first.id: Place(1, 4.0),
        second.id: Place(2, 4.0 + 12.0),
        third.id: Place(3, 4.0 + 12.0 + 4.0),
    }


async def test_slots_share_the_work_ahead_but_not_the_tasks_own() -> None:
    world = a_world()
    await finish(world, seconds=4)
    for _ in range(3):
        await world.create(**SMALL)
    assert await places(world, slots=2) == [Place(1, 4.0), Place(2, 6.0), Place(3, 8.0)]


async def test_there_is_one_slot_at_least() -> None:
    world = a_world()
    await finish(world, seconds=4)
    await world.create(**SMALL)
    await world.create(**SMALL)
    assert await places(world, slots=0) == [Place(1, 4.0), Place(2, 8.0)]


async def test_what_runs_is_ahead_as_far_as_it_is_not_done() -> None:
    world = a_world()
    await finish(world, seconds=4)
    running = await world.started(**SMALL)
    await world.create(**SMALL)
    assert await places(world) == [Place(1, 8.0)]
    await world.service.report_progress(running.id, Progress(1, 4))
    assert await places(world) == [Place(1, 7.0)]


async def test_places_are_in_the_order_of_the_claim() -> None:
    world = a_world()
    late = [await world.create() for _ in range(2)]
    other = await world.create(account=BOB)
    urgent = await world.create(priority=1)
    found = await WaitEstimator(world.memory, slots=1).places()
    assert list(found) == [urgent.id, late[0].id, other.id, late[1].id]
    assert [task.id for task in await world.service.claim(WORKER, 9)] == list(found)


async def test_a_wait_is_unknown_while_the_queue_is_paused() -> None:
    world = a_world()
    await finish(world, seconds=4)
    await world.create(**SMALL)
    await world.service.pause()
    assert await places(world) == [Place(1, None)]


async def test_the_speed_is_that_of_the_last_ones() -> None:
    world = a_world(starting_grant=10_000)
    await finish(world, seconds=1_000)
    for _ in range(SAMPLE):
        await finish(world, seconds=2)
    await world.create(**SMALL)
    assert await places(world) == [Place(1, 2.0)]


async def test_the_speed_is_by_work_not_by_task() -> None:
    world = a_world()
    await finish(world, seconds=2)
    await finish(world, seconds=6, steps=30)
    await world.create(**SMALL)
    assert await places(world) == [Place(1, 2.0)]


async def test_slots_are_asked_for_each_time() -> None:
    world = a_world()
    await finish(world, seconds=4)
    for _ in range(3):
        await world.create(**SMALL)
    slots = iter([1, 2, 0])
    estimator = WaitEstimator(world.memory, slots=lambda: next(slots))
    for expected in ([4, 8, 12], [4, 6, 8], [4, 8, 12]):
        assert [one.seconds for one in (await estimator.places()).values()] == pytest.approx(expected)


async def test_a_wait_is_unknown_while_no_engine_can_be_reached() -> None:
    world = a_world()
    await finish(world, seconds=4)
    task = await world.create(**SMALL)
    away = iter([True, False])
    estimator = WaitEstimator(world.memory, slots=1, is_away=lambda: next(away))
    assert await estimator.places() == {task.id: Place(1, None, away=True)}
    assert await estimator.places() == {task.id: Place(1, 4.0)}


async def test_a_paused_queue_whose_engine_is_away_is_both() -> None:
    world = a_world()
    task = await world.create(**SMALL)
    await world.service.pause()
    estimator = WaitEstimator(world.memory, slots=1, is_away=lambda: True)
    assert await estimator.places() == {task.id: Place(1, None, paused=True, away=True)}
