"""An engine in front of a fake server, with its notes."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.opening import open_openai
from adapters.engines.openai_images.recipe import read_recipe
from core.errors import EngineError
from core.generation.engine import Engine, EngineJob, EngineResult
from core.generation.models import Progress
from tests.contracts.engines.rig import Rig, types_of
from tests.fakes.job_notes import FakeJobNotes
from tests.fakes.openai_images.server import Character, FakeImagesServer

SHORT = 0.05
"""Seconds of silence, where a test waits for it."""


@dataclass
class House:
    fake: FakeImagesServer
    engine: Engine
    notes: FakeJobNotes
    rig: Rig

    def job(self, *arguments: Any, **settings: Any) -> EngineJob:
        return self.rig.job(*arguments, **settings)

    async def make(self, **settings: Any) -> EngineResult:
        return await self.engine.generate(self.job(**settings), lambda _: None)

    async def told(self, **settings: Any) -> list[Progress]:
        """Make a job, and return what was told of it."""
        told: list[Progress] = []
        await self.engine.generate(self.job(**settings), told.append)
        return told

    async def failure(self, **settings: Any) -> EngineError:
        """Return what a job fails with."""
        try:
            await self.make(**settings)
        except EngineError as error:
            return error
        raise AssertionError("it did not fail")


def answer_of(*pictures: bytes) -> dict[str, Any]:
    """Return an answer with these pictures."""
    return {"created": 1, "data": [{"b64_json": base64.b64encode(one).decode()} for one in pictures]}


@asynccontextmanager
async def a_house(
    character: Character,
    *,
    key: str | None = None,
    silence: float | None = None,
    own_key: str = "",
    **settings: Any,
) -> AsyncIterator[House]:
    """Open one. `key` is what the server wants, `own_key` what the engine has."""
    async with FakeImagesServer(character, key=key) as fake:
        chosen = OpenAISettings.model_validate(
            {"url": fake.url, "model": "gpt-image-2", "key": own_key or None} | settings
        )
        if silence is not None:  # shorter than an operator may set it
            chosen = chosen.model_copy(update={"silence": silence})
        notes = FakeJobNotes()
        (engine,) = open_openai(chosen, notes)
        yield House(fake, engine, notes, Rig(engine, types_of("openai", read_recipe)))
        await engine.aclose()
