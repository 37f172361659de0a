"""The engine port: what makes pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.generation.models import GenerationRequest, Progress
from core.ids import TaskId

OnProgress = Callable[[Progress], None]
"""Called on the event loop's thread, as often as the engine likes; it never blocks and never raises."""


class Reports(StrEnum):
    """What an engine tells of a job while it runs."""

    NOTHING = "nothing"
    PERCENT = "percent"
    STEPS = "steps"
    PREVIEWS = "steps and previews"


class Cancels(StrEnum):
    """Which jobs an engine can be made to stop. What it can't stop is given up and its result dropped."""

    NOTHING = "nothing"
    QUEUED = "queued"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one server can do, as it said at the last probe. An empty tuple of names is "not known"."""

    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    slots: int = 1
    """Jobs that it is given at one time."""
    reports: Reports = Reports.NOTHING
    cancels: Cancels = Cancels.NOTHING
    side_step: int = 1
    """Sides of pictures are multiples of this; others are rounded to it."""
    loaded: str | None = None
    """The model that is ready to use: another costs the time to load it."""


@dataclass(frozen=True, slots=True)
class EngineJob:
    """One attempt at a task.

    `attempt` counts from 1. An engine that outlives Easel can look for an earlier attempt's job under
    the same task before it begins anew.
    """

    task: TaskId
    attempt: int
    request: GenerationRequest
    input_images: tuple[bytes, ...] = ()
    """PNG files, in the order of `request.input_images`."""
    recipe: object = None
    """How this kind of engine makes the request's type: what its reader made of the type's file."""
    price: int | None = None
    """Points that were paid for it; None where nobody is charged."""

    @property
    def seed(self) -> int:
        """The first picture's seed. Raises `ValueError` for a request that no service has given one."""
        seed = self.request.settings.seed
        if seed is None:
            raise ValueError("a request is given its seed when its task is created")
        return seed


@dataclass(frozen=True, slots=True)
class EngineResult:
    """PNG files, the first of which was made with `seed` and each next with one more."""

    images: tuple[bytes, ...]
    seed: int
    model: str | None = None
    sensitive: bool = False
    """Flagged by the engine as not for everybody's eyes."""
    stand_in: bool = False
    """Not the work of a model: the chat says so."""
    engine: str | None = None
    """The name of the engine that made it; whoever chose the engine fills it in."""


class PictureMaker(Protocol):
    """What makes a job's pictures, whoever does it in the end."""

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """Make the job's pictures. Raises `EngineError`s only; cancelling the call stops the job."""
        ...


class Engine(PictureMaker, Protocol):
    """One server, or one program, that makes pictures for one job at a time per slot.

    To cancel, the caller cancels the call of `generate`: the engine then stops this job, and this job
    alone, before it lets the cancellation through.
    """

    @property
    def kind(self) -> str:
        """What sort of engine it is, which is the name of its table in a type's file."""
        ...

    @property
    def name(self) -> str:
        """This one among all, in a few letters without an address: members may see it."""
        ...

    def capabilities(self) -> Capabilities: ...

    async def probe(self) -> None:
        """Ask whether it can work now, and what it can do. Raises `EngineError`s only."""
        ...

    async def holds(self, job: EngineJob) -> bool:
        """Say whether the job of an earlier attempt runs, waits or is done here, so that it can be had.

        Raises `EngineError`s only. What has no memory of its jobs says no.
        """
        ...

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """Make the job's pictures. Raises `EngineError`s only.

        `EngineUnavailableError` and `EngineTimeoutError` say that the server is at fault: another one is
        tried. `EngineBusyError` says when to come back. `EngineFaultError` says that it broke on this
        job, `EngineRejectedError` that no server would do otherwise.
        """
        ...

    async def aclose(self) -> None: ...
