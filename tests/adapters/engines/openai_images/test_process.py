from __future__ import annotations

import asyncio
import sys

from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.opening import open_openai
from tests.fakes.job_notes import FakeJobNotes


async def test_the_fake_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.openai_images", "--like", "sd-server"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(10):
            url = (await process.stdout.readline()).decode().strip()
        (engine,) = open_openai(OpenAISettings(url=url), FakeJobNotes())
        await engine.probe()
        assert engine.capabilities().models == ("sd-cpp-local",)
        await engine.aclose()
    finally:
        process.terminate()
        await process.communicate()
