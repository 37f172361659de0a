"""One real ComfyUI for all tests here, where `python -m tools.real_comfyui prepare` was run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.engine import open_comfyui
from adapters.engines.comfyui.recipe import read_recipe
from tests.contracts.engines.rig import Rig, types_of
from tests.real_engine.comfyui.house import House
from tests.real_engine.comfyui.site import ComfyUI
from tools.real_comfyui.folder import Folder
from tools.real_comfyui.preparation import missing
from tools.real_comfyui.server import Server


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyUI]:
    folder = Folder()
    if absent := missing(folder):
        pytest.skip(f"{absent[0]} is missing: run python -m tools.real_comfyui prepare")
    with Server(folder, work=tmp_path_factory.mktemp("comfyui")) as server:
        yield ComfyUI(server)


@pytest.fixture
def comfyui(started: ComfyUI) -> Iterator[ComfyUI]:
    """It runs, and knows of no job."""
    started.server.start()
    started.clear()
    yield started
    started.server.start()
    started.clear()


@pytest.fixture
def house(tmp_path: Path, comfyui: ComfyUI) -> House:
    return House(tmp_path, comfyui)


@pytest.fixture
async def rig(comfyui: ComfyUI) -> AsyncIterator[Rig]:
    """The engine, in front of the server."""
    (engine,) = open_comfyui(ComfyUISettings(url=comfyui.url))
    await engine.probe()
    yield Rig(engine, types_of("comfyui", read_recipe))
    await engine.aclose()
