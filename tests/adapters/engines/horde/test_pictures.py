"""What comes back from the volunteers."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from PIL import Image

from core.errors import EngineError, EngineFaultError, EngineRejectedError
from tests.contracts.engines.rig import opened_png
from tests.fakes.horde.world import QUICK, World


@pytest.mark.parametrize("as_base64", [False, True])
async def test_webp_becomes_png_by_address_and_in_the_answer(world: World, *, as_base64: bool) -> None:
    world.horde.knobs.base64 = as_base64
    (picture,) = await world.generate(world.job())
    assert opened_png(picture).size == (128, 64)
    assert world.horde.routes("picture") == (0 if as_base64 else 1)


async def test_a_censored_picture_is_never_delivered(world: World) -> None:
    world.horde.knobs.censor = {0}
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "censored"
    assert world.horde.routes("picture") == 0


async def test_one_censored_of_several_refuses_all_and_takes_back_the_others(world: World) -> None:
    job = world.job(batch_size=3)
    await world.leave_behind(job)
    world.horde.knobs.censor, world.horde.knobs.waits = {1}, 50
    world.horde.requests[1].looks = 99
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(job)
    assert caught.value.facts["reason"] == "censored"
    assert not world.horde.open
    assert not world.notes.texts


@pytest.mark.parametrize(
    "remark", [{"type": "censorship", "value": "csam"}, {"type": "censorship", "value": "nsfw"}]
)
async def test_a_picture_that_is_said_to_be_censored_is_as_well(world: World, remark: dict[str, str]) -> None:
    world.horde.knobs.remarks = [remark]
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "censored"


async def test_a_picture_that_the_worker_flags_is_sensitive(world: World) -> None:
    engine = world.engine()
    assert not (await engine.generate(world.job(), world.told.append)).sensitive
    world.horde.knobs.remarks = [{"type": "information", "value": "nsfw"}]
    assert (await engine.generate(world.job("two22b"), world.told.append)).sensitive


async def test_a_lora_that_could_not_be_had_is_told_by_the_members_own_word(world: World) -> None:
    world.horde.knobs.remarks = [{"type": "lora", "value": "download_failed", "ref": "SNOW"}]
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job(prompt="a fox <lora:snow:0.8> <lora:ink:1>"))
    assert caught.value.facts == {"reason": "lora", "name": "snow"}


async def test_a_worker_that_went_without_the_input_picture_made_another_picture(world: World) -> None:
    world.horde.knobs.remarks = [{"type": "source_image", "value": "download_failed"}]
    with pytest.raises(EngineFaultError) as caught:
        await world.generate(world.job(kind="img2img"))
    assert caught.value.facts["reason"] == "input_lost"


async def test_another_size_than_asked_for_is_a_fault(world: World) -> None:
    world.horde.knobs.size = (64, 64)
    with pytest.raises(EngineFaultError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "wrong_size"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.webp", "https://127.0.0.1/x.webp", "https://[::1]/x.webp"]
)
async def test_an_address_inside_the_operators_network_is_not_called(world: World, address: str) -> None:
    world.horde.knobs.foreign = address
    with pytest.raises(EngineFaultError) as caught:
        await world.generate(world.job())
    assert caught.value.facts == {"reason": "picture_lost"}


async def test_a_picture_that_is_not_there_yet_is_asked_for_again_after_a_while(world: World) -> None:
    world.horde.knobs.late = 2
    began = time.monotonic()
    assert await world.generate(world.job(), pace=replace(QUICK, retry=0.05))
    assert time.monotonic() - began >= 0.1


async def test_a_picture_that_is_gone_is_a_fault_of_the_job(world: World) -> None:
    world.horde.knobs.foreign = f"{world.horde.url.removesuffix('/api')}/pictures/gone.webp"
    with pytest.raises(EngineFaultError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "picture_lost"
    assert world.horde.routes("picture") == 3  # it was tried again


async def test_what_is_no_picture_is_an_engine_error(world: World) -> None:
    world.horde.knobs.foreign = "bm8gcGljdHVyZQ=="
    with pytest.raises(EngineError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "not_a_picture"


async def test_pngs_carry_nothing_of_the_worker(world: World) -> None:
    (picture,) = await world.generate(world.job())
    with Image.open(io.BytesIO(picture)) as image:
        assert not image.info
