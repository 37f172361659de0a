"""What ``easel check`` finds of the engines: each server by its address, without the password in it."""

from __future__ import annotations

import asyncio
import importlib.util
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.models import suited_models
from adapters.storage.memory import MemoryStore
from bot.engines import SWITCHES, engines_on, notice, open_servers
from bot.findings import Finding, off, on, wrong
from bot.settings import Settings
from core.generation.catalog import Catalog
from core.generation.pool.breaker import Circuit
from core.generation.pool.pool import EnginePool
from core.generation.pool.server import Server, ServerState
from core.presentation.engine_messages import say_found, say_out_of_use

_PACKAGES = {"local": ("cyllama", "cyllama>=0.2.18")}
_PACKAGE = ("aiohttp", "easel[engines]")
"""What an engine needs that Easel doesn't bring along, and how pip is told of it."""


def look_at_engine(kind: str, settings: Settings, *, live: bool) -> Sequence[Finding]:
    """Return what is found of a kind of engine: with `live`, of each of its servers, which are asked.

    What is asked are the servers alone: nothing is made, loaded or stored.
    """
    if kind not in engines_on(settings):
        return [off(SWITCHES[kind])]
    if kind == "sketch":
        return [on(f"{settings.sketch.slots} at a time. {notice(settings)}")]
    if problems := [*_missing(kind), *(_bad_files(settings.local) if kind == "local" else ())]:
        return problems
    if live:
        return asyncio.run(_asked(kind, settings))
    asks = "easel check --live asks whether it is there"
    return [on(f"{place}; {asks}", *_hints(kind)) for place in _places(settings)[kind]]


def _missing(kind: str) -> Iterator[Finding]:
    package, wanted = _PACKAGES.get(kind, _PACKAGE)
    if importlib.util.find_spec(package) is None:
        yield wrong(f"the package {package} is not installed: pip install '{wanted}'")


def _hints(kind: str) -> Sequence[str]:
    return suited_models() if kind == "local" else ()


def _places(settings: Settings) -> dict[str, Sequence[str]]:
    """Return where the servers of each kind are, in the order in which they are opened."""
    return {
        "comfyui": [_plain(url) for url in settings.comfyui.urls],
        "automatic1111": [_plain(url) for url in settings.automatic1111.urls],
        "openai": [_plain(url) for url in settings.openai.addresses],
        "horde": [_plain(settings.horde.url)],
        "local": [str(settings.local.model_file)],
    }


def _plain(url: str) -> str:
    """Cut out who is named in an address, and by what password."""
    return re.sub("://[^/]*@", "://", url).partition("?")[0]


def _bad_files(local: LocalSettings) -> Iterator[Finding]:
    for path in filter(None, (local.model_file, local.decoder_file)):
        if problem := _unreadable(path):
            yield wrong(f"{path} {problem}")


def _unreadable(path: Path) -> str | None:
    if path.is_dir():
        return "is a folder; name the model file in it"
    try:
        path.open("rb").close()
    except FileNotFoundError:
        return "is not there"
    except OSError:
        return "can't be read; check its owner and permissions"
    return None


async def _asked(kind: str, settings: Settings) -> list[Finding]:
    servers = [one for one in open_servers(settings, MemoryStore()) if one.engine.kind == kind]
    try:
        states = await EnginePool(servers, Catalog(())).probe()
    finally:
        await asyncio.gather(*(one.engine.aclose() for one in servers))
    places = _places(settings)[kind]
    return [_server(*one, settings) for one in zip(servers, states, places, strict=True)]


def _server(server: Server, state: ServerState, place: str, settings: Settings) -> Finding:
    name = f"{server.engine.name} ({place})"
    if state.reason.endswith(": default_model"):
        kind = server.engine.kind
        model = getattr(settings, kind).model
        return wrong(f'{name} has no model "{model}"; set EASEL_{kind.upper()}__MODEL to one that it has')
    if state.circuit is not Circuit.CLOSED:
        return wrong(f"{name} {say_out_of_use(state.reason)}")
    return on(f"{name}: {say_found(server.capabilities)}", *_hints(server.engine.kind))
