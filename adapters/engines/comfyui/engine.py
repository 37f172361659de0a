"""The engine: one ComfyUI server."""

from __future__ import annotations

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.defaults import check_default
from adapters.engines.comfyui.feed import Feed
from adapters.engines.comfyui.following import Follower, Pace
from adapters.engines.comfyui.graph import SIDE_STEP
from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.run import Run, Site, known_attempts
from adapters.engines.comfyui.server import ComfyUIServer
from adapters.engines.comfyui.sightings import Broken
from adapters.engines.wire.connection import Connection, Timeouts
from core.errors import EngineRejectedError
from core.generation.engine import Cancels, Capabilities, EngineJob, EngineResult, OnProgress, Reports

KIND = "comfyui"


class ComfyUIEngine:
    """Gives the server up to `slots` jobs, which it makes one by one."""

    def __init__(
        self, address: str, settings: ComfyUISettings, *, name: str = KIND, pace: Pace | None = None
    ) -> None:
        """`address` is one of the settings'."""
        self._name = name
        self._settings = settings
        secret = settings.authorization
        silence = settings.silence
        self._connection = Connection(
            address,
            headers={"Authorization": secret.get_secret_value()} if secret else None,
            timeouts=Timeouts(connect=min(5.0, silence), read=silence, total=silence),
        )
        self._server = ComfyUIServer(self._connection, silence=silence)
        self._site = Site(
            server=self._server,
            feed=Feed(self._connection, handshake=min(5.0, silence)),
            follower=Follower(self._server, silence=silence, pace=pace or Pace()),
            model=settings.model,
            previews=settings.previews,
        )
        self._loaded: str | None = None

    @property
    def kind(self) -> str:
        """As the port."""
        return KIND

    @property
    def name(self) -> str:
        """As the port."""
        return self._name

    def capabilities(self) -> Capabilities:
        """As the port; the model of the last job is the one that is loaded."""
        has = self._server.inventory
        models = has.models or ()
        return Capabilities(
            models=models,
            samplers=has.samplers or (),
            loras=has.loras or (),
            slots=self._settings.slots,
            reports=Reports.PREVIEWS if self._settings.previews else Reports.STEPS,
            cancels=Cancels.RUNNING,
            side_step=SIDE_STEP,
            loaded=self._loaded if self._loaded in models else None,
        )

    async def probe(self) -> None:
        """As the port. A server without the operator's default model can't work."""
        await self._server.check()
        check_default(self._settings.model, await self._server.take_stock())

    async def holds(self, job: EngineJob) -> bool:
        """As the port."""
        known = await known_attempts(self._server, job)
        return any(not isinstance(seen, Broken) for _, seen in known)

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """As the port."""
        if not isinstance(job.recipe, ComfyUIRecipe):
            raise EngineRejectedError(reason="type")
        result = await Run(self._site, job, job.recipe, on_progress).result()
        self._loaded = result.model or self._loaded
        return result

    async def aclose(self) -> None:
        """As the port: every call has returned by now."""
        self._site.feed.let_go()
        await self._connection.aclose()  # a server that has gone silent would not close the websocket
        await self._site.feed.closed()


def open_comfyui(settings: ComfyUISettings) -> tuple[ComfyUIEngine, ...]:
    """Return an engine for each server of the settings."""
    urls = settings.urls
    names = [KIND] if len(urls) == 1 else [f"{KIND}-{number}" for number, _ in enumerate(urls, start=1)]
    return tuple(ComfyUIEngine(url, settings, name=name) for url, name in zip(urls, names, strict=True))
