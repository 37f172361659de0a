"""An engine that does what its script says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from core.errors import EngineError
from core.generation.catalog import GenerationType
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.ids import TaskId

Act = Callable[[EngineJob, OnProgress], Awaitable[EngineResult]]


def pictures(number: int = 1, *, seconds: float = 0.0, model: str | None = "dreams") -> Act:
    """Make that many pictures, after that many seconds."""

    async def act(job: EngineJob, _: OnProgress) -> EngineResult:
        await asyncio.sleep(seconds)
        images = tuple(f"{job.task}/{index}".encode() for index in range(number))
        return EngineResult(images, seed=job.request.settings.seed or 0, model=model, engine="scripted")

    return act


def raising(error: BaseException) -> Act:
    async def act(_: EngineJob, __: OnProgress) -> EngineResult:
        raise error

    return act


def hanging() -> Act:
    """Never come back by itself."""

    async def act(_: EngineJob, __: OnProgress) -> EngineResult:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    return act


class ScriptedEngine:
    """Does one act of its script for each job, then makes one picture for each."""

    def __init__(
        self,
        *script: Act,
        models: tuple[str, ...] = (),
        samplers: tuple[str, ...] = (),
        loras: tuple[str, ...] = (),
    ) -> None:
        self._script = deque(script)
        self._models = models
        self._samplers = samplers
        self._loras = loras
        self.jobs: list[EngineJob] = []
        """Every job that was begun."""
        self.begun: list[float] = []
        """When, in the loop's seconds."""
        self.stopped: list[EngineJob] = []
        """Those whose call was cancelled."""
        self.running = 0
        self.most_running = 0
        self.closed = False
        self.slots = 1
        self.types = {"txt2img", "img2img", "variation", "upscale"}
        self.probes = 0
        self.ill: EngineError | None = None
        """What a probe raises."""
        self.held: set[TaskId] = set()
        """The tasks whose earlier jobs are here still."""

    @property
    def kind(self) -> str:
        return "sketch"  # so that the built-in types have recipes for it

    @property
    def name(self) -> str:
        return "scripted"

    def capabilities(self) -> Capabilities:
        return Capabilities(self._models, self._samplers, self._loras, slots=self.slots)

    def offers(self, kind: GenerationType) -> bool:
        return kind.name in self.types

    def is_surveyed(self) -> bool:
        return True

    async def probe(self) -> None:
        self.probes += 1
        if self.ill is not None:
            raise self.ill

    async def holds(self, job: EngineJob) -> bool:
        return job.task in self.held

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        self.jobs.append(job)
        self.begun.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        act = self._script.popleft() if self._script else pictures()
        try:
            return await act(job, on_progress)
        except asyncio.CancelledError:
            self.stopped.append(job)
            raise
        finally:
            self.running -= 1

    async def aclose(self) -> None:
        self.closed = True
