"""An engine in front of a server of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from adapters.engines.automatic1111.call import Timing
from adapters.engines.automatic1111.engine import Automatic1111Engine
from adapters.engines.automatic1111.order import Preferences
from adapters.engines.automatic1111.recipe import read_recipe
from core.generation.engine import EngineResult
from core.generation.models import Progress
from tests.contracts.engines.rig import Rig, types_of
from tests.fakes.automatic1111.dialects import DialectName
from tests.fakes.automatic1111.server import FakeAutomatic1111

TYPES = types_of("automatic1111", read_recipe)
TIMING = Timing(silence=3, total=20, poll=0.002, settle=2)


@dataclass(frozen=True)
class Bench:
    fake: FakeAutomatic1111
    engine: Automatic1111Engine
    rig: Rig
    told: list[Progress]

    async def make(self, task: str = "one11a", **fields: Any) -> EngineResult:
        """Have a job made; what is told of it goes to `told`."""
        return await self.engine.generate(self.rig.job(task, **fields), self.told.append)

    @property
    def sent(self) -> dict[str, Any]:
        """The body of the last job."""
        return self.fake.asked[-1][1]


@asynccontextmanager
async def a_bench(
    dialect: DialectName = "forge",
    *,
    timing: Timing = TIMING,
    preferences: Preferences | None = None,
    is_probed: bool = True,
    **fields: Any,
) -> AsyncIterator[Bench]:
    async with FakeAutomatic1111(dialect) as fake:
        for name, value in fields.items():
            setattr(fake, name, value)
        engine = Automatic1111Engine("automatic1111", fake.url, timing=timing, preferences=preferences)
        try:
            if is_probed:
                await engine.probe()
            yield Bench(fake, engine, Rig(engine, TYPES), [])
        finally:
            await engine.aclose()
