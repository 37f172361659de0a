from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.engine import LocalEngine
from core.errors import EngineFaultError, EngineRejectedError, EngineTimeoutError, EngineUnavailableError
from core.generation.engine import Reports
from core.generation.models import Progress
from tests.contracts.engines.local import MODEL, opened
from tests.contracts.engines.rig import SIZE, Rig, a_png, opened_png


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with opened() as rig:
        yield rig


def engine_of(rig: Rig) -> LocalEngine:
    assert isinstance(rig.engine, LocalEngine)
    return rig.engine


def child_of(rig: Rig) -> int:
    child = engine_of(rig)._keeper.current
    assert child is not None
    return child.pid


def nobody(_: Progress) -> None:
    """Nobody listens."""


async def made(rig: Rig, **request: Any) -> Image.Image:
    result = await rig.engine.generate(rig.job(**request), nobody)
    return opened_png(result.images[0])


async def test_probing_tells_the_samplers_and_loads_no_model(rig: Rig) -> None:
    await rig.engine.probe()
    capabilities = rig.engine.capabilities()
    assert capabilities.samplers == ("euler", "euler_a", "lcm")
    assert capabilities.models == ("tiny-fox",)
    assert capabilities.loaded is None
    assert capabilities.reports is Reports.PREVIEWS
    await made(rig)
    assert rig.engine.capabilities().loaded == "tiny-fox"


def test_the_parent_imports_neither_the_library_nor_what_does() -> None:
    code = "import sys, adapters.engines.local.engine as _; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = answer.stdout.split()
    assert "adapters.engines.local.keeper" in modules
    assert not [name for name in modules if name.startswith(("cyllama", "adapters.engines.local.child"))]


async def test_a_missing_package_is_told_as_such() -> None:
    async with opened("--missing") as rig:
        with pytest.raises(EngineUnavailableError) as caught:
            await rig.engine.probe()
        assert caught.value.facts == {"reason": "extra"}


async def test_a_child_that_dies_before_it_can_work_is_told_as_such() -> None:
    async with opened("--broken") as rig:
        for attempt in (rig.engine.probe(), rig.engine.generate(rig.job(), nobody)):
            with pytest.raises(EngineUnavailableError) as caught:
                await attempt
            assert caught.value.facts["reason"] == "start"


@pytest.mark.parametrize(
    "command",
    [
        ("/no/such/python",),
        (sys.executable, "-c", "import time; print('493/1130 - 2.50MB/s', flush=True); time.sleep(60)"),
    ],
)
async def test_what_does_not_speak_as_a_child_does_is_ended(tmp_path: Path, command: tuple[str, ...]) -> None:
    model_file = tmp_path / "fox.gguf"
    model_file.write_bytes(MODEL)
    engine = LocalEngine(LocalSettings(model_file=model_file), model_file, command=command)
    with pytest.raises(EngineUnavailableError) as caught:
        await engine.probe()
    assert caught.value.facts == {"reason": "start"}
    await engine.aclose()


async def test_a_model_file_that_is_gone_is_told_without_its_path(rig: Rig) -> None:
    engine_of(rig)._model_file.unlink()
    for attempt in (rig.engine.probe(), rig.engine.generate(rig.job(), nobody)):
        with pytest.raises(EngineUnavailableError) as caught:
            await attempt
        assert caught.value.facts == {"reason": "no_model_file", "name": "tiny-fox"}


async def test_a_decoder_of_its_own_is_taken_and_told_of_where_it_is_gone(rig: Rig, tmp_path: Path) -> None:
    decoder = tmp_path / "taesd.safetensors"
    decoder.write_bytes(b"a decoder")
    async with opened(decoder_file=decoder) as quick:
        assert (await made(quick)).tobytes() != (await made(rig)).tobytes()
        decoder.unlink()
        with pytest.raises(EngineUnavailableError) as caught:
            await quick.engine.probe()
    assert caught.value.facts == {"reason": "no_model_file", "name": "taesd"}


async def test_a_model_file_that_is_none_is_told_without_its_path(rig: Rig) -> None:
    engine_of(rig)._model_file.write_bytes(b"hello")
    with pytest.raises(EngineUnavailableError) as caught:
        await rig.engine.generate(rig.job(), nobody)
    assert caught.value.facts == {"reason": "bad_model_file"}


async def test_steps_are_told_with_previews_and_the_loading_of_tensors_is_not(rig: Rig) -> None:
    told: list[Progress] = []
    await rig.engine.generate(rig.job(steps=3, batch_size=2), told.append)
    assert [(one.step, one.steps) for one in told] == [(step, 6) for step in range(1, 7)]
    assert all(one.preview and one.preview.startswith(b"\xff\xd8") for one in told)


async def test_a_library_that_calls_nobody_back_still_makes_the_picture(rig: Rig) -> None:
    told: list[Progress] = []
    result = await rig.engine.generate(rig.job(prompt="nocallback"), told.append)
    assert result.images
    assert told == []


@pytest.mark.parametrize(("word", "signal"), [("abort", "SIGABRT"), ("killed", "SIGKILL")])
async def test_a_crash_in_native_code_fails_one_job_and_the_next_has_a_new_child(
    rig: Rig, word: str, signal: str
) -> None:
    await made(rig)
    before = child_of(rig)
    with pytest.raises(EngineFaultError) as caught:
        await made(rig, prompt=word)
    assert caught.value.facts == {"reason": "crashed", "signal": signal}
    assert rig.engine.capabilities().loaded is None
    assert (await made(rig)).size == SIZE
    assert child_of(rig) != before


async def test_a_child_that_is_killed_while_it_is_idle_costs_no_job(rig: Rig) -> None:
    await made(rig)
    child = engine_of(rig)._keeper.current
    assert child is not None
    child.kill()
    assert (await made(rig)).size == SIZE


async def test_a_child_that_hangs_is_noticed_and_killed() -> None:
    async with opened(silence=1.0) as rig:
        with pytest.raises(EngineTimeoutError) as caught:
            await made(rig, prompt="hang")
        assert caught.value.facts == {"seconds": 1.0}
        assert (await made(rig)).size == SIZE


async def test_an_exception_with_a_path_in_it_comes_without(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(EngineFaultError) as caught:
        await made(rig, prompt="raise")
    assert caught.value.facts == {"reason": "library", "kind": "RuntimeError"}
    assert "/home" not in f"{caught.value} {caplog.text}"


async def test_a_library_that_talks_without_end_blocks_nobody_and_fills_no_log(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert (await made(rig, prompt="chatter")).size == SIZE
    said = [record for record in caplog.records if record.name.startswith("adapters.engines.local")]
    assert said
    assert {record.levelno for record in said} == {logging.DEBUG}
    assert sum(len(record.getMessage()) for record in said) < 100_000


async def test_too_little_memory_is_told_as_such(rig: Rig) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await made(rig, prompt="memory")
    assert caught.value.facts == {"reason": "out_of_memory"}


async def test_a_picture_of_another_size_is_not_delivered(rig: Rig) -> None:
    with pytest.raises(EngineFaultError) as caught:
        await made(rig, prompt="wrongsize")
    assert caught.value.facts["reason"] == "wrong_size"


async def test_sides_are_rounded_to_what_the_library_makes_exactly(rig: Rig) -> None:
    assert (await made(rig, width=100, height=64)).size == (128, 64)


@pytest.mark.parametrize(
    ("request_of", "reason"),
    [
        ({"sampler": "dpm++9"}, "sampler"),
        ({"model": "other"}, "model"),
        ({"prompt": "a fox <lora:snow:0.8>"}, "lora"),
        ({"kind": "img2img", "inputs": (b"no picture",)}, "input_image"),
        ({"kind": "inpaint", "inputs": (b"no picture", b"nor this")}, "input_image"),
        ({"kind": "img2img", "inputs": ()}, "type"),
    ],
)
async def test_what_it_does_not_have_is_refused_and_costs_no_child(
    rig: Rig, request_of: dict[str, Any], reason: str
) -> None:
    await rig.engine.probe()
    before = child_of(rig)
    with pytest.raises(EngineRejectedError) as caught:
        await made(rig, **request_of)
    assert caught.value.facts["reason"] == reason
    assert child_of(rig) == before


async def test_its_own_model_and_samplers_are_taken_by_name(rig: Rig) -> None:
    plain, lcm = await made(rig), await made(rig, model="tiny-fox", sampler="lcm")
    assert plain.tobytes() != lcm.tobytes()


async def test_what_is_not_to_be_redrawn_is_kept_to_the_pixel(rig: Rig) -> None:
    source = opened_png(a_png())
    painted = await made(rig, kind="inpaint")
    left = (0, 0, SIZE[0] // 2 - 2, SIZE[1])
    assert painted.crop(left).tobytes() == source.crop(left).tobytes()
    assert painted.getpixel((SIZE[0] - 1, 0)) != source.getpixel((SIZE[0] - 1, 0))


async def test_the_operator_may_hold_a_distilled_model_to_few_steps() -> None:
    async with opened(steps_most=1, cfg_scale=1.0, sampler="lcm") as held, opened() as free:
        told: list[Progress] = []
        result = await held.engine.generate(held.job(steps=20, cfg_scale=7.0), told.append)
        same = await made(free, steps=1, cfg_scale=1.0, sampler="lcm")
    assert [(one.step, one.steps) for one in told] == [(1, 1)]
    assert opened_png(result.images[0]).tobytes() == same.tobytes()


@pytest.mark.parametrize(
    ("knobs", "prompt", "is_kept"),
    [(("--new",), "a fox", True), (("--new",), "deaf hang", False), ((), "a fox", False)],
)
async def test_a_cancelled_job_ends_soon_and_keeps_the_child_where_the_version_can_stop(
    knobs: tuple[str, ...], prompt: str, is_kept: bool
) -> None:
    async with opened(*knobs, stop_seconds=0.3) as rig, asyncio.timeout(5):
        begun = asyncio.Event()
        job = rig.job("10ng01", prompt=prompt, steps=150, batch_size=8)
        running = asyncio.create_task(rig.engine.generate(job, lambda _: begun.set()))
        await begun.wait()
        before = child_of(rig)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await made(rig)).size == SIZE
        assert (child_of(rig) == before) is is_kept


async def test_a_job_that_is_cancelled_twice_leaves_nobody_at_work(rig: Rig) -> None:
    begun = asyncio.Event()
    running = asyncio.create_task(rig.engine.generate(rig.job(prompt="hang"), lambda _: begun.set()))
    await begun.wait()
    for _ in range(2):
        running.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await made(rig)).size == SIZE


async def test_probing_does_not_wait_for_a_running_job(rig: Rig) -> None:
    begun = asyncio.Event()
    running = asyncio.create_task(rig.engine.generate(rig.job(prompt="hang"), lambda _: begun.set()))
    await begun.wait()
    async with asyncio.timeout(1):
        await rig.engine.probe()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_nothing_is_started_before_it_is_needed_and_nothing_is_left(rig: Rig) -> None:
    assert engine_of(rig)._keeper.current is None
    await rig.engine.probe()
    pid = child_of(rig)
    await rig.engine.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
