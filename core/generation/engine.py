"""The engine port: what makes pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.generation.models import GenerationRequest, Progress
from core.ids import TaskId

OnProgress = Callable[[Progress], None]
"""Called on the event loop's thread, as often as the engine likes; it never blocks and never raises."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do."""

    types: frozenset[str]
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    slots: int = 1
    """Jobs that it works on at one time."""


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


class Engine(Protocol):
    """Makes pictures for one job at a time per slot.

    To cancel, the caller cancels the call of `generate`: the engine then stops this job, and this job
    alone, before it lets the cancellation through.
    """

    @property
    def name(self) -> str: ...

    def capabilities(self) -> Capabilities: ...

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """Make the job's pictures. Raises `EngineError`s only; the retryable ones ask for another try."""
        ...

    async def aclose(self) -> None: ...
