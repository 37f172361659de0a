"""Which engines are switched on, and what reads their part of a type's file."""

from __future__ import annotations

import asyncio
import builtins
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.engines.automatic1111.config import Automatic1111Settings
from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.horde.config import HordeSettings
from adapters.engines.local.config import LocalSettings
from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.sketch.engine import NOTICE
from adapters.storage.memory import MemoryStore
from bot.engines import READERS, SWITCHES, engines_on, notice, open_servers
from bot.settings import Settings, SketchSection
from core.errors import EngineUnavailableError
from tests.bot.houses import settings_in

SECTIONS: dict[str, dict[str, Any]] = {
    "comfyui": {"comfyui": ComfyUISettings(url="http://127.0.0.1:8188, http://127.0.0.1:8189")},
    "automatic1111": {"automatic1111": Automatic1111Settings(url="http://127.0.0.1:7860")},
    "openai": {"openai": OpenAISettings(url="http://127.0.0.1:9/v1", model="m", points_per_picture=4)},
    "horde": {"horde": HordeSettings(enabled=True)},
    "local": {"local": LocalSettings(model_file=Path("/nowhere/model.gguf"))},
}


def settings_of(folder: Path, *kinds: str) -> Settings:
    return settings_in(folder, **{name: one for kind in kinds for name, one in SECTIONS[kind].items()})


def test_every_engine_has_a_reader_a_switch_and_a_place_in_the_list() -> None:
    assert list(READERS) == list(SWITCHES) == [*SECTIONS, "sketch"]


def test_the_stand_in_draws_where_nobody_else_does(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert engines_on(settings) == ["sketch"]
    assert notice(settings) == NOTICE


@pytest.mark.parametrize("kind", SECTIONS)
def test_an_engine_that_is_switched_on_draws_alone(kind: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, kind)
    assert engines_on(settings) == [kind]
    assert notice(settings) == ""


def test_several_draw_together(tmp_path: Path) -> None:
    assert engines_on(settings_of(tmp_path, *SECTIONS)) == list(SECTIONS)


@pytest.mark.parametrize("kind", [None, *SECTIONS])
async def test_there_is_a_server_for_every_address(kind: str | None, tmp_path: Path) -> None:
    servers = open_servers(settings_of(tmp_path, *([kind] if kind else [])), MemoryStore())
    assert {one.engine.kind for one in servers} == {kind or "sketch"}
    assert len(servers) == (2 if kind == "comfyui" else 1)
    assert len({one.engine.name for one in servers}) == len(servers)
    assert all("127.0.0.1" not in one.engine.name for one in servers)
    assert [one.points_per_picture for one in servers] == [4 if kind == "openai" else None] * len(servers)
    for one in servers:
        await one.engine.aclose()


async def test_the_stand_in_draws_as_many_as_it_is_told(tmp_path: Path) -> None:
    (one,) = open_servers(settings_in(tmp_path, sketch=SketchSection(slots=3)), MemoryStore())
    assert one.free == 3
    await one.engine.aclose()


@pytest.mark.parametrize("kind", [kind for kind in SECTIONS if kind != "local"])  # which a child would load
def test_an_engine_whose_package_is_not_there_says_which_it_is(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "aiohttp", "PIL")
    with pytest.raises(EngineUnavailableError) as caught:
        open_servers(settings_of(tmp_path, kind), MemoryStore())
    assert caught.value.facts == {"reason": "extra", "engine": kind}


def test_a_module_of_ours_that_is_missing_is_a_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "adapters.engines.comfyui.engine")
    with pytest.raises(ModuleNotFoundError):
        open_servers(settings_of(tmp_path, "comfyui"), MemoryStore())


def hide(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the packages be as if they were not installed, for modules that are imported anew."""
    for module in [name for name in sys.modules if name.startswith("adapters.engines.")]:
        if not module.endswith((".config", ".recipe")):
            monkeypatch.delitem(sys.modules, module)
    really = builtins.__import__

    def importing(name: str, *rest: Any, **more: Any) -> Any:
        if any(name == one or name.startswith(f"{one}.") for one in names):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return really(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", importing)


async def test_time_is_the_loops(tmp_path: Path) -> None:
    (one,) = open_servers(settings_of(tmp_path), MemoryStore())
    assert one._now() == pytest.approx(asyncio.get_running_loop().time(), abs=1)
    await one.engine.aclose()
