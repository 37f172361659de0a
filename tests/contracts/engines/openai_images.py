"""OpenAI's Images API, strict and with previews."""

from __future__ import annotations

from contextlib import asynccontextmanager

from pydantic import SecretStr

from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.opening import open_openai
from adapters.engines.openai_images.recipe import read_recipe
from tests.contracts.engines.rig import Opened, Rig, types_of
from tests.fakes.job_notes import FakeJobNotes
from tests.fakes.openai_images.openai import OpenAI
from tests.fakes.openai_images.server import FakeImagesServer


@asynccontextmanager
async def opened() -> Opened:
    async with FakeImagesServer(OpenAI(), key="sk-test") as fake:
        settings = OpenAISettings(
            url=fake.url,
            key=SecretStr("sk-test"),
            model="gpt-image-2",
            partial_images=2,
            points_per_picture=5,
        )
        (engine,) = open_openai(settings, FakeJobNotes())
        yield Rig(engine, types_of("openai", read_recipe), is_seeded=False, is_stoppable=False)
        await engine.aclose()
