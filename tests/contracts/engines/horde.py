"""The AI Horde."""

from __future__ import annotations

from contextlib import asynccontextmanager

from tests.contracts.engines.rig import Opened
from tests.fakes.horde.world import a_world


@asynccontextmanager
async def opened() -> Opened:
    async with a_world() as world:
        yield world.rig
