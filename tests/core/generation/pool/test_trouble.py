"""What reviews of the pool have found, each as it was proved."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineUnavailableError,
    NoEngineError,
)
from core.generation.engine import EngineJob, EngineResult, OnProgress
from core.generation.models import Progress
from core.generation.pool.breaker import Circuit
from core.generation.pool.pool import EnginePool
from core.generation.pool.room import Asked
from tests.core.generation.pool.servers import NamedEngine, a_job, a_pool, a_server, looked_after, now
from tests.fakes.engine import Act, hanging, pictures, raising
from tests.fakes.loop import turns

UNREACHABLE = EngineUnavailableError(reason="unreachable")
BROKEN_OFF = EngineUnavailableError(reason="broken_off")


def nobody(_: Progress) -> None:
    """Nobody listens."""


def failing_after(seconds: float, error: EngineError) -> Act:
    async def act(_: EngineJob, __: OnProgress) -> EngineResult:
        await asyncio.sleep(seconds)
        raise error

    return act


async def broken(pool: EnginePool, task: str = "first") -> None:
    """Let a job open a server's circuit."""
    with pytest.raises(EngineError):
        await pool.generate(a_job(task), nobody)


async def test_a_server_that_wants_a_rest_is_not_even_probed_while_it_rests() -> None:
    engine = NamedEngine("one", raising(BROKEN_OFF))
    pool = a_pool(engine)
    await broken(pool)
    engine.ill = EngineBusyError(3600.0)
    async with looked_after(pool):
        await asyncio.sleep(60)
    assert engine.probes == 1


async def test_a_rest_of_nothing_is_a_rest_all_the_same() -> None:
    engine = NamedEngine("one", *[raising(EngineBusyError(0.001))] * 9)
    await a_pool(engine).generate(a_job(), nobody)
    first, second, *_ = engine.begun
    assert second - first >= 1


async def test_one_outage_is_one_however_many_jobs_it_takes_along() -> None:
    engine = NamedEngine("one", *[failing_after(1, BROKEN_OFF)] * 6, slots=6)
    pool = a_pool(engine)
    jobs = (pool.generate(a_job(str(number)), nobody) for number in range(6))
    await asyncio.gather(*jobs, return_exceptions=True)
    assert pool._servers[0].breaker.retry_at - now() == pytest.approx(1, abs=0.1)


async def test_the_end_of_a_rest_is_noticed_while_others_are_at_work() -> None:
    full = NamedEngine("full", pictures(seconds=50))
    busy = NamedEngine("busy", raising(EngineBusyError(5.0)))
    pool = a_pool(full, busy)
    first = asyncio.create_task(pool.generate(a_job("first"), nobody))
    await turns()
    began = now()
    assert (await pool.generate(a_job("second"), nobody)).engine == "busy"
    assert now() - began == pytest.approx(5, abs=0.1)
    await first


async def test_a_job_goes_back_into_the_queue_where_all_want_to_rest_for_long() -> None:
    engine = NamedEngine("one", raising(EngineBusyError(3600.0)))
    began = now()
    with pytest.raises(NoEngineError):
        await a_pool(engine).generate(a_job(), nobody)
    assert now() - began < 1


async def test_a_paid_call_that_got_lost_says_how_the_server_is() -> None:
    lost = EngineRejectedError(reason="lost")
    lost.__cause__ = BROKEN_OFF
    pool = a_pool(NamedEngine("paid", raising(lost)))
    with pytest.raises(EngineRejectedError):
        await pool.generate(a_job(), nobody)
    assert pool.states()[0].circuit is Circuit.OPEN


@pytest.mark.parametrize("reason", ["no_mask", "type", "input_image"])
async def test_a_refusal_that_needs_no_server_says_nothing_of_one(reason: str) -> None:
    engine = NamedEngine("one", raising(BROKEN_OFF), raising(EngineRejectedError(reason=reason)))
    pool = a_pool(engine)
    await broken(pool)
    pool._servers[0].breaker.recovered()
    with pytest.raises(EngineRejectedError):
        await pool.generate(a_job("second"), nobody)
    assert pool.states()[0].circuit is Circuit.HALF_OPEN


async def test_one_fault_on_trial_ends_an_attempt_and_not_the_task() -> None:
    engine = NamedEngine("one", raising(BROKEN_OFF), raising(EngineFaultError(reason="status")))
    pool = a_pool(engine)
    await broken(pool)
    pool._servers[0].breaker.recovered()
    with pytest.raises(EngineError) as caught:
        await pool.generate(a_job("second"), nobody)
    assert caught.value.retryable


async def test_a_fault_of_ours_in_a_probe_puts_one_server_out_of_use_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Faulty(NamedEngine):
        async def probe(self) -> None:
            raise KeyError("system")

    good = NamedEngine("good")
    pool = a_pool(Faulty("faulty"), good)
    async with looked_after(pool):
        await asyncio.sleep(5)
        assert [state.circuit for state in pool.states()] == [Circuit.OPEN, Circuit.CLOSED]
    assert "faulty could not be asked" in caplog.text


async def test_a_server_that_recovers_takes_the_job_that_waits_for_another() -> None:
    well_again = NamedEngine("well again", raising(UNREACHABLE))
    long = NamedEngine("long", pictures(seconds=300))
    pool = a_pool(well_again, long)
    first = asyncio.create_task(pool.generate(a_job("first"), nobody))
    await turns()
    began = now()
    async with looked_after(pool):
        assert (await pool.generate(a_job("second"), nobody)).engine == "well again"
    assert now() - began < 10
    await first


async def test_a_server_with_the_sampler_is_taken_before_one_without() -> None:
    pool = a_pool(NamedEngine("a", samplers=("euler",)), NamedEngine("b", samplers=("dpmpp_2m",)))
    assert (await pool.generate(a_job(sampler="dpmpp_2m"), nobody)).engine == "b"


async def test_a_server_with_the_lora_is_taken_before_one_without() -> None:
    job = a_job()
    job = replace(job, request=job.request.model_copy(update={"prompt": "a fox <lora:snow:0.8>"}))
    pool = a_pool(NamedEngine("a", loras=("anime",)), NamedEngine("b", loras=("snow.safetensors",)))
    assert (await pool.generate(job, nobody)).engine == "b"


async def test_a_model_may_be_named_without_its_ending() -> None:
    pool = a_pool(NamedEngine("a", models=("dreams.safetensors",)))
    assert (await pool.generate(a_job(model="dreams"), nobody)).engine == "a"


async def test_who_names_the_model_goes_before_who_does_not_tell() -> None:
    silent = NamedEngine("silent", kind="horde")
    paid = a_server(NamedEngine("paid", models=("gpt-image-1",)), points_per_picture=40)
    pool = a_pool(silent, paid)
    txt2img = next(iter(pool._catalog))
    assert pool.points_per_picture(txt2img, "gpt-image-1") == 40
    job = replace(a_job(model="gpt-image-1"), price=40)
    assert (await pool.generate(job, nobody)).engine == "paid"


async def test_nothing_is_made_for_money_that_was_not_paid() -> None:
    paid = NamedEngine("paid")
    pool = a_pool(a_server(paid, points_per_picture=40))
    with pytest.raises(EngineRejectedError) as caught:
        await pool.generate(replace(a_job(batch_size=2), price=79), nobody)
    assert caught.value.facts == {"reason": "price_changed"}
    assert paid.jobs == []
    assert (await pool.generate(replace(a_job("rich", batch_size=2), price=80), nobody)).engine == "paid"
    assert (await pool.generate(a_job("free"), nobody)).engine == "paid"  # where nobody is charged


async def test_a_job_that_waits_for_a_server_counts_in_its_lane_and_takes_no_slot() -> None:
    full = NamedEngine("full", hanging(), models=("a",))
    free = NamedEngine("free", models=("b",))
    pool = a_pool(full, free, lanes={"slow": 1})
    jobs = [a_job("runs", model="a"), a_job("waits", kind="upscale", model="a")]
    running = [asyncio.create_task(pool.generate(job, nobody)) for job in jobs]
    await turns()
    plan = pool.filling([], [Asked(job.request) for job in jobs])()
    assert plan.waiting == 1
    assert not plan.take(Asked(a_job("next", kind="upscale", model="b").request))
    assert plan.take(Asked(a_job("other", model="b").request))
    for one in running:
        one.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_job_that_was_there_already_makes_no_server_look_fast() -> None:
    slow = NamedEngine("slow", pictures(seconds=10), pictures(seconds=0.05), *[pictures(seconds=10)] * 30)
    fast = NamedEngine("fast", *[pictures(seconds=2)] * 30)
    pool = a_pool(slow, fast)
    for number in range(2):
        await pool.generate(a_job(str(number)), nobody)
    await pool._servers[0].run(a_job("fetched"), next(iter(pool._catalog)), nobody)
    for number in range(10):
        await pool.generate(a_job(f"next{number}"), nobody)
    assert len(slow.jobs) <= 3
