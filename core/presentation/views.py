"""Views: what an adapter renders. Frozen and comparable, so that an unchanged one is not sent again."""

from __future__ import annotations

from dataclasses import dataclass

from core.generation.models import GenerationStatus
from core.ids import ImageId, TaskId


@dataclass(frozen=True, slots=True)
class Action:
    """Something to press: it gives `command` with `argument`, as if typed."""

    command: str
    argument: str
    label: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """A task as its message shows it."""

    task: TaskId
    status: GenerationStatus
    prompt: str
    """Untrusted text: the adapter escapes it."""
    headline: str
    """One sentence: where the task stands."""
    details: str = ""
    """One small line: seed, size, time, points."""
    fraction: float | None = None
    """Progress from 0 to 1; None where there is no bar to draw."""
    images: tuple[ImageId, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def final(self) -> bool:
        return self.status.final


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command.

    `text` may have several lines. `tasks` are shown by their own messages as they go; `views` are shown
    here as they are now. `ok` is False for a refusal.
    """

    text: str = ""
    tasks: tuple[TaskId, ...] = ()
    views: tuple[StatusView, ...] = ()
    ok: bool = True
