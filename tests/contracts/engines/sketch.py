"""The embedded engine."""

from __future__ import annotations

from contextlib import asynccontextmanager

from adapters.engines.sketch.engine import SketchEngine
from adapters.engines.sketch.recipe import read_recipe
from tests.contracts.engines.rig import Opened, Rig, types_of


@asynccontextmanager
async def opened() -> Opened:
    engine = SketchEngine()
    yield Rig(engine, types_of("sketch", read_recipe))
    await engine.aclose()
