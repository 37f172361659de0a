"""What every store does with tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

import pytest

from core.errors import ConflictError, NotFoundError, StorageError
from core.generation import lifecycle
from core.generation.models import (
    GenerationMetadata,
    GenerationResponse,
    GenerationStatus,
    GenerationTask,
    Lease,
    Progress,
)
from core.generation.repository import Duration, QueueEntry, Standing
from core.ids import AccountId, LeaseId, TaskId, WorkerId
from core.store import Store, Transaction
from tests.fakes.builders import (
    ANN,
    BOB,
    a_failure,
    a_lease,
    a_request,
    a_response,
    a_task,
    an_image,
    an_origin,
)
from tests.fakes.clock import NOON

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED

T = TypeVar("T")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def named(name: str, status: GenerationStatus = PENDING, **fields: Any) -> GenerationTask:
    return a_task(status, id=TaskId(name), **fields)


def ids(tasks: Any) -> list[str]:
    return [task.id for task in tasks]


async def add(store: Store, *tasks: GenerationTask) -> None:
    def work(tx: Transaction) -> None:
        for task in tasks:
            tx.tasks.add(task)

    await store.write(work)


async def read(store: Store, work: Callable[[Transaction], T]) -> T:
    return await store.read(work)


FULL = a_task(
    PROCESSING,
    request=a_request(
        "Ærøskøbing 狐 🦊 \u200d שועל; DROP TABLE tasks; -- 'x'",
        negative_prompt='"quotes"',
        type="img2img",
        input_images=(an_image("1"), an_image("2")),
        origin=an_origin("9", thread="topic"),
        width=512,
        cfg_scale=7.25,
        seed=2**32 - 1,
        sampler="euler",
        batch_size=3,
        strength=0.1,
        model="sd xl",
    ),
    price=2**40,
    priority=-3,
    rank=12,
    revision=9,
    attempts=2,
    lease=Lease(LeaseId("l"), WorkerId("w"), NOON + timedelta(microseconds=1)),
    progress=Progress(3, 20),
    created_at=datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "task",
    [
        a_task(),
        FULL,
        a_task(COMPLETED),
        a_task(
            COMPLETED,
            response=GenerationResponse(
                outputs=(an_image("c"), an_image("d")),
                processing_time=0.1,
                metadata=GenerationMetadata(seed=3, engine="sketch", model="m"),
            ),
        ),
        a_task(FAILED, response=a_failure("x", limit=3, names=["a", "b"], share=0.1, none=None)),
        a_task(CANCELLED),
        a_task(PROCESSING, progress=Progress(0, 0, position=12, seconds=90.5)),
        a_task(PROCESSING, progress=Progress(0, 0, position=1)),
        a_task(PROCESSING, progress=Progress(3, 20, seconds=0.0)),
        a_task(request=a_request(parameters={"colours": 4, "weight": 1.0, "dither": True, "title": "ü"})),
    ],
)
async def test_a_task_comes_back_equal(store: Store, task: GenerationTask) -> None:
    await add(store, task)
    assert await read(store, lambda tx: tx.tasks.get(task.id)) == task
    assert await store.write(lambda tx: tx.tasks.get(task.id)) == task


async def test_a_request_comes_back_with_its_types(store: Store) -> None:
    await add(store, FULL)
    task = await read(store, lambda tx: tx.tasks.get(FULL.id))
    assert task is not None
    assert task.request.model_dump() == FULL.request.model_dump()
    assert type(task.request.input_images) is tuple
    assert type(task.request.settings.cfg_scale) is float
    assert task.request.settings.work == FULL.request.settings.work
    assert task.status is PROCESSING


@pytest.mark.parametrize("seconds", [90, 90.5, 0, None])
async def test_progress_comes_back_with_its_types(store: Store, seconds: float | None) -> None:
    progress = Progress(0, 0, position=2, seconds=seconds)
    await add(store, replace(FULL, progress=progress))
    task = await read(store, lambda tx: tx.tasks.get(FULL.id))
    assert task is not None
    assert task.progress == progress
    assert task.progress is not None
    assert type(task.progress.position) is int
    assert seconds is None or isinstance(task.progress.seconds, float | int)


async def test_progress_goes_on_from_the_engines_queue(store: Store) -> None:
    task = replace(FULL, progress=Progress(0, 0, position=2, seconds=90.0))
    await add(store, task)
    for revision, progress in enumerate(
        [Progress(0, 0, position=1, seconds=30.0), Progress(1, 20, seconds=15.0), Progress(2, 20), None],
        start=task.revision + 1,
    ):
        after = replace(task, progress=progress, revision=revision)
        await store.write(lambda tx, after=after: tx.tasks.update(after))  # type: ignore[misc]
        assert await read(store, lambda tx: tx.tasks.get(FULL.id)) == after


async def test_a_request_comes_back_with_the_types_of_its_parameters(store: Store) -> None:
    parameters: dict[str, Any] = {"colours": 4, "weight": 1.0, "dither": True, "title": "1"}
    await add(store, named("one", request=a_request(parameters=parameters)))
    task = await read(store, lambda tx: tx.tasks.get(TaskId("one")))
    assert task is not None
    found = task.request.parameters
    assert found == parameters
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in parameters.items()
    }


async def test_a_task_that_is_not_there(store: Store) -> None:
    assert await read(store, lambda tx: tx.tasks.get(TaskId("none"))) is None
    assert await read(store, lambda tx: tx.tasks.by_origin("none")) is None
    assert not await store.write(lambda tx: tx.tasks.delete(TaskId("none")))
    with pytest.raises(NotFoundError):
        await store.write(lambda tx: tx.tasks.update(a_task()))


async def test_an_id_is_taken_once(store: Store) -> None:
    await add(store, a_task())
    with pytest.raises(ConflictError) as caught:
        await add(store, a_task(request=a_request("another")))
    assert caught.value.facts["key"] == "tasks.id"
    assert await read(store, lambda tx: tx.tasks.get(a_task().id)) == a_task()


async def test_an_origin_is_taken_once(store: Store) -> None:
    first = named("first", request=a_request(origin=an_origin()))
    await add(store, first, named("none1"), named("none2"))
    with pytest.raises(ConflictError) as caught:
        await add(store, named("second", request=a_request(origin=an_origin())))
    assert caught.value.facts["key"] == "tasks.origin"
    assert await read(store, lambda tx: tx.tasks.by_origin(an_origin().key)) == first
    await store.write(lambda tx: tx.tasks.delete(first.id))
    assert await read(store, lambda tx: tx.tasks.by_origin(an_origin().key)) is None
    await add(store, named("second", request=a_request(origin=an_origin())))


async def test_update_writes_what_changes_and_nothing_else(store: Store) -> None:
    task = a_task()
    await add(store, task)
    started = lifecycle.start(task, a_lease(), at(1))
    advanced = lifecycle.advance(started, Progress(1, 2))
    done = lifecycle.complete(advanced, a_response(an_image("e")), at(2))
    for state in (started, advanced, done):
        await store.write(lambda tx, state=state: tx.tasks.update(state))  # type: ignore[misc]
        assert await read(store, lambda tx: tx.tasks.get(task.id)) == state
    changed = replace(done, revision=9, request=a_request("other"), price=99, priority=5, rank=7)
    await store.write(lambda tx: tx.tasks.update(changed))
    assert await read(store, lambda tx: tx.tasks.get(task.id)) == replace(done, revision=9)


@pytest.mark.parametrize("revision", [1, 2])
async def test_an_older_state_never_replaces_a_newer_one(store: Store, revision: int) -> None:
    task = a_task(revision=2)
    await add(store, task)
    with pytest.raises(ConflictError) as caught:
        await store.write(lambda tx: tx.tasks.update(replace(task, revision=revision, attempts=7)))
    assert caught.value.facts["key"] == "tasks.revision"
    assert await read(store, lambda tx: tx.tasks.get(task.id)) == task


@pytest.mark.parametrize(
    "broken",
    [
        a_task(PROCESSING, lease=None),
        a_task(PENDING, lease=a_lease()),
        a_task(PENDING, completed_at=NOON),
        a_task(FAILED, completed_at=None),
    ],
)
async def test_a_state_that_cannot_be_is_refused(store: Store, broken: GenerationTask) -> None:
    with pytest.raises(StorageError) as caught:
        await add(store, broken)
    assert caught.value.facts["reason"] == "constraint"
    await add(store, a_task())
    with pytest.raises(StorageError):
        await store.write(lambda tx: tx.tasks.update(replace(broken, revision=2)))


async def test_delete(store: Store) -> None:
    await add(store, a_task(), named("other"))
    assert await store.write(lambda tx: tx.tasks.delete(a_task().id))
    assert not await store.write(lambda tx: tx.tasks.delete(a_task().id))
    assert ids(await read(store, lambda tx: tx.tasks.next_pending(9))) == ["other"]


async def test_claim_order_is_priority_then_rank_then_arrival(store: Store) -> None:
    await add(
        store,
        named("d", rank=5, created_at=at(-9)),
        named("b", rank=1),
        named("c", rank=1, created_at=at(-9)),
        named("a", priority=1, rank=9),
        named("z", priority=-1),
        named("running", PROCESSING, priority=9),
        named("done", COMPLETED, priority=9),
    )
    assert ids(await read(store, lambda tx: tx.tasks.next_pending(9))) == ["a", "b", "c", "d", "z"]
    assert ids(await read(store, lambda tx: tx.tasks.next_pending(2))) == ["a", "b"]
    work = a_request().settings.work
    assert await read(store, lambda tx: tx.tasks.queue(2)) == [QueueEntry(TaskId(x), work) for x in "ab"]
    assert await read(store, lambda tx: tx.tasks.count_pending()) == 5
    assert await read(store, lambda tx: tx.tasks.count_pending(3)) == 3
    assert await read(store, lambda tx: tx.tasks.count_pending(9)) == 5


async def test_the_queue_is_paused_and_goes_on(store: Store) -> None:
    assert not await read(store, lambda tx: tx.tasks.is_paused())
    await store.write(lambda tx: tx.tasks.set_paused(paused=True))
    assert await read(store, lambda tx: tx.tasks.is_paused())
    await store.write(lambda tx: tx.tasks.set_paused(paused=False))
    assert not await read(store, lambda tx: tx.tasks.is_paused())


async def test_every_priority_has_a_served_rank_of_its_own_that_never_falls(store: Store) -> None:
    async def ranks() -> list[int]:
        return [
            (await read(store, lambda tx, at=at: tx.tasks.standing(ANN, at, count_to=9))).served_rank  # type: ignore[misc]
            for at in (-1, 0, 1)
        ]

    assert await ranks() == [0, 0, 0]
    await store.write(lambda tx: tx.tasks.raise_served_rank(0, 41))
    assert await ranks() == [0, 41, 0]
    await store.write(lambda tx: tx.tasks.raise_served_rank(-1, 3))
    await store.write(lambda tx: tx.tasks.raise_served_rank(0, 40))
    assert await ranks() == [3, 41, 0]
    await store.write(lambda tx: tx.tasks.raise_served_rank(0, 42))
    assert await ranks() == [3, 42, 0]


async def test_renew_moves_only_the_leases_that_are_named(store: Store) -> None:
    await add(
        store,
        named("mine", PROCESSING),
        named("another attempt's", PROCESSING, lease=a_lease(2)),
        named("waiting"),
        named("done", COMPLETED),
        named("left out", PROCESSING, lease=a_lease(3)),
    )
    names = ("mine", "another attempt's", "waiting", "done", "none")
    asked = {TaskId(name): a_lease().id for name in names}
    until = at(99)
    assert await store.write(lambda tx: tx.tasks.renew(asked, until)) == {"mine"}
    leased = await read(store, lambda tx: tx.tasks.leased())
    assert {task.id: task.lease.expires_at for task in leased if task.lease} == {
        "mine": until,
        "another attempt's": at(30),
        "left out": at(30),
    }
    assert [task.revision for task in leased] == [1, 1, 1]
    assert await store.write(lambda tx: tx.tasks.renew({}, until)) == set()


async def test_leases_and_their_ends(store: Store) -> None:
    tasks = [named(f"t{n}", PROCESSING, lease=a_lease(n, seconds=n), started_at=at(-n)) for n in (3, 1, 2)]
    await add(store, *tasks, named("waiting"), named("done", COMPLETED))
    assert ids(await read(store, lambda tx: tx.tasks.leased())) == ["t1", "t2", "t3"]
    assert ids(await read(store, lambda tx: tx.tasks.leased(expired_at=at(2)))) == ["t1", "t2"]
    assert await read(store, lambda tx: tx.tasks.leased(expired_at=at(0))) == []
    assert ids(await read(store, lambda tx: tx.tasks.processing())) == ["t3", "t2", "t1"]


async def test_the_tasks_of_an_account(store: Store) -> None:
    statuses = [PENDING, COMPLETED, PROCESSING, CANCELLED, PENDING]
    await add(store, *(named(f"t{n}", status, rank=9 - n) for n, status in enumerate(statuses)))
    await add(store, named("bob's", request=a_request(account=BOB)))

    async def of(*wanted: GenerationStatus, limit: int = 9) -> list[str]:
        return ids(await read(store, lambda tx: tx.tasks.for_account(ANN, limit, wanted)))

    assert ids(await read(store, lambda tx: tx.tasks.for_account(ANN, 9))) == ["t4", "t3", "t2", "t1", "t0"]
    assert ids(await read(store, lambda tx: tx.tasks.for_account(ANN, 2))) == ["t4", "t3"]
    assert await of() == []
    assert await of(PENDING) == ["t4", "t0"]
    assert await of(PENDING, PROCESSING) == ["t4", "t2", "t0"]
    assert await of(PENDING, limit=1) == ["t4"]
    assert await of(COMPLETED, CANCELLED) == ["t3", "t1"]
    assert await of(COMPLETED, PROCESSING, limit=1) == ["t2"]


LIMITED: dict[str, Callable[[Transaction, int], object]] = {
    "next_pending": lambda tx, limit: tx.tasks.next_pending(limit),
    "queue": lambda tx, limit: tx.tasks.queue(limit),
    "for_account": lambda tx, limit: tx.tasks.for_account(ANN, limit),
    "for_account, live": lambda tx, limit: tx.tasks.for_account(ANN, limit, [PENDING]),
    "for_account, of a status": lambda tx, limit: tx.tasks.for_account(ANN, limit, [COMPLETED]),
    "finished_before": lambda tx, limit: tx.tasks.finished_before(at(9), limit),
    "recent_durations": lambda tx, limit: tx.tasks.recent_durations(limit),
    "entries": lambda tx, limit: tx.points.entries(ANN, limit),
}


@pytest.mark.parametrize("look", LIMITED.values(), ids=LIMITED)
async def test_a_limit_of_nothing_is_nothing_and_one_below_it_refused(
    store: Store, look: Callable[[Transaction, int], object]
) -> None:
    await add(store, named("waiting"), named("done", COMPLETED))
    assert await read(store, lambda tx: look(tx, 0)) == []
    with pytest.raises(ValueError, match="limit"):
        await read(store, lambda tx: look(tx, -1))


async def test_a_count_to_a_limit_below_nothing_is_refused(store: Store) -> None:
    assert await read(store, lambda tx: tx.tasks.count_pending(0)) == 0
    with pytest.raises(ValueError, match="limit"):
        await read(store, lambda tx: tx.tasks.count_pending(-1))


async def test_how_a_new_task_of_an_account_would_stand(store: Store) -> None:
    await add(
        store,
        named("a", rank=4),
        named("b", rank=7),
        named("urgent", rank=30, priority=1),
        named("running", PROCESSING, rank=20),
        named("done", COMPLETED, rank=21),
        named("bob's", rank=90, request=a_request(account=BOB)),
    )
    await store.write(lambda tx: tx.tasks.raise_served_rank(0, 3))

    async def standing(account: AccountId, priority: int, count_to: int = 9) -> Standing:
        return await read(store, lambda tx: tx.tasks.standing(account, priority, count_to=count_to))

    assert await standing(ANN, 0) == Standing(live=4, waiting=4, served_rank=3, last_rank=7)
    assert await standing(ANN, 1, 4) == Standing(live=4, waiting=4, served_rank=0, last_rank=30)
    assert await standing(ANN, 2, 3) == Standing(live=4, waiting=3, served_rank=0, last_rank=0)
    assert await standing(BOB, 0, 0) == Standing(live=1, waiting=0, served_rank=3, last_rank=90)
    with pytest.raises(ValueError, match="limit"):
        await standing(ANN, 0, -1)


async def test_finished_tasks_in_the_order_of_their_ends(store: Store) -> None:
    await add(
        store,
        named("c", COMPLETED, completed_at=at(3)),
        named("a", FAILED, completed_at=at(1)),
        named("b", CANCELLED, completed_at=at(2)),
        named("waiting"),
        named("running", PROCESSING),
    )
    assert ids(await read(store, lambda tx: tx.tasks.finished_before(at(3), 9))) == ["a", "b"]
    assert ids(await read(store, lambda tx: tx.tasks.finished_before(at(9), 1))) == ["a"]


async def test_counts(store: Store) -> None:
    assert await read(store, lambda tx: tx.tasks.counts()) == dict.fromkeys(GenerationStatus, 0)
    for n, status in enumerate([PENDING, PENDING, PROCESSING, COMPLETED, FAILED, CANCELLED]):
        await add(store, named(f"t{n}", status))
    counts = await read(store, lambda tx: tx.tasks.counts())
    assert counts == {PENDING: 2, PROCESSING: 1, COMPLETED: 1, FAILED: 1, CANCELLED: 1}


async def test_recent_durations_are_those_of_completed_tasks_newest_first(store: Store) -> None:
    for n in range(4):
        await add(store, named(f"t{n}", COMPLETED, started_at=at(n), completed_at=at(2 * n + 1.5)))
    await add(store, named("failed", FAILED, started_at=at(0), completed_at=at(50)))
    work = a_request().settings.work
    durations = await read(store, lambda tx: tx.tasks.recent_durations(3))
    assert durations == [Duration(work, 4.5), Duration(work, 3.5), Duration(work, 2.5)]


async def test_pictures_that_no_task_has(store: Store) -> None:
    source, output, stray = an_image("1"), an_image("2"), an_image("3")
    task = named("t", request=a_request(type="img2img", input_images=(source,)))
    await add(store, task)
    wanted = {source, output, stray}
    assert await read(store, lambda tx: tx.tasks.unreferenced(wanted)) == {output, stray}
    started = lifecycle.start(task, a_lease(), NOON)
    done = lifecycle.complete(started, a_response(output, source), NOON)
    for state in (started, done):
        await store.write(lambda tx, state=state: tx.tasks.update(state))  # type: ignore[misc]
    await add(store, named("again", COMPLETED, response=a_response(output)))
    assert await read(store, lambda tx: tx.tasks.unreferenced(wanted)) == {stray}
    await store.write(lambda tx: tx.tasks.delete(task.id))
    assert await read(store, lambda tx: tx.tasks.unreferenced(wanted)) == {source, stray}
    assert await read(store, lambda tx: tx.tasks.unreferenced([])) == set()


NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001 - it is refused


async def test_times_without_a_zone_are_refused(store: Store) -> None:
    for broken in (
        a_task(created_at=NAIVE),
        a_task(PROCESSING, started_at=NAIVE),
        a_task(COMPLETED, completed_at=NAIVE),
        a_task(PROCESSING, lease=replace(a_lease(), expires_at=NAIVE)),
    ):
        with pytest.raises(ValueError, match="zone"):
            await add(store, broken)
    with pytest.raises(ValueError, match="zone"):
        await read(store, lambda tx: tx.tasks.leased(expired_at=NAIVE))
    with pytest.raises(ValueError, match="zone"):
        await read(store, lambda tx: tx.tasks.finished_before(NAIVE, 1))
    with pytest.raises(ValueError, match="zone"):
        await store.write(lambda tx: tx.tasks.renew({}, NAIVE))


async def test_a_time_of_another_zone_is_the_same_moment(store: Store) -> None:
    local = datetime(2030, 6, 1, 14, 30, 15, 123_457, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    await add(store, a_task(created_at=local))
    task = await read(store, lambda tx: tx.tasks.get(a_task().id))
    assert task is not None
    assert task.created_at == local
    assert task.created_at.utcoffset() == timedelta(0)
