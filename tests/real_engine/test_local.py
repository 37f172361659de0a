"""The real library: `EASEL_TEST_LOCAL_MODEL=FILE pytest -m real_engine tests/real_engine/test_local.py`.

`EASEL_TEST_LOCAL_PYTHON` may name another Python that has the package, as another version of it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.engine import LocalEngine
from core.generation.models import Progress
from tests.contracts.engines.local import types
from tests.contracts.engines.rig import Rig, opened_png

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(600)]

SMALL: dict[str, Any] = {"width": 64, "height": 64, "steps": 2, "cfg_scale": 1.0}

STOPPED = 5.0
"""Seconds: two for a version that can stop, and what a busy machine needs."""


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    named, python = os.environ.get("EASEL_TEST_LOCAL_MODEL"), os.environ.get("EASEL_TEST_LOCAL_PYTHON")
    if not named:
        pytest.skip("EASEL_TEST_LOCAL_MODEL names no model file")
    command = (python or sys.executable, "-m", "adapters.engines.local.child")
    if not await asyncio.to_thread(_has_package, command[0]):
        pytest.skip("the package cyllama is not installed")
    model = Path(named)
    engine = LocalEngine(LocalSettings(model_file=model), model, command=command)
    await engine.probe()
    yield Rig(engine, types())
    await engine.aclose()


def _has_package(python: str) -> bool:
    tried = subprocess.run([python, "-c", "import cyllama.sd"], check=False, capture_output=True)
    return tried.returncode == 0


@pytest.mark.parametrize("kind", ["txt2img", "img2img", "variation", "inpaint"])
async def test_a_type_is_made_with_steps_and_previews(rig: Rig, kind: str) -> None:
    told: list[Progress] = []
    result = await rig.engine.generate(rig.job(kind=kind, **SMALL), told.append)
    assert opened_png(result.images[0]).size == (64, 64)
    assert [(one.step, one.steps) for one in told] == [(1, 2), (2, 2)]
    assert all(one.preview for one in told)


async def test_a_seed_makes_its_picture_alone_and_in_a_batch(rig: Rig) -> None:
    both = await rig.engine.generate(rig.job(seed=7, batch_size=2, **SMALL), lambda _: None)
    alone = await rig.engine.generate(rig.job(seed=8, **SMALL), lambda _: None)
    first, second, again = (opened_png(png).tobytes() for png in (*both.images, *alone.images))
    assert first != second == again


async def test_a_cancelled_job_ends_soon_and_the_next_one_is_made(rig: Rig) -> None:
    begun = asyncio.Event()
    job = rig.job(**SMALL | {"width": 128, "height": 128, "steps": 50})
    running = asyncio.create_task(rig.engine.generate(job, lambda _: begun.set()))
    await begun.wait()
    asked = time.monotonic()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert time.monotonic() - asked < STOPPED
    assert (await rig.engine.generate(rig.job(**SMALL), lambda _: None)).images
