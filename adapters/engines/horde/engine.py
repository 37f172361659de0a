"""The engine: a job is sent to the Horde, waits among everybody's, and is made by volunteers."""

from __future__ import annotations

import asyncio

from adapters.engines.horde.account import Account
from adapters.engines.horde.api import HordeApi
from adapters.engines.horde.batch import Batch, Made
from adapters.engines.horde.config import HordeSettings
from adapters.engines.horde.errors import LostRequestError
from adapters.engines.horde.models import ServedModels
from adapters.engines.horde.notes import RequestNotes
from adapters.engines.horde.pace import Pace
from adapters.engines.horde.payload import payloads_of, size_sent
from adapters.engines.horde.recipe import HordeRecipe
from adapters.engines.horde.settled import settled
from adapters.engines.wire.connection import Timeouts
from adapters.engines.wire.pictures import checked, resized
from core.errors import EngineRejectedError
from core.generation.engine import Cancels, Capabilities, Engine, EngineJob, EngineResult, OnProgress, Reports
from core.generation.job_notes import JobNotes

KIND = "horde"

SAMPLERS = (
    "k_euler_a",
    "k_euler",
    "k_dpmpp_2m",
    "k_dpmpp_sde",
    "k_dpmpp_2s_a",
    "k_dpm_2",
    "k_dpm_2_a",
    "k_dpm_fast",
    "k_dpm_adaptive",
    "k_heun",
    "k_lms",
    "lcm",
    "DDIM",
    "dpmsolver",
)
"""What there is to choose from; the Horde itself says no to what it does not take."""

_END = 4.0
"""Seconds to take a job back from the Horde."""

_CALL = 20.0
"""Seconds for one call."""


class HordeEngine:
    """The Horde. A cancelled job is taken back from it, also where Easel stops: only a kill leaves a note.

    What waits there ends at once. What a volunteer works on is given up: its result is dropped.
    """

    def __init__(
        self, settings: HordeSettings, notes: JobNotes, *, pace: Pace | None = None, patience: float = 70.0
    ) -> None:
        """`patience`: the seconds that a call may wait for its turn in the Horde's rate limits."""
        self._settings = settings
        self._pace = pace or Pace()
        self._notes = RequestNotes(notes)
        call = min(_CALL, settings.silence)
        self._api = HordeApi(
            settings.url,
            settings.api_key,
            is_anonymous=settings.is_anonymous,
            patience=patience,
            timeouts=Timeouts(connect=min(5.0, call), read=call, total=call),
        )
        self._account = Account(self._api, is_anonymous=settings.is_anonymous)
        self._models = ServedModels(self._api, settings.model_names)

    @property
    def kind(self) -> str:
        """As the port."""
        return KIND

    @property
    def name(self) -> str:
        """As the port: there is one Horde."""
        return KIND

    def capabilities(self) -> Capabilities:
        """Sides may be any: they are rounded for the Horde, and the pictures cut and scaled back."""
        return Capabilities(
            models=self._models.names,
            samplers=SAMPLERS,
            slots=self._settings.jobs,
            reports=Reports.PERCENT,
            cancels=Cancels.QUEUED,
        )

    async def probe(self) -> None:
        """As the port; the key and the list of models are asked about every few minutes only."""
        await self._api.heartbeat()
        await self._account.check()
        await self._models.refresh()

    async def holds(self, job: EngineJob) -> bool:
        """As the port: by the ids that were noted when the job was sent."""
        ids = await self._notes.ids(job.task)
        for request in ids:
            try:
                if not (await self._api.check(request)).faulted:
                    return True
            except LostRequestError:
                continue
        if ids:
            await self._notes.forget(job.task)
        return False

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """As the port. A job that an earlier attempt sent is taken up where it stands."""
        recipe = job.recipe
        if not isinstance(recipe, HordeRecipe):
            raise EngineRejectedError(reason="type")
        if job.request.nsfw and not self._settings.nsfw:
            raise EngineRejectedError(reason="prompt")
        batch = Batch(self._api, self._notes, job, pace=self._pace, silence=self._settings.silence)
        is_attached = await batch.attach()
        try:
            async with asyncio.timeout(self._settings.wait_most):
                models = await self._models.picked(job.request.settings.model)
                payloads = await payloads_of(job, recipe, models)
                if not is_attached:
                    await self._afford(payloads[0], len(payloads))
                await batch.send(payloads)
                made = await batch.made(on_progress)
        except TimeoutError:
            # No server is at fault, and another try would wait from the end of the queue again.
            raise EngineRejectedError(reason="too_slow", seconds=self._settings.wait_most) from None
        finally:
            await settled(batch.end(), _END)
        return await _result(job, made)

    async def aclose(self) -> None:
        """As the port; every call of `generate` has returned by now."""
        await self._api.aclose()

    async def _afford(self, payload: dict[str, object], pictures: int) -> None:
        """Ask for the price where there is a bound. Raises `EngineRejectedError` where it is above."""
        most = self._settings.kudos_most
        if most and (kudos := await self._api.quote(payload) * pictures) > most:
            raise EngineRejectedError(reason="price", kudos=kudos, most=most)


async def _result(job: EngineJob, made: list[Made]) -> EngineResult:
    """Return the pictures in the size that was asked for."""
    settings = job.request.settings
    images = await checked([one.picture for one in made], size_sent(job), number=settings.batch_size)
    size = (settings.width, settings.height)
    if size != size_sent(job):
        images = tuple([await resized(image, size) for image in images])
    first, models = made[0].generation, {one.generation.model for one in made}
    return EngineResult(
        images,
        seed=job.seed if first.seed is None else first.seed,
        model=first.model if len(models) == 1 else None,
        sensitive=any(one.generation.is_sensitive for one in made),
    )


def open_horde(settings: HordeSettings, notes: JobNotes) -> tuple[Engine, ...]:
    """Return the engine, or none where it is not switched on."""
    return (HordeEngine(settings, notes),) if settings.enabled else ()
