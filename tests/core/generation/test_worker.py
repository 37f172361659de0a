from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest

from core.errors import (
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
    NoEngineError,
    StorageFullError,
    StorageUnavailableError,
)
from core.generation.engine import EngineJob, EngineResult, OnProgress
from core.generation.events import TASK_UPDATED
from core.generation.images import StoredImage
from core.generation.models import GenerationMetadata, GenerationStatus, GenerationTask, Progress
from core.generation.pool.room import Asked, Plan, Room, Seat
from core.generation.previews import Previews
from core.generation.types.folder import builtin_catalog
from core.generation.worker import RoomMaker, Worker, WorkerSettings
from core.ids import ImageId, TaskId, WorkerId
from core.tracing import current_task
from tests.fakes.builders import WORKER, a_request, an_image
from tests.fakes.engine import ScriptedEngine, hanging, pictures, raising
from tests.fakes.loop import turns, until
from tests.fakes.world import World, a_running_world

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED
NEVER = 1e9


def now() -> float:
    return asyncio.get_running_loop().time()


def a_worker(world: World, *, room: RoomMaker | None = None, **settings: Any) -> Worker:
    return Worker(
        world.service,
        world.engine,
        world.images,
        world.bus,
        name=WORKER,
        settings=WorkerSettings(**settings),
        ids=world.ids,
        room=room,
    )


@asynccontextmanager
async def working(world: World, *, room: RoomMaker | None = None, **settings: Any) -> AsyncIterator[Worker]:
    """A worker at work, stopped in the end."""
    worker = a_worker(world, room=room, **settings)
    running = asyncio.create_task(worker.run())
    await turns()
    try:
        yield worker
    finally:
        worker.stop()
        await running


def progressing(steps: int, *, every: float) -> Callable[[EngineJob, OnProgress], Any]:
    async def act(job: EngineJob, on_progress: OnProgress) -> EngineResult:
        for step in range(1, steps + 1):
            await asyncio.sleep(every)
            on_progress(Progress(step, steps))
        return EngineResult((b"picture",), seed=job.seed)

    return act


# What comes of a task


async def test_a_task_becomes_its_pictures() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(2, seconds=3, model="dreams")))
    async with working(world):
        done = await world.ended(await world.create(batch_size=2))
    assert done.status is COMPLETED
    assert done.response is not None
    assert [world.images.files[one] for one in done.response.outputs] == [b"t1/0", b"t1/1"]
    assert done.response.processing_time == pytest.approx(3)
    assert done.response.metadata == GenerationMetadata(seed=7, engine="scripted", model="dreams")
    assert not done.response.metadata.sensitive
    assert await world.pots() == (80, 0)


async def test_a_picture_carries_how_it_was_made() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(2)))
    async with working(world):
        done = await world.ended(await world.create())
    assert done.response is not None
    texts = [world.images.parameters[one] for one in done.response.outputs]
    assert "Seed: 7," in texts[0]
    assert "Seed: 8," in texts[1]
    assert "Model: dreams" in texts[0]


async def test_the_engine_is_given_the_request_and_its_pictures() -> None:
    world = a_running_world()
    given = (await world.images.save(b"given", "")).id
    async with working(world):
        task = await world.create(type="img2img", input_images=(given,))
        await world.ended(task)
    assert world.engine.jobs == [EngineJob(task.id, 1, task.request, (b"given",), price=10)]


async def test_a_picture_that_has_gone_fails_the_task() -> None:
    world = a_running_world()
    async with working(world):
        failed = await world.ended(await world.create(type="img2img", input_images=(an_image(),)))
    assert failed.response is not None
    assert failed.response.error_code == "not_found"
    assert world.engine.jobs == []
    assert await world.pots() == (100, 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EngineRejectedError(reason="size"), "engine_rejected"),
        (EngineFaultError(), "engine_fault"),
    ],
)
async def test_what_would_fail_again_fails_at_once(error: Exception, code: str) -> None:
    world = a_running_world(engine=ScriptedEngine(raising(error)))
    async with working(world):
        failed = await world.ended(await world.create())
    assert failed.status is FAILED
    assert failed.response is not None
    assert failed.response.error_code == code
    assert len(world.engine.jobs) == 1
    assert await world.pots() == (100, 0)


@pytest.mark.parametrize("error", [EngineUnavailableError(), EngineTimeoutError(), StorageUnavailableError()])
async def test_what_may_pass_is_tried_again(error: Exception) -> None:
    world = a_running_world(engine=ScriptedEngine(raising(error)))
    async with working(world):
        done = await world.ended(await world.create())
    assert done.status is COMPLETED
    assert [job.attempt for job in world.engine.jobs] == [1, 2]
    assert await world.pots() == (90, 0)


async def test_it_is_tried_so_many_times() -> None:
    world = a_running_world(engine=ScriptedEngine(*[raising(EngineUnavailableError())] * 9))
    async with working(world, attempts=3):
        failed = await world.ended(await world.create())
    assert failed.status is FAILED
    assert failed.response is not None
    assert failed.response.error_code == "engine_unavailable"
    assert [job.attempt for job in world.engine.jobs] == [1, 2, 3]
    assert await world.pots() == (100, 0)


async def test_tries_are_further_and_further_apart() -> None:
    world = a_running_world(engine=ScriptedEngine(*[raising(EngineUnavailableError())] * 5))
    async with working(world, attempts=6, backoff=1, backoff_most=3):
        await world.ended(await world.create())
    begun = world.engine.begun
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert gaps == pytest.approx([1, 2, 3, 3, 3])


async def test_a_success_ends_the_pauses() -> None:
    fault = raising(EngineUnavailableError())
    world = a_running_world(engine=ScriptedEngine(fault, fault, fault, pictures(seconds=5)))
    async with working(world, backoff=10, backoff_most=1000, slots=1):
        await world.ended(await world.create())
        before = now()
        await world.ended(await world.create())
    assert now() - before < 1


@pytest.mark.parametrize(
    ("between", "pause"),
    [
        (EngineRejectedError(reason="no"), 10),
        (ZeroDivisionError("a fault of ours"), 20),
    ],
)
async def test_faults_are_counted_until_the_engine_answers(between: Exception, pause: float) -> None:
    """A refusal is an answer; what breaks beside the engine says nothing about it."""
    fault = raising(EngineUnavailableError())
    engine = ScriptedEngine(fault, raising(between), fault, pictures())
    world = a_running_world(engine=engine)
    async with working(world, attempts=1, backoff=10, backoff_most=1000, slots=1):
        for _ in range(3):
            await world.ended(await world.create())
        before = now()
        await world.ended(await world.create())
    assert now() - before == pytest.approx(pause, abs=1)


async def test_the_pauses_go_on_where_the_last_attempt_has_failed() -> None:
    fault = raising(EngineUnavailableError())
    world = a_running_world(engine=ScriptedEngine(fault, fault, pictures()))
    async with working(world, attempts=2, backoff=10, backoff_most=1000, slots=1):
        assert (await world.ended(await world.create())).status is FAILED
        before = now()
        assert (await world.ended(await world.create())).status is COMPLETED
    assert now() - before == pytest.approx(20, abs=1)


async def test_a_stop_does_not_wait_for_a_pause() -> None:
    world = a_running_world(engine=ScriptedEngine(raising(EngineUnavailableError())))
    async with working(world, backoff=1000, backoff_most=1000) as worker:
        await world.create()
        await until(lambda: world.engine.jobs)
        await asyncio.sleep(1)
        before = now()
        worker.stop()
    assert now() - before < 1


async def test_an_unexpected_failure_is_an_incident(caplog: pytest.LogCaptureFixture) -> None:
    world = a_running_world(engine=ScriptedEngine(raising(ZeroDivisionError("oh"))))
    async with working(world):
        failed = await world.ended(await world.create())
    assert failed.response is not None
    assert failed.response.error_code == "internal"
    assert failed.response.error_facts == {"incident": "incident1"}
    (record,) = [one for one in caplog.records if one.exc_info]
    assert "incident incident1" in record.getMessage()
    assert await world.pots() == (100, 0)


async def test_a_cancellation_inside_the_engine_is_an_incident() -> None:
    world = a_running_world(engine=ScriptedEngine(raising(asyncio.CancelledError())))
    async with working(world):
        failed = await world.ended(await world.create(), seconds=5)
    assert failed.response is not None
    assert failed.response.error_code == "internal"


async def test_what_takes_too_long_is_stopped_and_tried_again() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging()))
    async with working(world, job=60):
        done = await world.ended(await world.create())
    assert done.status is COMPLETED
    assert [job.attempt for job in world.engine.stopped] == [1]


async def test_what_always_takes_too_long_fails_and_says_how_long() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging(), hanging()))
    async with working(world, job=60, attempts=2):
        failed = await world.ended(await world.create())
    assert failed.response is not None
    assert failed.response.error_code == "engine_timeout"
    assert failed.response.error_facts == {"seconds": 60}


async def test_a_full_disk_fails_and_refunds() -> None:
    world = a_running_world()
    world.images.failures = [StorageFullError(path="/data")]
    async with working(world):
        failed = await world.ended(await world.create())
    assert failed.response is not None
    assert failed.response.error_code == "storage_full"
    assert len(world.engine.jobs) == 1
    assert await world.pots() == (100, 0)


# Cancelling and losing


async def test_cancelling_stops_this_engines_call_alone() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging(), pictures(seconds=5)))
    async with working(world, slots=2):
        first, second = await world.create(), await world.create()
        await until(lambda: len(world.engine.jobs) == 2)
        await world.service.cancel_task(first.id)
        await turns()
        assert [job.task for job in world.engine.stopped] == [first.id]
        assert (await world.ended(second)).status is COMPLETED
    assert (await world.task(first.id)).status is CANCELLED
    assert await world.pots() == (90, 0)


async def test_deleting_stops_the_engines_call() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging()))
    async with working(world):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        await world.service.delete_task(task.id)
        await turns()
        assert [job.task for job in world.engine.stopped] == [task.id]


async def test_a_cancelled_tasks_slot_is_free_at_once() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging()))
    async with working(world, poll=NEVER):
        first, second = await world.create(), await world.create()
        await until(lambda: world.engine.jobs)
        await world.service.cancel_task(first.id)
        assert (await world.ended(second, seconds=1)).status is COMPLETED


async def test_cancelling_what_another_worker_does_changes_nothing_here() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=5)))
    async with working(world):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        await world.service.cancel_task((await world.create()).id)
        assert (await world.ended(task)).status is COMPLETED
    assert world.engine.stopped == []


async def test_leases_are_renewed_while_the_engine_works() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=300)), lease_seconds=30)
    async with working(world, lease=30):
        task = await world.create()
        for _ in range(29):
            await asyncio.sleep(10)
            assert await world.service.rescue(max_attempts=5) == []
        assert (await world.ended(task)).attempts == 1


async def test_who_lost_the_lease_stops_the_engine_and_drops_what_comes() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging()))
    async with working(world, lease=30, poll=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        await world.memory.write(lambda tx: tx.tasks.delete(task.id))
        await asyncio.sleep(11)
        assert [job.task for job in world.engine.stopped] == [task.id]


async def test_what_comes_too_late_is_dropped_quietly(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=5)))
    async with working(world, lease=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        await world.memory.write(lambda tx: tx.tasks.delete(task.id))
        await asyncio.sleep(6)
    assert "somebody else's now" in caplog.text
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


async def test_a_task_that_was_rescued_from_us_is_not_drawn_twice_at_one_time() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging(), pictures(seconds=5)), lease_seconds=30)
    async with working(world, slots=2, lease=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        await asyncio.sleep(31)
        await world.service.rescue(max_attempts=5)
        done = await world.ended(task)
    assert (done.status, done.attempts) == (COMPLETED, 2)
    assert [job.attempt for job in world.engine.stopped] == [1]
    assert world.engine.running == 0


async def test_a_failed_renewal_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=100)))
    async with working(world, lease=30, poll=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        world.store.write_failures = [StorageUnavailableError(reason="locked")]
        await asyncio.sleep(11)
        assert "could not renew leases" in caplog.text
        assert (await world.ended(task)).status is COMPLETED


# The store out of order


async def test_an_end_that_can_not_be_stored_is_tried_again() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=1)))
    async with working(world, poll=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        world.store.write_failures = [StorageUnavailableError(reason="locked")] * 6
        done = await world.ended(task)
    assert done.status is COMPLETED
    assert len(world.engine.jobs) == 1


async def test_an_end_that_can_never_be_stored_is_given_up_after_some_seconds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=1)))
    async with working(world, poll=NEVER, lease=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        before = now()
        world.store.write_failures = [StorageUnavailableError(reason="locked")] * 8
        await until(lambda: "could not store that it completed" in caplog.text)
        assert now() - before == pytest.approx(1 + 6.3, abs=0.1)
        world.store.write_failures = []
        assert (await world.task(task.id)).status is PROCESSING


async def test_a_claim_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    world = a_running_world()
    task = await world.create()
    world.store.write_failures = [StorageUnavailableError(reason="locked")]
    async with working(world, poll=2):
        done = await world.ended(task)
    assert "could not claim" in caplog.text
    assert done.status is COMPLETED


# When


async def test_a_new_task_wakes_the_worker() -> None:
    world = a_running_world()
    async with working(world, poll=NEVER):
        assert (await world.ended(await world.create(), seconds=1)).status is COMPLETED


async def test_what_is_handed_back_wakes_the_worker() -> None:
    world = a_running_world()
    task = await world.started()
    async with working(world, poll=NEVER):
        await asyncio.sleep(5)
        await world.service.release_task(task.id, spend_attempt=True)
        assert (await world.ended(task, seconds=1)).status is COMPLETED


async def test_resuming_wakes_the_worker() -> None:
    world = a_running_world()
    await world.service.pause()
    task = await world.create()
    async with working(world, poll=NEVER):
        await asyncio.sleep(5)
        assert (await world.task(task.id)).status is PENDING
        await world.service.resume()
        assert (await world.ended(task, seconds=1)).status is COMPLETED


async def test_what_no_event_told_of_is_found_by_looking() -> None:
    world = a_running_world()
    other_process = a_running_world().service
    other_process._store = world.memory
    async with working(world, poll=2):
        await asyncio.sleep(1)
        task = await other_process.create_task(a_request())
        assert (await world.ended(task, seconds=2.5)).status is COMPLETED


@pytest.mark.parametrize("slots", [1, 3])
async def test_no_more_tasks_run_than_there_are_slots(slots: int) -> None:
    world = a_running_world(engine=ScriptedEngine(*[pictures(seconds=10)] * 7))
    async with working(world, slots=slots, poll=1):
        tasks = [await world.create() for _ in range(7)]
        for task in tasks:
            await world.ended(task)
    assert world.engine.most_running == slots


async def test_a_free_slot_is_filled_while_another_still_works() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=100), pictures(seconds=1)))
    async with working(world, slots=2, poll=NEVER):
        long = await world.create()
        others = [await world.create() for _ in range(3)]
        for task in others:
            await world.ended(task, seconds=5)
        assert (await world.task(long.id)).status is PROCESSING
        await world.ended(long)


async def test_the_next_task_begins_before_the_pictures_of_the_last_are_stored() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=1), pictures(seconds=1)))
    save, begun_by_then = world.images.save, list[int]()

    async def noted_save(png: bytes, parameters: str) -> StoredImage:
        begun_by_then.append(len(world.engine.jobs))
        return await save(png, parameters)

    world.images.save = noted_save  # type: ignore[method-assign]
    tasks = [await world.create() for _ in range(2)]
    async with working(world, poll=NEVER):
        for task in tasks:
            assert (await world.ended(task)).status is COMPLETED
    assert begun_by_then == [2, 2]


async def test_pictures_are_stored_although_the_next_task_can_not_be_claimed() -> None:
    world = a_running_world()
    claim, claims = world.service.claim, list[int]()

    async def claim_once(worker: WorkerId, limit: int, **room: Any) -> list[GenerationTask]:
        claims.append(limit)
        if len(claims) > 2:  # the first finds nothing, the second the task
            await asyncio.sleep(1000)
        return await claim(worker, limit, **room)

    world.service.claim = claim_once  # type: ignore[method-assign]
    async with working(world, poll=NEVER):
        assert (await world.ended(await world.create(), seconds=1)).status is COMPLETED


async def test_logs_of_a_task_carry_its_id() -> None:
    seen: list[TaskId | None] = []

    async def act(job: EngineJob, _: OnProgress) -> EngineResult:
        seen.append(current_task.get())
        return EngineResult((b"picture",), seed=job.seed)

    world = a_running_world(engine=ScriptedEngine(act))
    async with working(world):
        task = await world.create()
        await world.ended(task)
    assert seen == [task.id]
    assert current_task.get() is None


# Progress


async def test_progress_is_stored_as_it_comes() -> None:
    world = a_running_world(engine=ScriptedEngine(progressing(4, every=2)))
    async with working(world, progress=0.5):
        await world.ended(await world.create())
    fractions = [task.progress.fraction for _, task in world.listener.heard if task.progress]
    assert fractions == [0.25, 0.5, 0.75]  # the last comes with the picture


async def test_progress_is_stored_so_often_at_most_and_the_newest_wins() -> None:
    world = a_running_world(engine=ScriptedEngine(progressing(1000, every=0.01)))
    async with working(world, progress=1):
        await world.ended(await world.create())
    steps = [task.progress.step for _, task in world.listener.heard if task.progress]
    assert 9 <= len(steps) <= 11
    assert steps == sorted(steps)


async def test_only_what_got_further_is_stored() -> None:
    engine = ScriptedEngine(pictures(seconds=10), progressing(3, every=2))
    world = a_running_world(engine=engine)
    async with working(world, slots=2):
        silent, telling = await world.create(), await world.create()
        await world.ended(silent)
        await world.ended(telling)
    assert {task.id for _, task in world.listener.heard if task.progress} == {telling.id}


async def test_progress_that_can_not_be_stored_harms_nobody() -> None:
    world = a_running_world(engine=ScriptedEngine(progressing(3, every=2)))
    async with working(world, poll=NEVER):
        task = await world.create()
        await until(lambda: world.engine.jobs)
        world.store.write_failures = [StorageFullError()]
        assert (await world.ended(task)).status is COMPLETED
    steps = [task.progress.step for _, task in world.listener.heard if task.progress]
    assert steps == [2]


# Stopping


async def test_a_stop_lets_running_tasks_finish() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=10)))
    async with working(world, drain=20) as worker:
        task, waiting = await world.create(), await world.create()
        await until(lambda: world.engine.jobs)
        worker.stop()
    assert (await world.task(task.id)).status is COMPLETED
    assert (await world.task(waiting.id)).status is PENDING
    assert len(world.engine.jobs) == 1


async def test_a_stop_hands_back_what_takes_longer_and_spends_no_attempt() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=100)))
    before = now()
    async with working(world, drain=20) as worker:
        task = await world.create()
        await until(lambda: world.engine.jobs)
        worker.stop()
    back = await world.task(task.id)
    assert (back.status, back.attempts, back.lease) == (PENDING, 0, None)
    assert [job.task for job in world.engine.stopped] == [task.id]
    assert now() - before == pytest.approx(20, abs=0.5)
    assert await world.pots() == (90, 0)


async def test_leases_are_renewed_while_a_stop_waits() -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=100)), lease_seconds=30)
    worker = a_worker(world, drain=200, lease=30)
    running = asyncio.create_task(worker.run())
    task = await world.create()
    await until(lambda: world.engine.jobs)
    worker.stop()
    await asyncio.sleep(60)
    assert await world.service.rescue(max_attempts=5) == []
    await running
    assert (await world.task(task.id)).status is COMPLETED


async def test_an_idle_worker_stops_at_once() -> None:
    before = now()
    async with working(a_running_world(), poll=NEVER):
        pass
    assert now() == before


async def test_cancelling_the_worker_hands_everything_back() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging(), hanging()))
    running = asyncio.create_task(a_worker(world, slots=2).run())
    await turns()
    tasks = [await world.create() for _ in range(2)]
    await until(lambda: len(world.engine.jobs) == 2)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    for task in tasks:
        back = await world.task(task.id)
        assert (back.status, back.attempts) == (PENDING, 0)


async def test_handing_back_is_tried_again_where_it_can_not_be_stored() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging()))
    async with working(world, drain=1) as worker:
        task = await world.create()
        await until(lambda: world.engine.jobs)
        world.store.write_failures = [StorageUnavailableError(reason="locked")] * 3
        worker.stop()
    back = await world.task(task.id)
    assert (back.status, back.attempts) == (PENDING, 0)


async def test_a_worker_that_breaks_hands_everything_back_before_it_says_so() -> None:
    world = a_running_world(engine=ScriptedEngine(hanging()))
    running = asyncio.create_task(a_worker(world, poll=NEVER, lease=30).run())
    await turns()
    task = await world.create()
    await until(lambda: world.engine.jobs)
    world.store.write_failures = [ZeroDivisionError("a fault of ours")]
    with pytest.raises(ExceptionGroup) as caught:
        await running
    assert caught.group_contains(ZeroDivisionError)
    back = await world.task(task.id)
    assert (back.status, back.attempts) == (PENDING, 0)


async def test_what_is_cancelled_while_a_stop_waits_is_not_handed_back() -> None:
    async def stubborn(job: EngineJob, _: OnProgress) -> EngineResult:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(50)  # takes its time to stop
            raise
        return EngineResult((), seed=job.seed)

    world = a_running_world(engine=ScriptedEngine(stubborn))
    async with working(world, drain=20) as worker:
        task = await world.create()
        await until(lambda: world.engine.jobs)
        worker.stop()
        await asyncio.sleep(1)
        await world.service.cancel_task(task.id)
    assert (await world.task(task.id)).status is CANCELLED


async def test_a_stopped_worker_hears_nothing_more() -> None:
    world = a_running_world()
    async with working(world):
        pass
    task = await world.create()
    await asyncio.sleep(10)
    assert (await world.task(task.id)).status is PENDING


async def test_a_worker_needs_no_settings() -> None:
    world = a_running_world()
    worker = Worker(world.service, world.engine, world.images, world.bus, name=WORKER)
    running = asyncio.create_task(worker.run())
    done = await world.ended(await world.create())
    worker.stop()
    await running
    assert done.response is not None
    assert done.response.outputs == (ImageId(next(iter(world.images.files))),)


@pytest.mark.parametrize("turns_later", range(8))
async def test_a_task_cancelled_just_after_its_claim_is_not_drawn_and_costs_no_slot(turns_later: int) -> None:
    world = a_running_world(engine=ScriptedEngine(pictures(seconds=1), pictures(seconds=1)))

    async def cancel(task: TaskId) -> None:
        for _ in range(turns_later):
            await asyncio.sleep(0)
        await world.service.cancel_task(task)

    cancelling: list[asyncio.Task[None]] = []

    def on_claim(task: GenerationTask) -> None:
        if task.status is PROCESSING and not cancelling:
            cancelling.append(asyncio.create_task(cancel(task.id)))

    world.bus.subscribe(TASK_UPDATED, on_claim)
    async with working(world, poll=NEVER) as worker:
        task = await world.create()
        assert (await world.ended(task)).status is CANCELLED
        await until(lambda: not worker.running)
        assert (await world.ended(await world.create())).status is COMPLETED


async def test_a_cancel_that_comes_before_the_claims_answer_is_heeded() -> None:
    world = a_running_world()
    claim = world.service.claim

    async def claim_and_cancel(worker: WorkerId, limit: int, **room: Any) -> list[GenerationTask]:
        claimed = await claim(worker, limit, **room)
        for task in claimed:
            if task.request.prompt == "never":
                await world.service.cancel_task(task.id)
        return claimed

    world.service.claim = claim_and_cancel  # type: ignore[method-assign]
    async with working(world, poll=NEVER):
        await world.create(prompt="never")
        assert (await world.ended(await world.create())).status is COMPLETED
    assert [job.request.prompt for job in world.engine.jobs] == ["a red fox"]


# Room


class Hall:
    """A room of so many places at an engine, in a test's hand."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.asked: list[tuple[int, int]] = []
        """How many were said to be on their way, and how many at the engine, each time."""

    def __call__(self, coming: Sequence[Asked], running: Sequence[Asked]) -> Callable[[], Plan]:
        self.asked.append((len(coming), len(running)))
        seat = Seat("sketch", self.places - len(running), ())
        return lambda: Room((seat,), builtin_catalog(), {}).plan(coming=coming, running=running)


def gated(world: World) -> asyncio.Event:
    """Let no picture be stored until the event is set."""
    gate = world.images.gate = asyncio.Event()
    return gate


async def test_a_task_is_claimed_only_where_there_is_room() -> None:
    world, hall = a_running_world(), Hall(0)
    async with working(world, room=hall, slots=4, poll=NEVER) as worker:
        tasks = [await world.create() for _ in range(2)]
        await turns()
        assert [await world.task(task.id) for task in tasks] == tasks
        hall.places = 1
        worker.wake()
        for task in tasks:
            assert (await world.ended(task, seconds=1)).status is COMPLETED
    assert world.engine.most_running == 1


@pytest.mark.parametrize(("places", "slots", "most"), [(1, 4, 1), (3, 4, 3), (4, 2, 2)])
async def test_as_many_run_as_there_is_room_and_slots_for(places: int, slots: int, most: int) -> None:
    world = a_running_world(engine=ScriptedEngine(*[pictures(seconds=10)] * 7))
    async with working(world, room=Hall(places), slots=slots):
        tasks = [await world.create() for _ in range(7)]
        for task in tasks:
            await world.ended(task)
    assert world.engine.most_running == most


async def test_what_is_stored_is_neither_coming_nor_running() -> None:
    world, hall = a_running_world(engine=ScriptedEngine(pictures(), hanging())), Hall(2)
    async with working(world, room=hall, slots=2, drain=0) as worker:
        gated(world)
        await world.create()
        await until(lambda: world.images.waiting)
        await world.create()
        await until(lambda: len(world.engine.jobs) == 2)
        worker.wake()
        await turns()
        assert hall.asked[-1] == (0, 1)


@pytest.mark.parametrize("has_room", [False, True])
async def test_the_next_is_at_the_engine_while_the_last_ones_pictures_are_stored(has_room: bool) -> None:
    world = a_running_world()
    async with working(world, room=Hall(1) if has_room else None, slots=1, poll=NEVER):
        gate = gated(world)
        first, second = await world.create(prompt="one"), await world.create(prompt="two")
        await until(lambda: len(world.engine.jobs) == 2)
        assert (await world.task(first.id)).status is PROCESSING
        gate.set()
        for task in (first, second):
            assert (await world.ended(task)).status is COMPLETED
    assert world.engine.most_running == 1


@pytest.mark.parametrize("slots", [1, 3])
async def test_so_many_may_be_on_their_way_at_one_time_and_no_more(slots: int) -> None:
    world = a_running_world(starting_grant=1_000)
    async with working(world, slots=slots, poll=1) as worker:
        gate = gated(world)
        tasks = [await world.create(prompt=f"fox {number}") for number in range(4 * slots)]
        await asyncio.sleep(100)
        assert worker.running == 2 * slots + 1
        assert len(world.engine.jobs) == 2 * slots + 1
        gate.set()
        for task in tasks:
            assert (await world.ended(task)).status is COMPLETED


@pytest.mark.parametrize("has_room", [False, True])
async def test_where_no_engine_could_begin_no_attempt_is_spent_and_nothing_is_given_back(
    has_room: bool,
) -> None:
    world = a_running_world(engine=ScriptedEngine(*[raising(NoEngineError())] * 9))
    async with working(world, room=Hall(1) if has_room else None, attempts=3, backoff=1):
        done = await world.ended(await world.create())
    assert (done.status, done.attempts) == (COMPLETED, 1)
    assert [job.attempt for job in world.engine.jobs] == [1] * 10
    kinds = [str(entry.kind) for entry in await world.ledger()]
    assert kinds.count("refund") == 0
    assert kinds.count("deduct") == 1
    assert await world.pots() == (90, 0)


@pytest.mark.parametrize("error", [EngineUnavailableError(), EngineTimeoutError()])
async def test_who_has_a_room_keeps_no_others_waiting_for_a_servers_fault(error: Exception) -> None:
    world = a_running_world(engine=ScriptedEngine(*[raising(error)] * 3))
    async with working(world, room=Hall(1), attempts=9, backoff=1000, backoff_most=1000, poll=NEVER):
        before = now()
        assert (await world.ended(await world.create())).status is COMPLETED
    assert now() - before < 1


async def test_what_is_no_engines_fault_makes_it_pause_all_the_same() -> None:
    world = a_running_world()
    world.images.failures = [StorageUnavailableError(reason="locked")]
    async with working(world, room=Hall(1), backoff=100, backoff_most=100, poll=NEVER):
        before = now()
        assert (await world.ended(await world.create())).status is COMPLETED
    assert now() - before == pytest.approx(100, abs=1)


async def test_progress_is_stored_without_its_preview_and_with_the_place_at_the_engine() -> None:
    async def waits(job: EngineJob, on_progress: OnProgress) -> EngineResult:
        on_progress(Progress(0, 0, position=3, seconds=40.0, preview=b"seen"))
        await asyncio.sleep(5)
        return EngineResult((b"picture",), seed=job.seed)

    world = a_running_world(engine=ScriptedEngine(waits))
    async with working(world):
        await world.ended(await world.create())
    (progress,) = [task.progress for _, task in world.listener.heard if task.progress]
    assert (progress.position, progress.seconds, progress.preview) == (3, 40.0, None)


async def test_what_there_is_to_see_is_kept_while_the_engine_works_and_no_longer() -> None:
    async def act(job: EngineJob, on_progress: OnProgress) -> EngineResult:
        on_progress(Progress(1, 2, preview=b"half a fox"))
        on_progress(Progress(2, 2))
        await asyncio.sleep(10)
        return EngineResult((b"a fox",), seed=job.seed)

    world, previews = a_running_world(engine=ScriptedEngine(act)), Previews()
    worker = Worker(
        world.service, world.engine, world.images, world.bus, name=WORKER, ids=world.ids, previews=previews
    )
    running = asyncio.create_task(worker.run())
    task = await world.create()
    await until(lambda: previews.get(task.id))
    assert previews.get(task.id) == b"half a fox"
    await world.ended(task)
    await until(lambda: previews.get(task.id) is None)
    worker.stop()
    await running
