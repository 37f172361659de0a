"""AUTOMATIC1111's API, as Forge speaks it."""

from __future__ import annotations

from contextlib import asynccontextmanager

from adapters.engines.automatic1111.call import Timing
from adapters.engines.automatic1111.engine import Automatic1111Engine
from adapters.engines.automatic1111.recipe import read_recipe
from tests.contracts.engines.rig import Opened, Rig, types_of
from tests.fakes.automatic1111.server import FakeAutomatic1111


@asynccontextmanager
async def opened() -> Opened:
    async with FakeAutomatic1111() as fake:
        engine = Automatic1111Engine(
            "automatic1111", fake.url, timing=Timing(poll=0.002, silence=3, total=20)
        )
        yield Rig(engine, types_of("automatic1111", read_recipe))
        await engine.aclose()
