"""A Horde, notes, and engines in front of it that are quick enough for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.engines.horde.api import HordeApi
from adapters.engines.horde.config import HordeSettings
from adapters.engines.horde.engine import HordeEngine
from adapters.engines.horde.pace import Pace
from adapters.engines.horde.payload import payloads_of
from adapters.engines.horde.recipe import HordeRecipe, read_recipe
from core.generation.engine import EngineJob
from core.generation.models import Progress
from tests.contracts.engines.rig import Rig, types_of
from tests.fakes.horde.queue import KEY
from tests.fakes.horde.server import FakeHorde
from tests.fakes.job_notes import FakeJobNotes

QUICK = Pace(least=0.002, most=0.01, retry=0.002, stranded=0.05)


class World:
    """What a test has at hand. `told` has all progress of `generate`."""

    def __init__(self, horde: FakeHorde) -> None:
        self.horde = horde
        self.notes = FakeJobNotes()
        self.told: list[Progress] = []
        self.engines: list[HordeEngine] = []
        self.rig = Rig(self.engine(), types_of("horde", read_recipe))

    @property
    def body(self) -> dict[str, Any]:
        """What was asked of the Horde last."""
        return self.horde.requests[-1].body

    def engine(
        self,
        *,
        patience: float = 2.0,
        pace: Pace = QUICK,
        hurry: dict[str, float] | None = None,
        **settings: Any,
    ) -> HordeEngine:
        """Return an engine with these settings; those in `hurry` may be less than an operator may set."""
        said = {"enabled": True, "url": self.horde.url, "key": KEY} | settings
        checked = HordeSettings.model_validate(said).model_copy(update=hurry)
        engine = HordeEngine(checked, self.notes, pace=pace, patience=patience)
        self.engines.append(engine)
        return engine

    def job(self, task: str = "one11a", **given: Any) -> EngineJob:
        """As `Rig.job`."""
        return self.rig.job(task, **given)

    async def generate(self, job: EngineJob, **settings: Any) -> tuple[bytes, ...]:
        """Return the pictures that an engine makes; the settings are those of `engine`."""
        return (await self.engine(**settings).generate(job, self.told.append)).images

    async def leave_behind(self, job: EngineJob, *, sent: int | None = None) -> list[str]:
        """Send the job's requests as a program that is killed then; return their ids."""
        assert isinstance(job.recipe, HordeRecipe)
        api = HordeApi(self.horde.url, KEY)
        bodies = await payloads_of(job, job.recipe, ())
        ids = [(await api.submit(body)).id for body in bodies[:sent]]
        await self.notes.put(job.task, " ".join(ids))
        await api.aclose()
        return ids


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    async with FakeHorde() as horde:
        world = World(horde)
        yield world
        for engine in world.engines:
            await engine.aclose()
