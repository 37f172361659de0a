"""Servers whose engines do what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from core.generation.catalog import Catalog, GenerationType
from core.generation.engine import Capabilities, EngineJob
from core.generation.models import GenerationSettings
from core.generation.pool.breaker import BreakerSettings
from core.generation.pool.pool import EnginePool, PoolSettings
from core.generation.pool.server import Server
from core.ids import TaskId
from tests.fakes.builders import a_request
from tests.fakes.engine import Act, ScriptedEngine

KINDS = (
    GenerationType("txt2img", "", 10, recipes={"comfyui": "graph", "horde": "params"}),
    GenerationType("upscale", "", 5, recipes={"comfyui": "graph"}, lane="slow"),
    GenerationType("music", "", 5, recipes={"violin": "score"}),
)


class NamedEngine(ScriptedEngine):
    """A scripted engine with a name, a kind and capabilities of its own."""

    def __init__(self, name: str, *script: Act, kind: str = "comfyui", **capabilities: Any) -> None:
        super().__init__(*script)
        self._name = name
        self._kind = kind
        self.has = Capabilities(**capabilities)

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def name(self) -> str:
        return self._name

    def capabilities(self) -> Capabilities:
        return self.has


def now() -> float:
    return asyncio.get_running_loop().time()


def a_server(engine: NamedEngine, *, points_per_picture: int | None = None, **breaker: Any) -> Server:
    return Server(engine, now, points_per_picture=points_per_picture, breaker=BreakerSettings(**breaker))


def a_pool(
    *engines: NamedEngine | Server, lanes: Mapping[str, int] | None = None, **settings: Any
) -> EnginePool:
    servers = [one if isinstance(one, Server) else a_server(one) for one in engines]
    return EnginePool(servers, Catalog(KINDS), settings=PoolSettings(lanes=lanes or {}, **settings))


def a_job(task: str = "one", *, attempt: int = 1, kind: str = "txt2img", **settings: Any) -> EngineJob:
    values = {"width": 64, "height": 64, "steps": 4, "seed": 7} | settings
    request = a_request(type=kind).model_copy(update={"settings": GenerationSettings(**values)})
    return EngineJob(TaskId(task), attempt, request)


@asynccontextmanager
async def looked_after(pool: EnginePool) -> AsyncIterator[None]:
    """Probe the servers while the block runs."""
    looking = asyncio.create_task(pool.run())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
