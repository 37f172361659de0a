"""ComfyUI."""

from __future__ import annotations

from contextlib import asynccontextmanager

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.engine import open_comfyui
from adapters.engines.comfyui.recipe import read_recipe
from tests.contracts.engines.rig import Opened, Rig, types_of
from tests.fakes.comfyui.server import FakeComfyUI


@asynccontextmanager
async def opened() -> Opened:
    async with FakeComfyUI() as fake:
        (engine,) = open_comfyui(ComfyUISettings(url=fake.address))
        yield Rig(engine, types_of("comfyui", read_recipe))
        await engine.aclose()
