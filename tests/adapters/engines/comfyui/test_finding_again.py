"""After a crash of Easel, the job of an earlier attempt is had rather than made again."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from adapters.engines.comfyui.graph import graph_of
from adapters.engines.comfyui.identity import ATTEMPTS_MOST, prompt_id
from adapters.engines.comfyui.inventory import Inventory
from adapters.engines.comfyui.recipe import ComfyUIRecipe
from core.errors import EngineFaultError
from core.ids import TaskId
from tests.adapters.engines.comfyui.house import Told, a_house, a_rig, refused
from tests.fakes.comfyui.server import FakeComfyUI


def nobody(_: object) -> None:
    """Nobody listens."""


def test_an_id_is_a_canonical_uuid_that_depends_on_task_attempt_and_seed_alone() -> None:
    task = TaskId("k7f3qz")
    first = prompt_id(task, 1, 7)
    assert str(UUID(first)) == first == first.lower()
    assert first == prompt_id(task, 1, 7)
    others = [prompt_id(task, 2, 7), prompt_id(TaskId("k7f3qy"), 1, 7), prompt_id(task, 1, 8)]
    assert len({first, *others}) == 4


async def test_the_job_of_an_attempt_long_ago_is_had_rather_than_made_again() -> None:
    async with FakeComfyUI() as fake, a_rig(fake) as one:
        first = await one.engine.generate(one.job(), nobody)
        late = one.job(attempt=ATTEMPTS_MOST)
        assert await one.engine.holds(late)
        assert (await one.engine.generate(late, nobody)).images == first.images
        assert fake.runs.total() == 1
        assert not await one.engine.holds(one.job(attempt=ATTEMPTS_MOST + 1))


async def test_the_job_of_another_easel_under_the_same_task_id_is_not_taken_for_ones_own() -> None:
    async with FakeComfyUI() as fake, a_rig(fake) as one, a_rig(fake) as another:
        theirs = await one.engine.generate(one.job(seed=8), nobody)
        assert not await another.engine.holds(another.job(attempt=2, seed=9))
        own = await another.engine.generate(another.job(attempt=2, seed=9), nobody)
        assert own.images != theirs.images
        assert fake.runs.total() == 2


async def test_a_job_that_is_done_is_fetched_and_not_made_again() -> None:
    async with FakeComfyUI() as fake:
        async with a_rig(fake) as before:
            made = await before.engine.generate(before.job(), nobody)
        async with a_rig(fake) as after:
            assert await after.engine.holds(after.job(attempt=2))
            found = await after.engine.generate(after.job(attempt=2), nobody)
        assert found == made
        assert fake.runs.total() == 1


async def test_a_job_that_runs_is_waited_for_with_its_progress() -> None:
    told = Told()
    async with a_house(step_seconds=0.02) as house:
        job = house.rig.job(attempt=2, steps=20)
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = graph_of(job, job.recipe, Inventory(models=("sd15.safetensors",)), uploaded={})
        house.fake.jobs.add(
            prompt_id(job.task, 1, job.seed), graph, {"client_id": "killed"}, ["9"], front=False
        )
        await house.fake.until(lambda: house.fake.jobs.step >= 2)
        assert await house.engine.holds(job)
        result = await house.engine.generate(job, told)
        assert (len(result.images), result.model) == (1, "sd15.safetensors")
        assert house.fake.runs.total() == 1
    assert len({progress.step for progress in told}) > 3  # under the client id of the one that was killed


async def test_a_job_that_ends_between_two_questions_is_not_lost() -> None:
    async with a_house() as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = graph_of(job, job.recipe, Inventory(models=("sd15.safetensors",)), uploaded={})
        house.fake.routes.queue_gate.clear()
        asking = asyncio.create_task(house.engine.holds(job))
        await house.fake.until(lambda: house.fake.called("GET", "/queue"))
        house.fake.jobs.add(prompt_id(job.task, 1, job.seed), graph, {}, ["9"], front=False)
        await house.fake.until(lambda: house.fake.jobs.history)
        house.fake.routes.queue_gate.set()
        assert await asking


async def test_the_same_attempt_finds_its_own_job() -> None:
    async with a_house() as house:
        first = await house.engine.generate(house.rig.job(), nobody)
        assert await house.engine.generate(house.rig.job(), nobody) == first
        assert house.fake.runs.total() == 1


async def test_a_job_in_neither_is_submitted() -> None:
    async with a_house() as house:
        assert not await house.engine.holds(house.rig.job(attempt=3))
        assert (await house.engine.generate(house.rig.job(attempt=3), nobody)).images
        assert list(house.fake.runs) == [prompt_id(TaskId("one11a"), 3, 7)]


@pytest.mark.parametrize("attempt", [1, 2])
async def test_a_job_that_failed_is_none_to_find_again(attempt: int) -> None:
    async with a_house(fail_every=1) as house:
        with refused(EngineFaultError, reason="node", node="KSampler"):
            await house.engine.generate(house.rig.job(), nobody)
        house.fake.knobs.fail_every = 0
        job = house.rig.job(attempt=attempt)
        assert not await house.engine.holds(job)
        assert (await house.engine.generate(job, nobody)).images


async def test_a_job_whose_pictures_are_gone_is_made_again() -> None:
    told = Told()
    async with a_house() as house:
        first = await house.engine.generate(house.rig.job(), nobody)
        house.fake.jobs.files.clear()
        assert (await house.engine.generate(house.rig.job(attempt=2), told)).images == first.images
        assert house.fake.runs.total() == 2
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)  # it was not at its end before there was a picture


async def test_a_submission_without_an_answer_that_arrived_all_the_same_is_waited_for() -> None:
    async with a_house(settings={"silence": 1}) as house:
        house.fake.knobs.lose_answers = 1
        assert (await house.engine.generate(house.rig.job(), nobody)).images
        assert list(house.fake.runs.values()) == [1]
        assert len(house.fake.called("POST", "/prompt")) == 1
