"""Views: what an adapter renders. Frozen and comparable, so that an unchanged one is not sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.generation.models import GenerationStatus
from core.ids import ImageId, TaskId

ALT_TEXT_MOST = 1000
"""Characters of a picture's description for those who can't see it."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to press: it gives `command` for `task`, as if typed."""

    command: str
    task: TaskId
    label: str
    picture: int | None = None
    """Which of the task's pictures, from 1; None where it is about the task."""

    @property
    def code(self) -> str:
        """The action as a short text of letters, digits and colons, for a platform to hand back."""
        parts = [self.command, self.task, *([str(self.picture)] if self.picture else [])]
        return ":".join(parts)


def arguments_of(code: str) -> tuple[str, TaskId, dict[str, str]] | None:
    """Return the command, the task and the arguments that an `Action.code` stands for; None for no code."""
    command, *rest = code.split(":")
    match rest:
        case [task] if command and task:
            return command, TaskId(task), {"task": task}
        case [task, picture] if command and task and picture.isdecimal():
            return command, TaskId(task), {"task": task, "picture": picture}
        case _:
            return None


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
    actions: tuple[tuple[Action, ...], ...] = ()
    """Rows of things to press."""
    sensitive: bool = False
    """Not for everybody's eyes: the adapter covers the pictures where it can."""
    preview: bytes | None = field(default=None, compare=False, repr=False)
    """What there is to see while it is made, as PNG, JPEG or WebP, for platforms that can show it."""

    @property
    def final(self) -> bool:
        return self.status.final

    def alt_text(self, picture: int) -> str:
        """Return a description of the picture, counted from 1, for those who can't see it. Untrusted text."""
        which = f"Picture {picture} of {len(self.images)}: " if len(self.images) > 1 else ""
        text = f"{which}{self.prompt}"
        return text if len(text) <= ALT_TEXT_MOST else f"{text[: ALT_TEXT_MOST - 1]}…"


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing to ask for: the argument's name, what it is called, and what stands there at first."""

    name: str
    label: str
    value: str = ""
    required: bool = True
    limit: int = 2000
    """Characters."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a command needs to be told before it can be given again, with `arguments`, and then be done."""

    title: str
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command.

    `text` may have several lines. `tasks` are shown by their own messages as they go; `views` are shown
    here as they are now. Where there is a `form`, a platform that can ask does; `text` says the same for
    those that can't. `ok` is False for a refusal.
    """

    text: str = ""
    tasks: tuple[TaskId, ...] = ()
    views: tuple[StatusView, ...] = ()
    form: Form | None = None
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field may have, and how it is called in a list."""

    value: str
    label: str
