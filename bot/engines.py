"""The engines that are switched on, as servers of one pool; and what reads their part of a type's file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from adapters.engines.automatic1111.recipe import read_recipe as read_automatic1111
from adapters.engines.comfyui.recipe import read_recipe as read_comfyui
from adapters.engines.horde.recipe import read_recipe as read_horde
from adapters.engines.local.recipe import read_recipe as read_local
from adapters.engines.openai_images.recipe import read_recipe as read_openai
from adapters.engines.sketch.engine import NOTICE, SketchEngine
from adapters.engines.sketch.recipe import read_recipe as read_sketch
from bot.settings import Settings
from core.errors import EngineUnavailableError
from core.generation.engine import Engine
from core.generation.job_notes import JobNotes, StoredJobNotes
from core.generation.pool.server import Server
from core.generation.types.recipes import RecipeReader
from core.store import Store

READERS: dict[str, RecipeReader] = {
    "comfyui": read_comfyui,
    "automatic1111": read_automatic1111,
    "openai": read_openai,
    "horde": read_horde,
    "local": read_local,
    "sketch": read_sketch,
}
"""By the kind of engine, in the order in which they are listed."""


SWITCHES = {
    "comfyui": "EASEL_COMFYUI__URL is not set",
    "automatic1111": "EASEL_AUTOMATIC1111__URL is not set",
    "openai": "EASEL_OPENAI__URL is not set",
    "horde": "EASEL_HORDE__ENABLED is false",
    "local": "EASEL_LOCAL__MODEL_FILE is not set; on a CPU it needs a small model, such as SD-Turbo",
    "sketch": "another engine is switched on",
}
"""Why each kind of engine is off, where it is."""


def engines_on(settings: Settings) -> list[str]:
    """Return the kinds of engine that are switched on; sketch alone where no other is."""
    on = {
        "comfyui": bool(settings.comfyui.url),
        "automatic1111": bool(settings.automatic1111.url),
        "openai": bool(settings.openai.url),
        "horde": settings.horde.enabled,
        "local": settings.local.model_file is not None,
    }
    return [kind for kind, is_on in on.items() if is_on] or ["sketch"]


def open_servers(settings: Settings, store: Store) -> list[Server]:
    """Return a server for each address that is configured.

    Raises `EngineUnavailableError` (reason `extra`) where a package is missing.
    """
    now = _loop_time
    servers = []
    for kind in engines_on(settings):
        price = settings.openai.points_per_picture if kind == "openai" else None
        with _extra(kind):
            engines = _OPENERS[kind](settings, StoredJobNotes(store, kind))
        servers += [Server(one, now, points_per_picture=price) for one in engines]
    return servers


def notice(settings: Settings) -> str:
    """Return what a member should know of the engines; empty for nothing."""
    return NOTICE if engines_on(settings) == ["sketch"] else ""


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def _comfyui(settings: Settings, _: JobNotes) -> Sequence[Engine]:
    from adapters.engines.comfyui.engine import open_comfyui

    return open_comfyui(settings.comfyui)


def _automatic1111(settings: Settings, _: JobNotes) -> Sequence[Engine]:
    from adapters.engines.automatic1111.engine import open_automatic1111

    return open_automatic1111(settings.automatic1111)


def _openai(settings: Settings, notes: JobNotes) -> Sequence[Engine]:
    from adapters.engines.openai_images.opening import open_openai

    return open_openai(settings.openai, notes)


def _horde(settings: Settings, notes: JobNotes) -> Sequence[Engine]:
    from adapters.engines.horde.engine import open_horde

    return open_horde(settings.horde, notes)


def _local(settings: Settings, _: JobNotes) -> Sequence[Engine]:
    from adapters.engines.local.engine import open_local

    return open_local(settings.local)


def _sketch(settings: Settings, _: JobNotes) -> Sequence[Engine]:
    return (SketchEngine(slots=settings.sketch.slots),)


_OPENERS: dict[str, Callable[[Settings, JobNotes], Sequence[Engine]]] = {
    "comfyui": _comfyui,
    "automatic1111": _automatic1111,
    "openai": _openai,
    "horde": _horde,
    "local": _local,
    "sketch": _sketch,
}


@contextmanager
def _extra(kind: str) -> Iterator[None]:
    """Name the extra whose package is not there. A module of our own that is missing is a fault of ours."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"adapters", "core", "bot"}:
            raise
        raise EngineUnavailableError(reason="extra", engine=kind) from error
