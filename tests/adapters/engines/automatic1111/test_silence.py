"""A server that says nothing any more, or takes too long."""

from __future__ import annotations

import asyncio

import pytest

from adapters.engines.automatic1111.call import Timing
from core.errors import EngineBusyError, EngineTimeoutError, EngineUnavailableError
from tests.adapters.engines.automatic1111.bench import a_bench
from tests.fakes.automatic1111.dialects import DialectName

HASTY = Timing(silence=0.15, total=20, poll=0.005, settle=0.2)


@pytest.mark.parametrize("dialect", ["forge", "sd-server"])
async def test_a_server_that_goes_silent_in_mid_job_is_noticed(dialect: DialectName) -> None:
    async with a_bench(dialect, timing=HASTY) as bench:
        bench.fake.rendering.go.clear()
        making = asyncio.create_task(bench.make())
        await bench.fake.until(lambda: bench.fake.rendering.step == 1)
        bench.fake.speaks.clear()
        with pytest.raises(EngineTimeoutError) as caught:
            await making
        assert caught.value.facts == {"seconds": 0.15}


@pytest.mark.parametrize("dialect", ["forge", "sd-server"])
async def test_a_long_job_on_a_server_that_answers_is_not_given_up(dialect: DialectName) -> None:
    async with a_bench(dialect, timing=HASTY) as bench:
        bench.fake.rendering.step_seconds = 0.1
        assert (await bench.make(steps=4)).images  # more than twice the silence that is borne


async def test_polls_that_fail_between_answers_are_no_silence() -> None:
    async with a_bench(timing=HASTY) as bench:
        bench.fake.rendering.go.clear()
        making = asyncio.create_task(bench.make())
        clock = asyncio.get_running_loop().time
        begun = clock()
        await bench.fake.until(lambda: clock() - begun > HASTY.silence * 1.2)
        bench.fake.drops = 4
        await bench.fake.until(lambda: not bench.fake.drops)
        polled = bench.fake.count("GET progress")
        await bench.fake.until(lambda: bench.fake.count("GET progress") > polled + 1)
        bench.fake.rendering.go.set()
        await bench.fake.rendering.set()
        assert (await making).images


async def test_a_job_that_takes_longer_than_all_may_is_interrupted() -> None:
    async with a_bench(timing=Timing(silence=3, total=0.1, poll=0.005, settle=1)) as bench:
        bench.fake.rendering.go.clear()
        with pytest.raises(EngineTimeoutError) as caught:
            await bench.make()
        assert caught.value.facts == {"seconds": 0.1}
        assert bench.fake.count("POST interrupt") == 1
        assert bench.fake.rendering.job == ""


async def test_a_server_that_others_keep_busy_is_left_alone_for_a_while() -> None:
    async with a_bench(timing=Timing(silence=3, total=0.1, poll=0.005, settle=1)) as bench:
        await bench.fake.rendering.set(job="scripts_txt2img")
        with pytest.raises(EngineBusyError) as caught:
            await bench.make()
        assert caught.value.retry_after > 0
        assert bench.fake.asked == []


async def test_a_server_that_dies_in_mid_job_is_unavailable() -> None:
    async with a_bench(timing=HASTY) as bench:
        bench.fake.rendering.go.clear()
        making = asyncio.create_task(bench.make())
        await bench.fake.until(lambda: bench.fake.rendering.step == 1)
        await bench.fake.close()
        with pytest.raises(EngineUnavailableError):
            await making


async def test_cancelling_on_a_silent_server_takes_a_bounded_time() -> None:
    async with a_bench(timing=Timing(silence=3, total=20, poll=0.005, settle=0.1)) as bench:
        bench.fake.rendering.go.clear()
        making = asyncio.create_task(bench.make())
        await bench.fake.until(lambda: bench.fake.rendering.step == 1)
        bench.fake.speaks.clear()
        making.cancel()
        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await making
