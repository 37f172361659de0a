"""An interrupt is answered by a partial picture that looks like any other: it is never delivered."""

from __future__ import annotations

import asyncio

import pytest

from adapters.engines.automatic1111.call import Timing
from core.errors import EngineFaultError
from core.generation.models import Progress
from tests.adapters.engines.automatic1111.bench import Bench, a_bench
from tests.fakes.automatic1111.dialects import DialectName


async def _begun(bench: Bench) -> asyncio.Task[object]:
    """Start a job that stands still after its first step."""
    bench.fake.rendering.go.clear()
    making: asyncio.Task[object] = asyncio.create_task(bench.make())
    await bench.fake.until(lambda: bench.fake.rendering.step == 1)
    return making


async def _go_on(bench: Bench) -> None:
    bench.fake.rendering.go.set()
    await bench.fake.rendering.set()


@pytest.mark.parametrize("dialect", ["forge", "sdnext"])
async def test_cancelling_interrupts_once_and_returns_when_the_server_is_free(dialect: DialectName) -> None:
    async with a_bench(dialect) as bench:
        making = await _begun(bench)
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        assert bench.fake.rendering.job == ""
        assert bench.fake.count("POST interrupt") == 1
        bench.fake.rendering.go.set()
        whole = await bench.make("next01")
        assert whole.images == (await bench.make("next02")).images  # a partial one would differ


async def test_being_cancelled_again_changes_nothing(forge: Bench) -> None:
    forge.fake.rendering.partial_seconds = 0.05
    making = await _begun(forge)
    making.cancel()
    await forge.fake.until(lambda: forge.fake.count("POST interrupt") == 1)
    making.cancel()
    await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert forge.fake.rendering.job == ""


async def test_somebody_elses_interrupt_is_seen_and_the_partial_picture_dropped(forge: Bench) -> None:
    making = await _begun(forge)
    await forge.fake.rendering.set(interrupted=True)
    with pytest.raises(EngineFaultError) as caught:
        await making
    assert caught.value.facts == {"reason": "interrupted"}
    assert forge.fake.count("POST interrupt") == 0


async def test_somebody_elses_skip_is_seen_too(forge: Bench) -> None:
    making = await _begun(forge)
    await forge.fake.rendering.set(skipped=True)
    with pytest.raises(EngineFaultError) as caught:
        await making
    assert caught.value.facts == {"reason": "interrupted"}


async def test_the_flag_of_an_earlier_interrupt_costs_the_next_job_nothing(forge: Bench) -> None:
    await forge.fake.rendering.set(interrupted=True, stale_flag=True)
    assert (await forge.make()).images


async def test_somebody_elses_job_is_waited_for_and_never_interrupted(forge: Bench) -> None:
    await forge.fake.rendering.set(job="scripts_txt2img")
    making = asyncio.create_task(forge.make())
    polled = forge.fake.count("GET progress")
    await forge.fake.until(lambda: forge.fake.count("GET progress") > polled + 2)
    assert forge.fake.asked == []
    assert forge.told[-1] == Progress(0, 0, position=1)
    await forge.fake.rendering.set(job="")
    assert (await making).images
    assert forge.fake.count("POST interrupt") == 0


async def test_cancelled_while_it_waits_for_somebody_elses_job_it_interrupts_nothing(forge: Bench) -> None:
    await forge.fake.rendering.set(job="scripts_txt2img")
    making = asyncio.create_task(forge.make())
    polled = forge.fake.count("GET progress")
    await forge.fake.until(lambda: forge.fake.count("GET progress") > polled + 2)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert forge.fake.count("POST interrupt") == 0
    assert forge.fake.asked == []


async def test_what_sd_server_can_not_stop_is_left_to_end_and_waited_for(plain: Bench) -> None:
    making = await _begun(plain)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert plain.fake.rendering.job  # it goes on, whoever listens
    told: asyncio.Queue[Progress] = asyncio.Queue()
    following = asyncio.create_task(plain.engine.generate(plain.rig.job("next01"), told.put_nowait))
    assert await told.get() == Progress(0, 0, position=1)
    assert len(plain.fake.asked) == 1
    await _go_on(plain)
    assert (await following).images
    assert len(plain.fake.asked) == 2


async def test_closing_leaves_nothing_behind_of_a_job_that_could_not_be_stopped(plain: Bench) -> None:
    making = await _begun(plain)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    before = asyncio.all_tasks()
    await plain.engine.aclose()
    ours = [task for task in before - asyncio.all_tasks() if "start" in repr(task.get_coro())]
    assert len(ours) == 1
    await _go_on(plain)


async def test_two_jobs_at_once_are_sent_one_after_another(forge: Bench) -> None:
    forge.fake.rendering.go.clear()
    both = asyncio.gather(forge.make("one11a", seed=1), forge.make("one11b", seed=2))
    await forge.fake.until(lambda: forge.fake.rendering.step == 1)
    polled = forge.fake.count("GET progress")
    await forge.fake.until(lambda: forge.fake.count("GET progress") > polled + 2)
    assert forge.fake.count("POST txt2img") == 1
    await _go_on(forge)
    first, second = await both
    assert first.images != second.images
    assert forge.fake.count("POST txt2img") == 2


async def test_an_interrupt_between_two_polls_is_seen_when_the_picture_is_there() -> None:
    async with a_bench(timing=Timing(poll=60)) as bench:
        making = await _begun(bench)
        await bench.fake.rendering.set(interrupted=True)
        with pytest.raises(EngineFaultError) as caught:
            await making
        assert caught.value.facts == {"reason": "interrupted"}


async def test_a_job_cancelled_before_it_began_is_interrupted_when_it_has(forge: Bench) -> None:
    await forge.fake.rendering.one.acquire()  # the server has the job, and is at nothing yet
    forge.fake.rendering.go.clear()
    making = asyncio.create_task(forge.make())
    await forge.fake.until(lambda: forge.fake.count("POST txt2img") == 1)
    making.cancel()
    polled = forge.fake.count("GET progress")
    await forge.fake.until(lambda: forge.fake.count("GET progress") > polled + 3)
    assert forge.fake.count("POST interrupt") == 0  # it would be forgotten
    forge.fake.rendering.one.release()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert forge.fake.count("POST interrupt") == 1
    assert forge.fake.rendering.job == ""


async def test_a_job_that_is_slow_to_end_holds_up_the_next_one_and_not_the_cancelling() -> None:
    async with a_bench(timing=Timing(poll=0.002, settle=0.02)) as bench:
        bench.fake.rendering.partial_seconds = 0.1
        making = await _begun(bench)
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        assert bench.fake.rendering.job
        bench.fake.rendering.go.set()
        assert (await bench.make("next01")).images
        assert Progress(0, 0, position=1) in bench.told
