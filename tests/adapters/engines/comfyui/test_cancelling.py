"""A cancelled job is stopped alone."""

from __future__ import annotations

import asyncio

import pytest

from adapters.engines.comfyui.following import Pace
from adapters.engines.comfyui.graph import graph_of
from adapters.engines.comfyui.identity import prompt_id
from adapters.engines.comfyui.inventory import Inventory
from adapters.engines.comfyui.patience import in_spite_of_cancelling
from adapters.engines.comfyui.recipe import ComfyUIRecipe
from core.generation.engine import EngineJob
from core.ids import TaskId
from tests.adapters.engines.comfyui.house import House, Told, a_house


def nobody(_: object) -> None:
    """Nobody listens."""


async def stopped(house: House, job: EngineJob) -> asyncio.Task[object]:
    """Cancel the job when it is on the server."""
    running: asyncio.Task[object] = asyncio.create_task(house.engine.generate(job, nobody))
    name = prompt_id(job.task, job.attempt, job.seed)
    await house.fake.until(
        lambda: house.fake.runs[name] or name in {one.id for one in house.fake.jobs.pending}
    )
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    return running


@pytest.mark.parametrize("version", ["0.33.0", "0.3.75"])
async def test_a_running_job_is_gone_when_the_cancelled_call_returns(version: str) -> None:
    async with a_house(version=version, step_seconds=0.02) as house:
        await stopped(house, house.rig.job(steps=100))
        assert house.fake.jobs.running is None
        assert not house.fake.done


@pytest.mark.parametrize("version", ["0.33.0", "0.3.75"])
async def test_a_waiting_job_is_taken_out_and_the_running_one_of_somebody_else_goes_on(version: str) -> None:
    async with a_house(version=version, step_seconds=0.01, settings={"slots": 2}) as house:
        told = Told()
        other = asyncio.create_task(house.engine.generate(house.rig.job("0ther1", steps=20), told))
        await told.until_step()
        await stopped(house, house.rig.job("mine01", seed=8))
        assert (await other).images
        assert list(house.fake.done) == [prompt_id(TaskId("0ther1"), 1, 7)]
        assert not house.fake.called("POST", "/interrupt")


async def test_a_cancel_that_comes_with_news_of_the_job_is_not_lost() -> None:
    async with a_house(step_seconds=0.02, pace=Pace(poll=60)) as house:
        told = Told()
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=100), told))
        await told.until_step(3)  # by then it waits for nothing but news
        (tracker,) = house.engine._site.feed._trackers.values()
        tracker.news.set()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert house.fake.jobs.running is None


async def test_a_job_of_an_earlier_attempt_is_stopped_though_it_was_only_being_looked_for() -> None:
    async with a_house(step_seconds=0.02) as house:
        job = house.rig.job(attempt=2, steps=100)
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = graph_of(job, job.recipe, Inventory(models=("sd15.safetensors",)), uploaded={})
        house.fake.jobs.add(prompt_id(job.task, 1, job.seed), graph, {}, ["9"], front=False)
        await house.fake.until(lambda: house.fake.jobs.running)
        house.fake.routes.queue_gate.clear()
        running = asyncio.create_task(house.engine.generate(job, nobody))
        await house.fake.until(lambda: house.fake.called("GET", "/queue"))
        running.cancel()
        await house.fake.until(
            lambda: house.fake.called("POST", f"/api/jobs/{prompt_id(job.task, 1, job.seed)}")
        )
        house.fake.routes.queue_gate.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert house.fake.jobs.running is None


async def test_an_interrupt_always_says_of_what() -> None:
    async with a_house(version="0.3.75", step_seconds=0.02) as house:
        job = house.rig.job(steps=100)
        await stopped(house, job)
        bodies = [call.body for call in house.fake.called("POST", "/interrupt")]
    assert bodies == [{"prompt_id": prompt_id(job.task, 1, job.seed)}]


async def test_a_submission_that_is_on_its_way_is_cancelled_too() -> None:
    async with a_house(step_seconds=0.02) as house:
        await house.engine.probe()
        job = house.rig.job(steps=100)
        running = asyncio.create_task(house.engine.generate(job, nobody))
        house.fake.routes.gate.clear()
        await house.fake.until(lambda: house.fake.called("POST", "/prompt"))
        running.cancel()
        asyncio.get_running_loop().call_later(0.05, house.fake.routes.gate.set)  # while it is cancelled
        with pytest.raises(asyncio.CancelledError):
            await running
        await house.fake.until(lambda: house.fake.jobs._numbers == 1)  # taken in the end, and yet
        assert house.fake.jobs.running is None
        assert not house.fake.jobs.pending
        assert house.fake.called("POST", f"/api/jobs/{prompt_id(job.task, 1, job.seed)}/cancel")


async def test_cancelling_on_a_silent_server_ends_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.engines.comfyui.run.STOP_SECONDS", 0.2)
    async with a_house(step_seconds=0.02) as house:
        told = Told()
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=100), told))
        await told.until_step()
        house.fake.stall = True
        running.cancel()
        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await running


async def test_a_second_cancel_does_not_keep_the_job_from_being_stopped() -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.01)
        finished.set()

    waiting = asyncio.create_task(in_spite_of_cancelling(work(), 1))
    await begun.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert finished.is_set()
