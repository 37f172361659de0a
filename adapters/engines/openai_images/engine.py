"""One server with an OpenAI-style Images API.

It has no memory of its calls and can't be told to stop: a cancelled job is disconnected from and dropped. The
seed only counts in sd-server's dialect; elsewhere a result's seed is the one that was asked for, and no more.
"""

from __future__ import annotations

import math

from adapters.engines.openai_images.blame import operators_fault
from adapters.engines.openai_images.calls import Calls
from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.exchange import Exchange
from adapters.engines.openai_images.listing import listed_models
from adapters.engines.openai_images.pacing import Pacing
from adapters.engines.openai_images.payment import Payments
from adapters.engines.openai_images.progress import PreviewProgress
from adapters.engines.openai_images.recipe import OpenAIRecipe
from adapters.engines.wire.connection import Connection
from adapters.engines.wire.pictures import resized
from core.errors import EngineRejectedError, EngineUnavailableError
from core.generation.engine import Cancels, Capabilities, EngineJob, EngineResult, OnProgress, Reports
from core.generation.names import resolved

KIND = "openai"


class OpenAIEngine:
    """Makes each job with one call, or with several after one another where it wants more pictures."""

    def __init__(
        self, name: str, server: Connection, settings: OpenAISettings, payments: Payments, pacing: Pacing
    ) -> None:
        self._name = name
        self._server = server
        self._settings = settings
        self._payments = payments
        self._pacing = pacing
        self._exchange = Exchange(server, settings.silence, settings.partial_images)
        self._models = settings.named_models

    @property
    def kind(self) -> str:
        """As the port."""
        return KIND

    @property
    def name(self) -> str:
        """As the port."""
        return self._name

    def capabilities(self) -> Capabilities:
        """No samplers; every size, since pictures are cut and scaled to the one asked for."""
        return Capabilities(
            models=self._models,
            slots=self._settings.slots,
            reports=Reports.PREVIEWS if self._settings.partial_images else Reports.NOTHING,
            cancels=Cancels.NOTHING,
        )

    async def probe(self) -> None:
        """Ask for the models. Their list counts only where the operator names none.

        A server whose list lacks the operator's default can't work, unless they name the others as well.
        """
        default, named = self._settings.model, bool(self._settings.model or self._settings.models)
        listed = await listed_models(self._server, may_have_none=named)
        is_there = not listed or resolved(default, listed) is not None
        if not self._settings.named_models:
            first = (default,) if listed and default and is_there else ()
            self._models = tuple(dict.fromkeys((*first, *listed)))
        if default and not is_there and not self._settings.models:
            raise EngineUnavailableError(reason="default_model", name=default)

    async def holds(self, job: EngineJob) -> bool:  # noqa: ARG002 - as the port
        """As the port: no server of this kind remembers."""
        return False

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """As the port. Where pictures cost money, no job is asked for again that may have been paid for."""
        if not isinstance(job.recipe, OpenAIRecipe):
            raise EngineRejectedError(reason="type")
        calls = await Calls.of(self._settings, job, job.recipe)
        with operators_fault(self._settings, job, job.recipe):
            if calls.model and self._models and calls.model not in self._models:
                raise EngineRejectedError(reason="model", name=calls.model)
        wanted = job.request.settings
        async with self._payments.of(job.task) as spending:
            self._pacing.take(math.ceil(wanted.batch_size / calls.batch))
            progress = PreviewProgress(
                on_progress, pictures=wanted.batch_size, previews=self._settings.partial_images
            )
            made: list[bytes] = []
            while len(made) < wanted.batch_size:
                with operators_fault(self._settings, job, job.recipe):
                    made += await self._exchange.pictures(
                        calls.next(len(made)), calls.model, spending, progress.preview
                    )
                progress.made(len(made))
            images = [await resized(picture, (wanted.width, wanted.height)) for picture in made]
        return EngineResult(tuple(images), seed=job.seed, model=calls.model)

    async def aclose(self) -> None:
        """As the port."""
        await self._server.aclose()
