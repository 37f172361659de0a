from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFoundError
from core.generation.events import TASK_DELETED
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.service import CLEANUP_BATCH, SETTLED, GenerationService, Limits
from core.ids import ImageId, TaskId
from tests.fakes.builders import ANN, a_ref, a_request, a_response
from tests.fakes.world import World, a_world

WEEK = timedelta(days=7)


async def finished(world: World, *outputs: ImageId, **fields: object) -> GenerationTask:
    task = await world.started(**fields)
    return await world.service.complete_task(task.id, a_response(*outputs))


async def picture(world: World, data: bytes = b"a picture") -> ImageId:
    return (await world.images.save(data, "")).id


async def test_a_deleted_task_is_not_there_any_more() -> None:
    world = a_world()
    task = await finished(world)
    await world.service.delete_task(task.id)
    with pytest.raises(NotFoundError):
        await world.task(task.id)
    assert world.listener.of(TASK_DELETED) == [task]


async def test_deleting_an_ended_task_moves_no_points() -> None:
    world = a_world()
    await world.service.delete_task((await finished(world)).id)
    assert await world.pots() == (90, 0)


@pytest.mark.parametrize("running", [True, False])
async def test_deleting_a_live_task_refunds_it(running: bool) -> None:
    world = a_world()
    task = await (world.claimed() if running else world.create())
    await world.service.delete_task(task.id, account=ANN)
    assert await world.pots() == (100, 0)
    (deleted,) = world.listener.of(TASK_DELETED)
    assert deleted.status is GenerationStatus.CANCELLED


async def test_a_deleted_task_is_shown_nowhere() -> None:
    world = a_world()
    task = await world.service.create_task(a_request(), shown_in=a_ref())
    await world.service.delete_task(task.id)
    assert await world.delivery(task.id) is None


async def test_what_is_not_there_can_not_be_deleted() -> None:
    world = a_world()
    with pytest.raises(NotFoundError):
        await world.service.delete_task(TaskId("nothing"))
    assert world.listener.heard == []


async def test_pictures_go_with_their_task() -> None:
    world = a_world()
    given, made = await picture(world, b"given"), await picture(world, b"made")
    world.advance(SETTLED.total_seconds() + 1)
    task = await finished(world, made, type="img2img", input_images=(given,))
    await world.service.delete_task(task.id)
    assert world.images.files == {}


async def test_a_picture_that_another_task_names_stays() -> None:
    world = a_world()
    shared, own = await picture(world, b"shared"), await picture(world, b"own")
    world.advance(SETTLED.total_seconds() + 1)
    task = await finished(world, shared, own)
    await world.create(type="img2img", input_images=(shared,))
    await world.service.delete_task(task.id)
    assert set(world.images.files) == {shared}


async def test_a_picture_that_was_stored_again_meanwhile_stays() -> None:
    world = a_world()
    task = await finished(world, await picture(world))
    world.advance(SETTLED.total_seconds() + 1)
    await picture(world)
    await world.service.delete_task(task.id)
    assert len(world.images.files) == 1


async def test_without_an_image_store_pictures_are_nobodys_business() -> None:
    world = a_world()
    service = GenerationService(world.memory, clock=world.clock)
    task = await finished(world, await picture(world))
    await service.delete_task(task.id)
    assert len(world.images.files) == 1


# Clean-up


async def test_old_tasks_are_forgotten_with_their_pictures() -> None:
    world = a_world()
    task = await finished(world, await picture(world))
    world.advance(WEEK.total_seconds() + 1)
    recent = await finished(world, await picture(world, b"recent"))
    assert await world.service.cleanup_old_tasks(WEEK) == 1
    with pytest.raises(NotFoundError):
        await world.task(task.id)
    assert await world.task(recent.id) == recent
    assert set(world.images.files.values()) == {b"recent"}
    assert world.listener.of(TASK_DELETED) == [task]


async def test_a_task_is_kept_until_it_is_old_enough() -> None:
    world = a_world()
    await finished(world)
    world.advance(WEEK.total_seconds())
    assert await world.service.cleanup_old_tasks(WEEK) == 0


async def test_what_waits_or_runs_is_never_forgotten() -> None:
    world = a_world()
    running, waiting = await world.claimed(), await world.create()
    world.advance(WEEK.total_seconds() * 100)
    assert await world.service.cleanup_old_tasks(timedelta(0)) == 0
    assert await world.task(running.id) == running
    assert await world.task(waiting.id) == waiting


async def test_the_age_of_a_task_is_counted_from_its_end() -> None:
    world = a_world()
    task = await world.started()
    world.advance(WEEK.total_seconds() * 2)
    await world.service.complete_task(task.id, a_response())
    assert await world.service.cleanup_old_tasks(WEEK) == 0


async def test_a_forgotten_task_moves_no_points() -> None:
    world = a_world()
    await finished(world)
    world.advance(1)
    await world.service.cleanup_old_tasks(timedelta(0))
    assert await world.pots() == (90, 0)


async def test_many_old_tasks_go_in_several_transactions() -> None:
    number = CLEANUP_BATCH + 1
    world = a_world(points=False, limits=Limits(number, number))
    tasks = await world.service.create_tasks([a_request()] * number)
    await world.service.cancel_tasks_for_account(ANN)
    world.advance(1)
    before = world.store.writes
    assert await world.service.cleanup_old_tasks(timedelta(0)) == number
    assert world.store.writes - before == 3
    assert len(world.listener.of(TASK_DELETED)) == len(tasks)


# Strays


async def test_a_picture_of_no_task_is_swept_when_it_is_old_enough() -> None:
    world = a_world()
    named = await picture(world, b"named")
    await finished(world, named)
    await picture(world, b"stray")
    world.advance(SETTLED.total_seconds() + 1)
    await picture(world, b"new")
    assert await world.service.sweep_images() == 1
    assert set(world.images.files.values()) == {b"named", b"new"}


async def test_where_nothing_strays_nothing_is_swept() -> None:
    world = a_world()
    await finished(world, await picture(world))
    world.advance(SETTLED.total_seconds() + 1)
    assert await world.service.sweep_images() == 0


async def test_without_an_image_store_nothing_is_swept() -> None:
    assert await GenerationService(a_world().memory).sweep_images() == 0
