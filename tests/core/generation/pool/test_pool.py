from __future__ import annotations

import asyncio

import pytest

from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
    NoEngineError,
)
from core.generation.engine import EngineJob, EngineResult, OnProgress
from core.generation.models import Progress
from core.generation.pool.breaker import Circuit
from core.ids import TaskId
from tests.core.generation.pool.servers import NamedEngine, a_job, a_pool, a_server, looked_after, now
from tests.fakes.engine import Act, hanging, pictures, raising
from tests.fakes.loop import turns, until


def nobody(_: Progress) -> None:
    """Nobody listens."""


def beginning(error: EngineError) -> Act:
    """Fail after a first step."""

    async def act(_: EngineJob, on_progress: OnProgress) -> EngineResult:
        on_progress(Progress(1, 4))
        raise error

    return act


UNREACHABLE = EngineUnavailableError(reason="unreachable")
BROKEN_OFF = EngineUnavailableError(reason="broken_off")


# Choosing


async def test_the_result_names_the_engine_that_made_it() -> None:
    result = await a_pool(NamedEngine("one")).generate(a_job(), nobody)
    assert result.engine == "one"


async def test_the_engine_is_given_its_own_recipe() -> None:
    engine = NamedEngine("one", kind="horde")
    await a_pool(engine).generate(a_job(), nobody)
    assert engine.jobs[0].recipe == "params"


async def test_what_was_never_measured_is_tried_and_then_the_faster_is_taken() -> None:
    slow = NamedEngine("slow", *[pictures(seconds=4)] * 9)
    fast = NamedEngine("fast", *[pictures(seconds=1)] * 9)
    pool = a_pool(slow, fast)
    for number in range(6):
        await pool.generate(a_job(str(number)), nobody)
    assert (len(slow.jobs), len(fast.jobs)) == (1, 5)


async def test_a_model_that_is_loaded_is_worth_more_than_a_little_speed() -> None:
    other = NamedEngine("other", *[pictures(seconds=1)] * 9, models=("a", "b"), loaded="b")
    ready = NamedEngine("ready", *[pictures(seconds=2)] * 9, models=("a", "b"), loaded="a")
    pool = a_pool(other, ready)
    for number in range(2):
        await pool.generate(a_job(str(number)), nobody)  # so that both are measured
    for number in range(3):
        await pool.generate(a_job(f"a{number}", model="a"), nobody)
    assert len(ready.jobs) == 4


async def test_only_a_server_that_has_the_model_is_taken() -> None:
    without, with_it = NamedEngine("without", models=("a",)), NamedEngine("with", models=("a", "b"))
    pool = a_pool(without, with_it)
    for number in range(3):
        await pool.generate(a_job(str(number), model="b"), nobody)
    assert (len(without.jobs), len(with_it.jobs)) == (0, 3)


async def test_a_model_that_nobody_has_is_refused_for_good() -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await a_pool(NamedEngine("one", models=("a",))).generate(a_job(model="b"), nobody)
    assert caught.value.facts == {"reason": "model", "name": "b"}


@pytest.mark.parametrize("kind", ["music", "unheard-of"])
async def test_a_type_that_nobody_makes_is_refused_for_good(kind: str) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await a_pool(NamedEngine("one")).generate(a_job(kind=kind), nobody)
    assert caught.value.facts == {"reason": "type"}


async def test_a_server_that_costs_money_is_used_only_where_no_other_could() -> None:
    free = NamedEngine("free", hanging(), models=("a",))
    paid = NamedEngine("paid", models=("a", "b"))
    pool = a_pool(free, a_server(paid, points_per_picture=40))
    first = asyncio.create_task(pool.generate(a_job("first"), nobody))
    second = asyncio.create_task(pool.generate(a_job("second"), nobody))
    await turns()
    assert paid.jobs == []  # it waits for the one that is free
    assert (await pool.generate(a_job("third", model="b"), nobody)).engine == "paid"
    for one in (first, second):
        one.cancel()
    await asyncio.gather(first, second, return_exceptions=True)


async def test_no_server_is_given_more_than_its_slots() -> None:
    engine = NamedEngine("one", *[pictures(seconds=1)] * 9, slots=2)
    pool = a_pool(engine)
    began = now()
    await asyncio.gather(*(pool.generate(a_job(str(number)), nobody) for number in range(6)))
    assert engine.most_running == 2
    assert now() - began == pytest.approx(3, abs=0.1)


# Moving on


@pytest.mark.parametrize(
    "error", [UNREACHABLE, BROKEN_OFF, EngineTimeoutError(seconds=3), EngineFaultError(reason="node")]
)
async def test_a_job_that_a_server_fails_is_made_by_another_within_the_same_attempt(
    error: EngineError,
) -> None:
    bad, good = NamedEngine("bad", raising(error)), NamedEngine("good", pictures(seconds=9))
    pool = a_pool(bad, good)
    result = await pool.generate(a_job(), nobody)
    assert result.engine == "good"
    assert [job.attempt for job in (*bad.jobs, *good.jobs)] == [1, 1]


async def test_a_refusal_is_final_and_leaves_the_server_well() -> None:
    bad, good = NamedEngine("bad", raising(EngineRejectedError(reason="prompt"))), NamedEngine("good")
    pool = a_pool(bad, good)
    with pytest.raises(EngineRejectedError):
        await pool.generate(a_job(), nobody)
    assert good.jobs == []
    assert {state.circuit for state in pool.states()} == {Circuit.CLOSED}


async def test_a_job_on_which_two_servers_break_is_at_fault_itself() -> None:
    engines = [NamedEngine(name, raising(EngineFaultError(reason=name))) for name in "abc"]
    with pytest.raises(EngineFaultError):
        await a_pool(*engines).generate(a_job(), nobody)
    assert sum(len(one.jobs) for one in engines) == 2


async def test_a_fault_is_tried_again_on_the_only_server() -> None:
    engine = NamedEngine("one", raising(EngineFaultError()))
    assert (await a_pool(engine).generate(a_job(), nobody)).engine == "one"
    assert len(engine.jobs) == 2


async def test_what_was_begun_nowhere_is_no_attempt() -> None:
    engines = [NamedEngine(name, raising(UNREACHABLE)) for name in "ab"]
    with pytest.raises(NoEngineError):
        await a_pool(*engines).generate(a_job(), nobody)


@pytest.mark.parametrize("act", [raising(BROKEN_OFF), beginning(UNREACHABLE)])
async def test_what_was_begun_and_can_go_nowhere_else_is_an_attempt(act: Act) -> None:
    with pytest.raises(EngineUnavailableError):
        await a_pool(NamedEngine("one", act)).generate(a_job(), nobody)


async def test_the_moves_are_bounded() -> None:
    engines = [NamedEngine(str(number), raising(BROKEN_OFF)) for number in range(9)]
    with pytest.raises(EngineUnavailableError):
        await a_pool(*engines).generate(a_job(), nobody)
    assert sum(len(one.jobs) for one in engines) == 4


async def test_a_busy_server_is_left_alone_and_the_job_waits_for_it() -> None:
    engine = NamedEngine("one", raising(EngineBusyError(30.0)))
    pool = a_pool(engine)
    assert (await pool.generate(a_job(), nobody)).engine == "one"
    first, second = engine.begun
    assert second - first == pytest.approx(30, abs=0.1)
    assert pool.states()[0].circuit is Circuit.CLOSED


async def test_a_busy_server_sends_the_job_elsewhere() -> None:
    busy, free = NamedEngine("busy", raising(EngineBusyError(30.0))), NamedEngine("free")
    began = now()
    assert (await a_pool(busy, free).generate(a_job(), nobody)).engine == "free"
    assert now() - began < 1


async def test_a_job_that_takes_too_long_is_stopped_and_its_server_stays_well() -> None:
    engine, other = NamedEngine("one", hanging()), NamedEngine("other")
    pool = a_pool(engine, other, run=20)
    with pytest.raises(EngineTimeoutError) as caught:
        await pool.generate(a_job(), nobody)
    assert caught.value.facts == {"seconds": 20}
    assert len(engine.stopped) == 1
    assert other.jobs == []
    assert pool.states()[0].circuit is Circuit.CLOSED


async def test_cancelling_stops_the_job_where_it_runs_and_frees_the_place() -> None:
    engine = NamedEngine("one", hanging())
    pool = a_pool(engine)
    running = asyncio.create_task(pool.generate(a_job(), nobody))
    await turns()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(engine.stopped) == 1
    assert pool.states()[0].running == 0


async def test_cancelling_a_job_that_waits_for_a_server_leaves_nothing_behind() -> None:
    engine = NamedEngine("one", hanging())
    pool = a_pool(engine)
    tasks = [asyncio.create_task(pool.generate(a_job(name), nobody)) for name in ("a", "b")]
    await turns()
    tasks[1].cancel()
    await asyncio.gather(tasks[1], return_exceptions=True)
    assert pool._choosing == {}
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)


# Earlier attempts


async def test_an_earlier_attempts_job_is_fetched_from_where_it_is() -> None:
    empty, holder = NamedEngine("empty"), NamedEngine("holder")
    holder.held.add(TaskId("one"))
    assert (await a_pool(empty, holder).generate(a_job(attempt=2), nobody)).engine == "holder"


async def test_a_first_attempt_is_looked_for_nowhere() -> None:
    first, holder = NamedEngine("first"), NamedEngine("holder")
    holder.held.add(TaskId("one"))
    assert (await a_pool(first, holder).generate(a_job(attempt=1), nobody)).engine == "first"


async def test_a_server_that_can_not_say_what_it_holds_holds_nothing() -> None:
    class Mute(NamedEngine):
        async def holds(self, job: EngineJob) -> bool:
            raise UNREACHABLE

    assert (await a_pool(Mute("mute")).generate(a_job(attempt=2), nobody)).engine == "mute"


# Looking after the servers


async def test_an_ill_server_gets_nothing_until_a_probe_finds_it_well() -> None:
    engine = NamedEngine("one", raising(BROKEN_OFF))
    pool = a_pool(engine)
    with pytest.raises(EngineUnavailableError):
        await pool.generate(a_job(), nobody)
    with pytest.raises(NoEngineError):
        await pool.generate(a_job(), nobody)
    assert pool.is_away
    async with looked_after(pool):
        await until(lambda: not pool.is_away)
        assert pool.states()[0].circuit is Circuit.HALF_OPEN
        await pool.generate(a_job(), nobody)
    assert pool.states()[0].circuit is Circuit.CLOSED
    assert len(engine.jobs) == 2


async def test_a_server_on_trial_gets_one_job() -> None:
    engine = NamedEngine("one", raising(BROKEN_OFF), pictures(seconds=5), slots=4)
    pool = a_pool(engine)
    with pytest.raises(EngineUnavailableError):
        await pool.generate(a_job(), nobody)
    async with looked_after(pool):
        await until(lambda: not pool.is_away)
        both = [asyncio.create_task(pool.generate(a_job(name), nobody)) for name in ("a", "b")]
        await asyncio.sleep(1)
        assert engine.running == 1
        await asyncio.gather(*both)
    assert len(engine.jobs) == 3


async def test_a_server_that_stays_ill_is_probed_less_and_less() -> None:
    engine = NamedEngine("one", raising(UNREACHABLE))
    engine.ill = UNREACHABLE
    pool = a_pool(engine, check=1e9)
    async with looked_after(pool):
        await asyncio.sleep(1000)
    assert 10 <= engine.probes <= 30


async def test_a_server_that_is_well_is_probed_now_and_then() -> None:
    engine = NamedEngine("one")
    async with looked_after(a_pool(engine, check=60)):
        await asyncio.sleep(600)
    assert engine.probes in {10, 11}


async def test_a_server_that_is_silent_when_it_is_probed_holds_up_no_other() -> None:
    class Silent(NamedEngine):
        async def probe(self) -> None:
            await asyncio.sleep(100)
            raise EngineTimeoutError(seconds=100)

    away = NamedEngine("away")
    away.ill = UNREACHABLE
    pool = a_pool(Silent("silent"), away)
    async with looked_after(pool):
        await asyncio.sleep(0.1)
        away.ill = None
        await asyncio.sleep(5)
        assert pool.states()[1].circuit is Circuit.HALF_OPEN


async def test_a_server_that_is_down_at_the_start_is_noticed_before_any_job() -> None:
    engine = NamedEngine("one")
    engine.ill = UNREACHABLE
    pool = a_pool(engine)
    states = await pool.probe()
    assert states[0].circuit is Circuit.OPEN
    assert states[0].reason == "engine_unavailable: unreachable"


async def test_a_bell_rings_when_a_server_is_free_again() -> None:
    rings: list[float] = []
    pool = a_pool(NamedEngine("one", pictures(seconds=2)))
    pool.on_room(lambda: rings.append(now()))
    began = now()
    await pool.generate(a_job(), nobody)
    assert rings == [pytest.approx(began + 2, abs=0.1)]


# What they are together


def test_two_engines_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        a_pool(NamedEngine("one"), NamedEngine("one"))


def test_what_they_have_is_joined_in_order_and_each_once() -> None:
    pool = a_pool(
        NamedEngine("one", models=("a", "b"), samplers=("euler",), slots=2),
        NamedEngine("two", models=("b", "c"), loras=("snow",), slots=3),
    )
    joined = pool.capabilities()
    assert (joined.models, joined.samplers, joined.loras) == (("a", "b", "c"), ("euler",), ("snow",))
    assert joined.slots == 5


async def test_the_price_of_a_picture_is_told_where_every_server_that_could_make_it_costs_money() -> None:
    free = NamedEngine("free", kind="horde", models=("a",))
    cheap = a_server(NamedEngine("cheap", models=("a", "b")), points_per_picture=10)
    dear = a_server(NamedEngine("dear", models=("b",)), points_per_picture=40)
    pool = a_pool(free, cheap, dear)
    txt2img, upscale, music = pool._catalog
    assert pool.points_per_picture(txt2img, None) is None
    assert pool.points_per_picture(txt2img, "a") is None
    assert pool.points_per_picture(txt2img, "b") == 40
    assert pool.points_per_picture(upscale, None) == 40
    assert pool.points_per_picture(music, None) is None


async def test_closing_closes_every_engine() -> None:
    engines = [NamedEngine("one"), NamedEngine("two")]
    await a_pool(*engines).aclose()
    assert all(engine.closed for engine in engines)
