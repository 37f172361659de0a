"""One server of the pool: its engine, its breaker, what it works on, and how fast it is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import (
    CoreError,
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
)
from core.generation.catalog import GenerationType
from core.generation.engine import Capabilities, Engine, EngineJob, EngineResult, OnProgress
from core.generation.models import GenerationRequest
from core.generation.pool.breaker import Breaker, BreakerSettings, Circuit
from core.generation.pool.room import Seat

logger = logging.getLogger(__name__)

SPEED_MEMORY = 0.7
"""How much of a speed is kept when a new one is measured: the last few jobs decide."""

NOT_ASKED = frozenset({"type", "lost", "no_mask", "no_prompt", "input_image"})
"""Reasons of a refusal that the server itself may know nothing of."""

REST_LEAST = 1.0
"""Seconds: a server that wants a pause of nothing would be asked again and again."""

LOAD_SECONDS = 10.0
"""What another model costs before its first picture, until something better is known."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """What an operator is told of a server. `speed` in megapixel steps a second, None until measured."""

    name: str
    circuit: Circuit
    reason: str
    running: int
    slots: int
    speed: float | None


class Server:
    """Runs jobs on one engine, and notes what comes of them."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], float],
        *,
        points_per_picture: int | None = None,
        breaker: BreakerSettings | None = None,
    ) -> None:
        """`points_per_picture` marks an engine that costs its operator money: it is used last."""
        self.engine = engine
        self.points_per_picture = points_per_picture
        self.breaker = Breaker(breaker or BreakerSettings(), now)
        self.is_surveyed = False
        """It has answered a probe at least once."""
        self._now = now
        self._running = 0
        self._rests_until = 0.0
        self._speed: float | None = None
        """Of `GenerationSettings.work` a second."""

    @property
    def capabilities(self) -> Capabilities:
        return self.engine.capabilities()

    @property
    def is_well(self) -> bool:
        """Whether jobs may go there at all."""
        return self.breaker.circuit is not Circuit.OPEN

    @property
    def rests_until(self) -> float:
        """Until when it wants to be left alone."""
        return self._rests_until

    @property
    def rests(self) -> bool:
        """Whether it wants to be left alone now."""
        return self._now() < self._rests_until

    @property
    def free(self) -> int:
        """How many jobs it could begin now."""
        if not self.is_well or self.rests:
            return 0
        slots = 1 if self.breaker.circuit is Circuit.HALF_OPEN else self.capabilities.slots
        return max(0, slots - self._running)

    def makes(self, kind: GenerationType) -> bool:
        return self.engine.kind in kind.recipes

    def seat(self) -> Seat:
        """Return what there is to have here now."""
        known = self.capabilities
        return Seat(
            self.engine.kind, self.free, known.models, known.samplers, known.loras, self.points_per_picture
        )

    def seconds_for(self, request: GenerationRequest) -> float:
        """Return when its pictures would be there; what was never measured is tried first."""
        seconds = request.settings.work / self._speed if self._speed else 0.0
        loaded, wanted = self.capabilities.loaded, request.settings.model
        if wanted is not None and loaded is not None and loaded != wanted:
            seconds += LOAD_SECONDS
        return seconds

    def state(self) -> ServerState:
        capabilities = self.capabilities
        return ServerState(
            name=self.engine.name,
            circuit=self.breaker.circuit,
            reason=self.breaker.reason,
            running=self._running,
            slots=capabilities.slots,
            speed=None if self._speed is None else self._speed / 2**20,
        )

    async def run(self, job: EngineJob, kind: GenerationType, on_progress: OnProgress) -> EngineResult:
        """Make the job's pictures here. Raises as `Engine.generate` does."""
        own = replace(job, recipe=kind.recipes[self.engine.kind])
        begun = self._now()
        self._running += 1
        try:
            result = await self.engine.generate(own, on_progress)
        except EngineError as error:
            self._note(error)
            raise
        finally:
            self._running -= 1
        self.breaker.succeeded()
        self._measure(job, self._now() - begun)
        return replace(result, engine=self.engine.name)

    async def holds(self, job: EngineJob, kind: GenerationType) -> bool:
        """As `Engine.holds`."""
        return await self.engine.holds(replace(job, recipe=kind.recipes[self.engine.kind]))

    async def probe(self) -> bool:
        """Ask the server whether it is well; return whether it is."""
        try:
            await self.engine.probe()
        except EngineBusyError as error:
            self._rest(error.retry_after)
            self.breaker.recovered()  # it answered
            return True
        except EngineError as error:
            if self.breaker.circuit is not Circuit.OPEN:
                logger.warning("%s is out of use: %s", self.engine.name, error)
            self.breaker.failed(_reason(error))
            return False
        except Exception:  # the others' servers go on
            logger.exception("%s could not be asked", self.engine.name)
            self.breaker.failed("internal")
            return False
        self.is_surveyed = True
        if self.breaker.circuit is Circuit.OPEN:
            logger.warning("%s answers again", self.engine.name)
        self.breaker.recovered()
        return True

    def _note(self, error: EngineError) -> None:
        match error:
            case EngineBusyError():
                self._rest(error.retry_after)
            case EngineUnavailableError() | EngineTimeoutError() if not self.is_well:
                pass  # it was begun before the server was found ill, and says nothing new
            case EngineUnavailableError() | EngineTimeoutError():
                logger.warning("%s is out of use: %s", self.engine.name, error)
                self.breaker.failed(_reason(error))
            case EngineFaultError():
                logger.info("%s broke on a job: %s", self.engine.name, error)
                self.breaker.faulted(_reason(error))
            case EngineRejectedError() if isinstance(error.__cause__, EngineError):
                self._note(error.__cause__)  # why a paid call is lost says how the server is
            case EngineRejectedError() if error.facts.get("reason") in NOT_ASKED:
                pass
            case EngineRejectedError():
                self.breaker.succeeded()  # it answered, and was right
                if error.facts.get("reason") == "workflow":  # which is for an operator to mend
                    logger.warning("%s can't run a type's workflow: %s", self.engine.name, error)
            case _:
                pass

    def _rest(self, seconds: float) -> None:
        self._rests_until = max(self._rests_until, self._now() + max(seconds, REST_LEAST))

    def _measure(self, job: EngineJob, seconds: float) -> None:
        if seconds <= 0:
            return
        pace = seconds / job.request.settings.work  # of which one job that was there already changes little
        if self._speed is not None:
            pace = SPEED_MEMORY / self._speed + (1 - SPEED_MEMORY) * pace
        self._speed = 1 / pace


def _reason(error: CoreError) -> str:
    reason = error.facts.get("reason")
    return f"{error.code}: {reason}" if reason else error.code
