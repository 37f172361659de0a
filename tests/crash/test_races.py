"""Two at a time on one database file: each task is run once, each point is spent once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.storage.sqlite import SqliteStore
from core.errors import CoreError, InsufficientPointsError, InvalidTransitionError, LeaseLostError
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.service import GenerationService, Limits
from core.ids import WorkerId
from core.points.service import PointsService
from core.presentation.messages import say_error
from tests.crash.chance import seeded
from tests.crash.invariants import check_points, check_sound, read
from tests.e2e.program import Program, easel
from tests.fakes.builders import ANN, BOB, a_request, a_response, an_origin

pytestmark = pytest.mark.crash

PRICE = 10
GRANT = 100
"""Pays for ten."""

MANY = Limits(per_account=10_000, queue=10_000)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where `read` looks for it."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "easel.db"


@pytest.fixture
async def services(database: Path) -> AsyncIterator[list[GenerationService]]:
    """Two services that know nothing of each other, on one file."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(2):
            store = await stack.enter_async_context(SqliteStore(database, busy_timeout=60))
            points = PointsService(store, starting_grant=GRANT)
            opened.append(GenerationService(store, points=points, limits=MANY))
        yield opened


async def outcomes(calls: Iterable[Awaitable[GenerationTask]]) -> list[GenerationTask | CoreError]:
    """Return what each of the calls, all made at once, returned or raised; raise what nobody expects."""

    async def outcome(call: Awaitable[GenerationTask]) -> GenerationTask | CoreError:
        try:
            return await call
        except CoreError as error:
            return error

    return await asyncio.gather(*map(outcome, calls))


async def test_a_balance_for_ten_gives_ten_tasks(services: list[GenerationService], database: Path) -> None:
    done = await outcomes(services[n % 2].create_task(a_request(f"fox {n}")) for n in range(100))
    refusals = [one for one in done if isinstance(one, InsufficientPointsError)]
    assert len(done) - len(refusals) == GRANT // PRICE
    (sentence,) = {say_error(one) for one in refusals}
    assert sentence.startswith("That needs 10 points, and there are 0 points. Fewer steps,")
    state = read(database.parent)
    check_sound(state)
    assert len(state.tasks) == GRANT // PRICE
    assert [(one["balance"], one["held"]) for one in state.accounts] == [(0, GRANT)]


async def test_one_origin_gives_one_task(services: list[GenerationService], database: Path) -> None:
    request = a_request(origin=an_origin("42"))
    done = await outcomes(services[n % 2].create_task(request) for n in range(40))
    assert {one.id for one in done if isinstance(one, GenerationTask)} == {
        task["id"] for task in read(database.parent).tasks
    }
    assert len(done) == 40
    state = read(database.parent)
    check_sound(state)
    assert [(one["balance"], one["held"]) for one in state.accounts] == [(GRANT - PRICE, PRICE)]


async def test_cancelling_races_with_completing(services: list[GenerationService], database: Path) -> None:
    """Over many rounds, with either one a hair ahead, exactly one of the two comes through."""
    ends = Counter[GenerationStatus]()
    with seeded() as chance:
        while ends[GenerationStatus.COMPLETED] < GRANT // PRICE:
            task = await services[0].create_task(a_request())
            (started,) = await services[0].claim(WorkerId("w"), 1)
            assert started.lease is not None
            calls = [
                services[0].complete_task(task.id, a_response(), lease=started.lease.id),
                services[1].cancel_task(task.id, account=ANN),
            ]
            chance.shuffle(calls)
            done = await outcomes(calls)
            (won,) = [one for one in done if isinstance(one, GenerationTask)]
            (lost,) = [one for one in done if isinstance(one, CoreError)]
            assert isinstance(lost, InvalidTransitionError | LeaseLostError)
            ends[won.status] += 1
    assert ends[GenerationStatus.CANCELLED] > 0
    state = read(database.parent)
    check_points(state)
    assert Counter(task["status"] for task in state.tasks) == ends
    assert [(one["balance"], one["held"]) for one in state.accounts] == [(0, 0)]


@pytest.mark.timeout(200)
async def test_two_workers_run_no_task_twice(tmp_path: Path, database: Path) -> None:
    number = 120
    async with SqliteStore(database) as store:
        service = GenerationService(store, points=PointsService(store, starting_grant=10_000), limits=MANY)
        requests = [a_request(f"fox {one}", account=[ANN, BOB][one % 2]) for one in range(number)]
        tasks = await service.create_tasks(requests)
    ran, by_worker = await asyncio.to_thread(drained_by_two, tmp_path, database, number)
    assert sorted(ran) == sorted(task.id for task in tasks)
    assert min(by_worker) > 0, "one of them did everything: nothing was shown"
    state = read(database.parent)
    check_points(state)
    assert {task["status"] for task in state.tasks} == {"completed"}
    assert {task["attempts"] for task in state.tasks} == {1}


def drained_by_two(folder: Path, database: Path, number: int) -> tuple[list[str], list[int]]:
    """Let two processes at the queue at the same time; return what ran, and how many ran in each."""
    code = ("-m", "tests.crash.work_queue", str(database))
    with (
        Program("one", folder=folder, code=code, measured=False) as one,
        Program("two", folder=folder, code=code, measured=False) as two,
    ):
        both = (one, two)
        for worker in both:
            worker.expect("ready")
        for worker in both:
            worker.send("go\n")

        def all_done() -> bool:
            return sum(line.startswith("completed") for worker in both for line in worker.lines) >= number

        assert Program.together(all_done), [worker.errors for worker in both]
        for worker in both:
            worker.end_input()
            assert worker.wait() == 0
        assert one.errors + two.errors == []
        ran = [[line.split()[1:] for line in worker.lines if line.startswith("ran")] for worker in both]
    leases = [lease for worker in ran for _, lease in worker]
    assert len(set(leases)) == len(leases) == number
    return [task for worker in ran for task, _ in worker], [len(worker) for worker in ran]


def test_a_second_easel_is_refused(tmp_path: Path) -> None:
    with Program("console", folder=tmp_path) as first:
        first.send("/points\n")
        first.expect("You have 100 points")
        sentence = (
            f"data/easel.db is in use by another Easel (process {first.pid}); stop that one, "
            "or name another database with EASEL_STORAGE__PATH.\n"
        )
        for command in ("run", "migrate"):
            second = easel(command, folder=tmp_path)
            assert (second.code, second.out, second.err) == (1, "", sentence)
        assert f"in use by process {first.pid}" in easel("check", folder=tmp_path).out
        assert first.kill()
    after = easel("run", folder=tmp_path)  # the lock died with its process
    assert (after.code, after.err) == (0, "")
