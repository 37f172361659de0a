"""stable-diffusion.cpp in a child process, with a stand-in for the library."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.engine import STOP_SECONDS, LocalEngine
from adapters.engines.local.recipe import read_recipe
from core.generation.catalog import GenerationType
from tests.contracts.engines.rig import Opened, Rig, types_of

COMMAND = (sys.executable, "-m", "tests.fakes.cyllama")

MODEL = b"a model of no weight"


def types() -> Mapping[str, GenerationType]:
    return types_of("local", read_recipe)


@asynccontextmanager
async def opened(*knobs: str, stop_seconds: float = STOP_SECONDS, **settings: Any) -> Opened:
    with tempfile.TemporaryDirectory() as folder:
        model_file = Path(folder) / "tiny-fox.safetensors"
        model_file.write_bytes(MODEL)
        own = LocalSettings(model_file=model_file, **settings)
        command = (*COMMAND, *knobs)
        engine = LocalEngine(own, model_file, command=command, stop_seconds=stop_seconds)
        try:
            yield Rig(engine, types())
        finally:
            await engine.aclose()
