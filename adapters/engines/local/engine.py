"""The engine `local`: one model on this machine, in a child process that is started when it is needed."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.keeper import Keeper
from adapters.engines.local.order import SIDE_STEP, Order
from adapters.engines.local.process import Child
from adapters.engines.local.talk import make, stop
from adapters.engines.local.task import doing_of, order_of, start_of
from adapters.engines.wire.pictures import checked
from core.errors import EngineError, EngineUnavailableError
from core.generation.engine import Cancels, Capabilities, Engine, EngineJob, EngineResult, OnProgress, Reports

KIND = "local"

COMMAND = (sys.executable, "-m", "adapters.engines.local.child")
"""What starts the child: this Python, with the modules that it finds itself."""

STOP_SECONDS = 2.0
"""For a job that is told to stop. A child that takes longer is killed, and the next loads the model anew."""


def open_local(settings: LocalSettings) -> tuple[Engine, ...]:
    """Return the engine, or none where no model file is named. Nothing is started yet."""
    return (LocalEngine(settings, settings.model_file),) if settings.model_file is not None else ()


class LocalEngine:
    """One job at a time. To cancel one, the child is told to stop, or killed where it can't be told."""

    def __init__(
        self,
        settings: LocalSettings,
        model_file: Path,
        *,
        command: Sequence[str] = COMMAND,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self._settings = settings
        self._model_file = model_file
        self._stop_seconds = stop_seconds
        self._keeper = Keeper(command)
        self._turn = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._loaded_in: Child | None = None

    @property
    def kind(self) -> str:
        """As the port."""
        return KIND

    @property
    def name(self) -> str:
        """As the port."""
        return KIND

    def capabilities(self) -> Capabilities:
        """One model, by its file's name without the ending; samplers once a child has told them."""
        abilities, child, model = self._keeper.abilities, self._keeper.current, self._model_file.stem
        return Capabilities(
            models=(model,),
            samplers=abilities.samplers,
            reports=Reports.PREVIEWS if abilities.shows else Reports.STEPS,
            cancels=Cancels.RUNNING,
            side_step=SIDE_STEP,
            loaded=model if child is not None and child is self._loaded_in else None,
        )

    async def probe(self) -> None:
        """As the port: the model is not loaded for it, and a running job not disturbed.

        Raises `EngineUnavailableError` with the reason `no_model_file`, `extra` or `start`.
        """
        await self._look_for_files()
        if not self._turn.locked():
            async with self._turn:
                await self._keeper.child()

    async def holds(self, job: EngineJob) -> bool:  # noqa: ARG002 - as the port
        """As the port: no child outlives Easel."""
        return False

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """As the port. What goes wrong costs the child: the next job starts a new one."""
        doing_of(job)
        async with self._turn:
            await self._look_for_files()
            child = await self._keeper.child()
            samplers = self._keeper.abilities.samplers
            order = order_of(job, self._settings, self._model_file, next(self._numbers), samplers)
            start = await start_of(job, order)
            try:
                made = await make(child, order, start, on_progress, self._settings.silence)
            except asyncio.CancelledError:
                await self._stop(child, order)
                raise
            except EngineError:
                await self._keeper.drop()
                raise
            self._loaded_in = child
        images = await checked(made, (order.width, order.height), number=order.count)
        return EngineResult(images, seed=job.seed, model=self._model_file.stem)

    async def aclose(self) -> None:
        """As the port."""
        await self._keeper.drop()

    async def _stop(self, child: Child, order: Order) -> None:
        can_be_told = self._keeper.abilities.stops
        try:
            if not (can_be_told and await stop(child, order, self._stop_seconds)):
                await self._keeper.drop()
        except asyncio.CancelledError:
            child.kill()
            raise

    async def _look_for_files(self) -> None:
        for file in filter(None, (self._model_file, self._settings.decoder_file)):
            try:
                await asyncio.to_thread(lambda path: path.open("rb").close(), file)
            except OSError:
                raise EngineUnavailableError(reason="no_model_file", name=file.stem) from None
