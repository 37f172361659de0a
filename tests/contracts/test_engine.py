"""What every engine does. A new one is one more module in `tests/contracts/engines`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.errors import EngineError, EngineRejectedError
from core.generation.engine import Cancels, Reports
from core.generation.models import Progress
from tests.contracts.engines.rig import SIZE, Rig, a_png, opened_png, openers

OPENERS = openers()


@pytest.fixture(params=sorted(OPENERS))
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    async with OPENERS[request.param]() as rig:
        await rig.engine.probe()
        yield rig


def nobody(_: Progress) -> None:
    """Nobody listens."""


async def test_as_many_pictures_as_asked_for_of_the_asked_size(rig: Rig) -> None:
    result = await rig.engine.generate(rig.job(batch_size=3), nobody)
    assert [opened_png(png).size for png in result.images] == [SIZE] * 3
    assert len(set(result.images)) == 3  # each has a seed of its own


async def test_the_seed_that_was_asked_for_is_the_one_that_is_told(rig: Rig) -> None:
    result = await rig.engine.generate(rig.job(seed=41), nobody)
    assert result.seed == 41


async def test_progress_never_falls_and_reaches_its_end(rig: Rig) -> None:
    told: list[Progress] = []
    await rig.engine.generate(rig.job(steps=5, batch_size=2), told.append)
    await asyncio.sleep(0)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    if rig.engine.capabilities().reports is not Reports.NOTHING:
        assert fractions
        assert fractions[-1] == 1


async def test_the_same_job_makes_the_same_picture_and_another_seed_another(rig: Rig) -> None:
    if not rig.is_seeded:
        pytest.skip("this kind of server takes no seed")
    first, same, other = [
        (await rig.engine.generate(rig.job(task, seed=seed), nobody)).images[0]
        for task, seed in (("one11a", 7), ("one11b", 7), ("one11c", 8))
    ]
    assert opened_png(first).tobytes() == opened_png(same).tobytes() != opened_png(other).tobytes()


async def test_every_built_in_type_that_it_has_a_recipe_for_is_made(rig: Rig) -> None:
    made = [kind for kind, one in rig.types.items() if rig.engine.kind in one.recipes]
    assert "txt2img" in made
    for number, kind in enumerate(made):
        result = await rig.engine.generate(rig.job(f"kind{number:02}", kind=kind), nobody)
        assert opened_png(result.images[0]).size == SIZE, kind


async def test_a_type_without_a_recipe_is_refused_for_good(rig: Rig) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await rig.engine.generate(replace(rig.job(), recipe=None), nobody)
    assert caught.value.facts["reason"] == "type"


async def test_cancelling_stops_this_job_and_leaves_the_engine_able(rig: Rig) -> None:
    begun = asyncio.Event()
    long = rig.job("10ng01", width=512, height=512, steps=150, batch_size=8)
    running = asyncio.create_task(rig.engine.generate(long, lambda _: begun.set()))
    async with asyncio.timeout(20):
        if rig.engine.capabilities().reports is Reports.NOTHING:
            await asyncio.sleep(0)
        else:
            await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await rig.engine.generate(rig.job("next01"), nobody)).images


async def test_a_picture_that_can_not_be_read_is_an_engine_error(rig: Rig) -> None:
    if rig.engine.kind not in rig.types["img2img"].recipes:
        pytest.skip("it makes nothing of a picture")
    job = rig.job(kind="img2img", inputs=(b"no picture",))
    with pytest.raises(EngineError):
        await rig.engine.generate(job, nobody)


async def test_inpainting_without_a_word_of_where_is_refused(rig: Rig) -> None:
    if rig.engine.kind not in rig.types["inpaint"].recipes:
        pytest.skip("it makes no part of a picture")
    with pytest.raises(EngineRejectedError) as caught:
        await rig.engine.generate(rig.job(kind="inpaint", inputs=(a_png(),)), nobody)
    assert caught.value.facts["reason"] == "no_mask"


async def test_it_holds_no_job_that_was_never_begun(rig: Rig) -> None:
    assert not await rig.engine.holds(rig.job("never1", attempt=2))


async def test_its_name_tells_no_address(rig: Rig) -> None:
    assert rig.engine.name
    assert not set(rig.engine.name) & set(":/@.")


async def test_its_capabilities_are_consistent(rig: Rig) -> None:
    capabilities = rig.engine.capabilities()
    assert capabilities.slots >= 1
    assert capabilities.side_step >= 1
    assert isinstance(capabilities.cancels, Cancels)
    assert capabilities.loaded is None or capabilities.loaded in capabilities.models


async def test_closing_twice_is_closing_once(rig: Rig) -> None:
    await rig.engine.aclose()
    await rig.engine.aclose()
