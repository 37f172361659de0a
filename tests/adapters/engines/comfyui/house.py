"""What these tests share: an engine in front of a fake server, with short times."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.engine import ComfyUIEngine
from adapters.engines.comfyui.following import Pace
from adapters.engines.comfyui.recipe import read_recipe
from core.errors import EngineError
from core.generation.catalog import GenerationType
from core.generation.models import Progress
from tests.contracts.engines.rig import Rig, types_of
from tests.fakes.comfyui.server import FakeComfyUI

PACE = Pace(poll=0.1, soon=0.01, lost=0.2)


class Told(list[Progress]):
    """What an engine told."""

    def __init__(self) -> None:
        super().__init__()
        self._heard = asyncio.Event()

    def __call__(self, progress: Progress) -> None:
        self.append(progress)
        self._heard.set()

    async def until_step(self, step: int = 1) -> None:
        """Wait until so many steps are done."""
        while not any(progress.step >= step for progress in self):
            self._heard.clear()
            await self._heard.wait()


@dataclass(frozen=True)
class House:
    fake: FakeComfyUI
    rig: Rig

    @property
    def engine(self) -> ComfyUIEngine:
        assert isinstance(self.rig.engine, ComfyUIEngine)
        return self.rig.engine


@cache
def types() -> dict[str, GenerationType]:
    return types_of("comfyui", read_recipe)


@asynccontextmanager
async def a_rig(fake: FakeComfyUI, *, pace: Pace = PACE, **settings: object) -> AsyncIterator[Rig]:
    said = ComfyUISettings.model_validate({"url": fake.address, **settings})
    engine = ComfyUIEngine(said.urls[0], said, pace=pace)
    try:
        yield Rig(engine, types())
    finally:
        await engine.aclose()


@asynccontextmanager
async def a_house(
    *, pace: Pace = PACE, settings: dict[str, object] | None = None, **knobs: Any
) -> AsyncIterator[House]:
    async with FakeComfyUI(**knobs) as fake, a_rig(fake, pace=pace, **settings or {}) as rig:
        yield House(fake, rig)


@contextmanager
def refused(kind: type[EngineError], **facts: object) -> Iterator[None]:
    """Expect an error with these facts, and nothing of a server's own words in it."""
    with pytest.raises(kind) as caught:
        yield
    found = {name: value for name, value in caught.value.facts.items() if value is not None}
    assert found == facts
    assert "/srv" not in repr(caught.value)
