from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import (
    EngineFaultError,
    InvalidTransitionError,
    LeaseLostError,
    NotFoundError,
    RateLimitedError,
)
from core.generation.events import TASK_CREATED, TASK_UPDATED
from core.generation.models import GenerationStatus, Lease, Progress
from core.generation.service import BY_HAND
from core.ids import LeaseId, TaskId
from tests.fakes.builders import ANN, BOB, WORKER, a_ref, a_request, a_response, an_image, lease_of
from tests.fakes.clock import NOON
from tests.fakes.store import RepeatingStore
from tests.fakes.world import World, a_world

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED
NOBODY = LeaseId("nobody")


# Claiming


async def test_claiming_takes_a_lease_and_deducts() -> None:
    world = a_world()
    created = await world.create()
    (task,) = await world.service.claim(WORKER, 1)
    assert task.id == created.id
    assert task.status is PROCESSING
    assert task.lease == Lease(LeaseId("lease1"), WORKER, NOON + timedelta(seconds=30))
    assert (task.attempts, task.started_at, task.revision) == (1, NOON, 2)
    assert await world.task(task.id) == task
    assert await world.pots() == (90, 0)
    assert world.listener.of(TASK_UPDATED) == [task]


async def test_a_lease_is_as_long_as_the_service_says() -> None:
    task = await a_world(lease_seconds=5).claimed()
    assert task.lease is not None
    assert task.lease.expires_at == NOON + timedelta(seconds=5)


async def test_no_more_are_claimed_than_were_asked_for() -> None:
    world = a_world()
    for _ in range(3):
        await world.create()
    assert len(await world.service.claim(WORKER, 2)) == 2
    assert len(await world.service.claim(WORKER, 2)) == 1
    assert await world.service.claim(WORKER, 2) == []


async def test_every_task_has_a_lease_of_its_own() -> None:
    world = a_world()
    await world.create()
    await world.create()
    assert [lease_of(task) for task in await world.service.claim(WORKER, 2)] == ["lease1", "lease2"]


async def test_an_empty_claim_publishes_nothing() -> None:
    world = a_world()
    assert await world.service.claim(WORKER, 2) == []
    assert world.listener.heard == []


async def test_a_claim_that_is_run_again_deducts_once() -> None:
    world = a_world(store=RepeatingStore)
    await world.create()
    (task,) = await world.service.claim(WORKER, 1)
    assert task.attempts == 1
    assert await world.pots() == (90, 0)
    assert world.listener.of(TASK_UPDATED) == [task]


async def test_a_claim_raises_what_the_message_should_show() -> None:
    world = a_world()
    task = await world.service.create_task(a_request(), shown_in=a_ref())
    await world.service.claim(WORKER, 1)
    delivery = await world.delivery(task.id)
    assert delivery is not None
    assert delivery.revision == 2


async def test_looking_at_the_next_task_takes_nothing() -> None:
    world = a_world()
    assert await world.service.get_next_pending_task() is None
    task = await world.create()
    await world.create()
    assert await world.service.get_next_pending_task() == task
    assert await world.service.get_next_pending_task() == task


async def test_a_task_may_be_started_by_hand() -> None:
    world = a_world()
    await world.create()
    second = await world.create()
    task = await world.service.start_processing_task(second.id)
    assert task.status is PROCESSING
    assert task.lease is not None
    assert task.lease.worker == BY_HAND
    assert await world.pots() == (80, 10)
    assert world.listener.of(TASK_UPDATED) == [task]


async def test_what_is_started_can_not_be_started_again() -> None:
    world = a_world()
    task = await world.claimed()
    with pytest.raises(InvalidTransitionError):
        await world.service.start_processing_task(task.id)
    assert await world.task(task.id) == task


async def test_what_is_not_there_can_not_be_started() -> None:
    with pytest.raises(NotFoundError) as caught:
        await a_world().service.start_processing_task(TaskId("nothing"))
    assert caught.value.facts == {"kind": "task", "name": "nothing"}


# Pausing


async def test_a_paused_queue_gives_nothing_out() -> None:
    world = a_world()
    await world.create()
    await world.service.pause()
    assert await world.service.claim(WORKER, 1) == []
    assert (await world.service.statistics()).paused
    await world.service.resume()
    assert len(await world.service.claim(WORKER, 1)) == 1
    assert not (await world.service.statistics()).paused


async def test_what_runs_goes_on_while_the_queue_is_paused() -> None:
    world = a_world()
    task = await world.claimed()
    await world.service.pause()
    done = await world.service.complete_task(task.id, a_response(), lease=lease_of(task))
    assert done.status is COMPLETED


async def test_resuming_wakes_the_workers() -> None:
    world = a_world()
    task = await world.create()
    await world.service.pause()
    assert world.listener.of(TASK_UPDATED) == []
    await world.service.resume()
    assert world.listener.of(TASK_UPDATED) == [task]


async def test_resuming_an_empty_queue_wakes_nobody() -> None:
    world = a_world()
    await world.service.resume()
    assert world.listener.heard == []


# Finishing


async def test_completing_keeps_the_pictures_and_the_points() -> None:
    world = a_world()
    task = await world.claimed()
    world.advance(2.5)
    response = a_response(an_image("a"), an_image("b"))
    done = await world.service.complete_task(task.id, response, lease=lease_of(task))
    assert done.status is COMPLETED
    assert done.response == response.model_copy(update={"processing_time": 2.5})
    assert done.completed_at == NOON + timedelta(seconds=2.5)
    assert await world.pots() == (90, 0)
    assert world.listener.of(TASK_UPDATED)[-1] == done


async def test_a_time_that_the_engine_tells_is_kept() -> None:
    world = a_world()
    task = await world.started()
    world.advance(9)
    done = await world.service.complete_task(task.id, a_response(processing_time=0))
    assert done.response is not None
    assert done.response.processing_time == 0


async def test_failing_refunds_and_says_why() -> None:
    world = a_world()
    task = await world.claimed()
    world.advance(3)
    error = EngineFaultError(reason="oom", node=7)
    failed = await world.service.fail_task(task.id, error, lease=lease_of(task))
    assert failed.status is FAILED
    assert failed.response is not None
    assert not failed.response.success
    assert failed.response.error_code == "engine_fault"
    assert failed.response.error_facts == {"reason": "oom", "node": 7}
    assert failed.response.processing_time == 3
    assert await world.pots() == (100, 0)


async def test_failing_by_hand_keeps_the_words() -> None:
    world = a_world()
    failed = await world.service.fail_task((await world.started()).id, "The power went.")
    assert failed.response is not None
    assert (failed.response.error_code, failed.response.error_facts) == (
        "failed",
        {"reason": "The power went."},
    )


async def test_what_waits_may_fail_and_has_taken_no_time() -> None:
    world = a_world()
    failed = await world.service.fail_task((await world.create()).id, RateLimitedError(1))
    assert failed.response is not None
    assert failed.response.processing_time is None
    assert await world.pots() == (100, 0)


@pytest.mark.parametrize(("spend", "attempts"), [(True, 1), (False, 0)])
async def test_handing_back_keeps_what_was_paid(spend: bool, attempts: int) -> None:
    world = a_world()
    task = await world.claimed()
    back = await world.service.release_task(task.id, lease=lease_of(task), spend_attempt=spend)
    assert (back.status, back.attempts) == (PENDING, attempts)
    assert await world.pots() == (90, 0)
    await world.service.claim(WORKER, 1)
    assert await world.pots() == (90, 0)


async def test_progress_is_stored_and_published() -> None:
    world = a_world()
    task = await world.claimed()
    after = await world.service.report_progress(task.id, Progress(5, 20), lease=lease_of(task))
    assert after.progress == Progress(5, 20)
    assert await world.task(task.id) == after
    assert world.listener.of(TASK_UPDATED)[-1] == after


# Who may write


async def _complete(world: World, task: TaskId, lease: LeaseId | None) -> Any:
    return await world.service.complete_task(task, a_response(), lease=lease)


async def _fail(world: World, task: TaskId, lease: LeaseId | None) -> Any:
    return await world.service.fail_task(task, "no", lease=lease)


async def _release(world: World, task: TaskId, lease: LeaseId | None) -> Any:
    return await world.service.release_task(task, lease=lease, spend_attempt=True)


async def _progress(world: World, task: TaskId, lease: LeaseId | None) -> Any:
    return await world.service.report_progress(task, Progress(1, 2), lease=lease)


WRITES = pytest.mark.parametrize("write", [_complete, _fail, _release, _progress])


@WRITES
async def test_only_the_holder_of_the_lease_writes(write: Any) -> None:
    world = a_world()
    task = await world.claimed()
    heard = list(world.listener.heard)
    with pytest.raises(LeaseLostError) as caught:
        await write(world, task.id, NOBODY)
    assert caught.value.facts == {"task": task.id}
    assert await world.task(task.id) == task
    assert world.listener.heard == heard


@WRITES
async def test_who_held_the_task_before_writes_no_more(write: Any) -> None:
    world = a_world()
    task = await world.claimed()
    await world.service.release_task(task.id, lease=lease_of(task), spend_attempt=True)
    (again,) = await world.service.claim(WORKER, 1)
    with pytest.raises(LeaseLostError):
        await write(world, task.id, lease_of(task))
    assert await world.task(task.id) == again


@WRITES
@pytest.mark.parametrize("end", [COMPLETED, CANCELLED, PENDING])
async def test_the_lease_of_an_ended_task_writes_nothing(write: Any, end: GenerationStatus) -> None:
    world = a_world()
    task = await world.claimed()
    if end is COMPLETED:
        after = await world.service.complete_task(task.id, a_response(), lease=lease_of(task))
    elif end is CANCELLED:
        after = await world.service.cancel_task(task.id)
    else:
        after = await world.service.release_task(task.id, lease=lease_of(task), spend_attempt=False)
    with pytest.raises(LeaseLostError):
        await write(world, task.id, lease_of(task))
    assert await world.task(task.id) == after


@WRITES
async def test_by_hand_no_lease_is_needed(write: Any) -> None:
    world = a_world()
    task = await world.started()
    assert (await write(world, task.id, None)).revision == task.revision + 1


@WRITES
async def test_by_hand_nothing_is_written_to_what_a_worker_holds(write: Any) -> None:
    world = a_world()
    task = await world.claimed()
    heard = list(world.listener.heard)
    with pytest.raises(LeaseLostError) as caught:
        await write(world, task.id, None)
    assert caught.value.facts == {"task": task.id}
    assert await world.task(task.id) == task
    assert world.listener.heard == heard


@pytest.mark.parametrize("write", [_complete, _release, _progress])
async def test_by_hand_the_task_must_be_processing(write: Any) -> None:
    world = a_world()
    task = await world.create()
    with pytest.raises(InvalidTransitionError):
        await write(world, task.id, None)
    assert await world.task(task.id) == task


@WRITES
async def test_what_is_not_there_is_not_written(write: Any) -> None:
    with pytest.raises(NotFoundError):
        await write(a_world(), TaskId("nothing"), None)


# Leases


async def test_a_renewed_lease_ends_later() -> None:
    world = a_world()
    task = await world.claimed()
    world.advance(20)
    assert await world.service.renew_leases({task.id: lease_of(task)}) == {task.id}
    after = await world.task(task.id)
    assert after.lease is not None
    assert after.lease.expires_at == NOON + timedelta(seconds=50)
    assert after.revision == task.revision


async def test_only_what_is_still_held_is_renewed() -> None:
    world = a_world()
    held, cancelled = await world.claimed(), await world.claimed()
    others, waiting = await world.started(), await world.create()
    await world.service.cancel_task(cancelled.id)
    asked = {
        held.id: lease_of(held),
        cancelled.id: lease_of(cancelled),
        others.id: NOBODY,
        waiting.id: NOBODY,
        TaskId("nothing"): NOBODY,
    }
    assert await world.service.renew_leases(asked) == {held.id}


async def test_a_worker_of_the_same_name_does_not_renew_what_is_taken_back() -> None:
    world = a_world()
    before = await world.claimed()
    await world.service.rescue(max_attempts=3, orphaned=True)
    (again,) = await world.service.claim(WORKER, 1)
    world.advance(20)
    assert await world.service.renew_leases({before.id: lease_of(before)}) == set()
    assert await world.task(again.id) == again


async def test_an_ended_lease_is_taken_back() -> None:
    world = a_world()
    task = await world.claimed()
    world.advance(30)
    (rescued,) = await world.service.rescue(max_attempts=3)
    assert (rescued.id, rescued.status, rescued.attempts) == (task.id, PENDING, 1)
    assert await world.task(task.id) == rescued
    assert world.listener.of(TASK_UPDATED)[-1] == rescued
    assert await world.pots() == (90, 0)


async def test_a_lease_that_still_runs_is_left_alone() -> None:
    world = a_world()
    await world.claimed()
    world.advance(29.9)
    assert await world.service.rescue(max_attempts=3) == []


async def test_a_renewed_lease_is_left_alone() -> None:
    world = a_world()
    task = await world.claimed()
    world.advance(20)
    await world.service.renew_leases({task.id: lease_of(task)})
    world.advance(20)
    assert await world.service.rescue(max_attempts=3) == []


async def test_what_was_interrupted_too_often_fails_and_is_refunded() -> None:
    world = a_world()
    task = await world.create()
    statuses = []
    for _ in range(3):
        await world.service.claim(WORKER, 1)
        world.advance(31)
        statuses += [one.status for one in await world.service.rescue(max_attempts=3)]
    assert statuses == [PENDING, PENDING, FAILED]
    rescued = await world.task(task.id)
    assert rescued.response is not None
    assert (rescued.response.error_code, rescued.response.error_facts) == (
        "interrupted_too_often",
        {"attempts": 3},
    )
    assert world.listener.of(TASK_UPDATED)[-1] == rescued
    assert await world.pots() == (100, 0)


async def test_orphans_are_taken_back_before_their_lease_ends() -> None:
    world = a_world()
    await world.claimed()
    waiting = await world.create()
    (rescued,) = await world.service.rescue(max_attempts=3, orphaned=True)
    assert rescued.status is PENDING
    assert await world.task(waiting.id) == waiting


async def test_a_rescue_raises_what_the_message_should_show() -> None:
    world = a_world()
    task = await world.service.create_task(a_request(), shown_in=a_ref())
    await world.service.claim(WORKER, 1)
    await world.service.rescue(max_attempts=3, orphaned=True)
    delivery = await world.delivery(task.id)
    assert delivery is not None
    assert delivery.revision == 3


# Cancelling


@pytest.mark.parametrize("status", [PENDING, PROCESSING])
async def test_cancelling_refunds(status: GenerationStatus) -> None:
    world = a_world()
    task = await (world.create() if status is PENDING else world.claimed())
    cancelled = await world.service.cancel_task(task.id, account=ANN)
    assert (cancelled.status, cancelled.lease) == (CANCELLED, None)
    assert await world.pots() == (100, 0)
    assert world.listener.of(TASK_UPDATED)[-1] == cancelled


async def test_what_was_handed_back_is_refunded_in_full() -> None:
    world = a_world()
    task = await world.started()
    await world.service.release_task(task.id, spend_attempt=True)
    await world.service.cancel_task(task.id)
    assert await world.pots() == (100, 0)


async def test_what_has_ended_can_not_be_cancelled() -> None:
    world = a_world()
    task = await world.started()
    await world.service.complete_task(task.id, a_response())
    with pytest.raises(InvalidTransitionError):
        await world.service.cancel_task(task.id)
    assert await world.pots() == (90, 0)


async def test_cancelling_twice_refunds_once() -> None:
    world = a_world()
    task = await world.create()
    await world.service.cancel_task(task.id)
    with pytest.raises(InvalidTransitionError):
        await world.service.cancel_task(task.id)
    assert await world.pots() == (100, 0)


async def test_the_task_of_another_is_not_there() -> None:
    world = a_world()
    task = await world.create()
    for call in (world.service.cancel_task, world.service.get_task, world.service.delete_task):
        with pytest.raises(NotFoundError) as caught:
            await call(task.id, account=BOB)
        assert caught.value.facts == {"kind": "task", "name": task.id}
    assert await world.task(task.id) == task


async def test_all_of_an_account_are_cancelled_and_nobody_elses() -> None:
    world = a_world()
    running = await world.claimed()
    waiting = await world.create()
    ended = await world.service.cancel_task((await world.create()).id)
    other = await world.create(account=BOB)
    cancelled = await world.service.cancel_tasks_for_account(ANN)
    assert {task.id for task in cancelled} == {running.id, waiting.id}
    assert {task.status for task in cancelled} == {CANCELLED}
    assert world.listener.of(TASK_UPDATED)[-2:] == cancelled
    assert await world.task(other.id) == other
    assert await world.task(ended.id) == ended
    assert await world.pots() == (100, 0)


async def test_cancelling_nothing_is_nothing() -> None:
    world = a_world()
    assert await world.service.cancel_tasks_for_account(ANN) == []
    assert world.listener.heard == []


# Looking


async def test_an_accounts_tasks_newest_first() -> None:
    world = a_world()
    tasks = [await world.create() for _ in range(3)]
    await world.create(account=BOB)
    assert await world.service.get_tasks_for_account(ANN) == tasks[::-1]
    assert await world.service.get_tasks_for_account(ANN, limit=2) == tasks[:0:-1]


async def test_an_accounts_tasks_of_some_statuses() -> None:
    world = a_world()
    running = await world.claimed()
    waiting = await world.create()
    found = world.service.get_tasks_for_account
    assert await found(ANN, statuses=[PROCESSING]) == [running]
    assert await found(ANN, statuses=[PENDING, PROCESSING]) == [waiting, running]
    assert await found(ANN, statuses=[FAILED]) == []


async def test_the_queue_shows_what_runs_and_then_what_waits() -> None:
    world = a_world()
    running = await world.claimed()
    first, second = await world.create(), await world.create()
    urgent = await world.create(priority=1)
    assert await world.service.get_queue() == [running, urgent, first, second]
    assert await world.service.get_queue(limit=1) == [running, urgent]


async def test_statistics_count_every_status() -> None:
    world = a_world()
    await world.claimed()
    await world.create()
    await world.service.cancel_task((await world.create()).id)
    statistics = await world.service.statistics()
    assert statistics.counts == {PENDING: 1, PROCESSING: 1, COMPLETED: 0, FAILED: 0, CANCELLED: 1}


@pytest.mark.parametrize("end", ["complete", "fail", "cancel", "rescue", "delete"])
async def test_everything_works_without_a_points_service(end: str) -> None:
    world = a_world(points=False)
    task = await world.started()
    if end == "complete":
        await world.service.complete_task(task.id, a_response())
    elif end == "fail":
        await world.service.fail_task(task.id, "no")
    elif end == "cancel":
        await world.service.cancel_tasks_for_account(ANN)
    elif end == "rescue":
        await world.service.rescue(max_attempts=1, orphaned=True)
    else:
        await world.service.delete_task(task.id)
    assert await world.ledger() == []
    assert world.listener.of(TASK_CREATED)
