"""The tasks on the way, as lines above the prompt."""

from __future__ import annotations

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from adapters.console.printable import one_line
from core.generation.models import GenerationStatus
from core.ids import TaskId
from core.presentation.messages import console_more_tasks
from core.presentation.views import StatusView

_LINES_MOST = 8
_BAR_CELLS = 20
_BAR_FROM_COLUMNS = 50
"""A narrower terminal has better use for the room than a bar."""


class Board:
    """The last view of each task that waits or runs."""

    def __init__(self) -> None:
        self._views: dict[TaskId, StatusView] = {}

    def put(self, view: StatusView) -> None:
        """Show the task from now on, as it is now."""
        self._views[view.task] = view

    def drop(self, task: TaskId) -> None:
        """Show the task no longer."""
        self._views.pop(task, None)

    def lines(self, columns: int, rows: int) -> list[StyleAndTextTuples]:
        """Return a line for each task that there is room for, the running ones first."""
        views = sorted(self._views.values(), key=lambda view: view.status is GenerationStatus.PENDING)
        room = max(1, min(_LINES_MOST, rows // 3))
        shown = views if len(views) <= room else views[: room - 1]
        lines = [_line(view, columns - 1) for view in shown]  # in the last column terminals wrap
        if len(views) > len(shown):
            more = console_more_tasks(len(views) - len(shown))
            lines.append([("class:details", clipped(more, columns - 1))])
        return lines


def _line(view: StatusView, columns: int) -> StyleAndTextTuples:
    parts: StyleAndTextTuples = [("class:task", view.task), ("", " ")]
    if view.fraction is not None and columns >= _BAR_FROM_COLUMNS:
        done = round(view.fraction * _BAR_CELLS)
        parts += [("class:bar", "━" * done), ("class:bar.left", "─" * (_BAR_CELLS - done)), ("", " ")]
    parts += [("", one_line(view.headline)), ("class:details", f"  {one_line(view.prompt)}")]
    return _fitted(parts, columns)


def _fitted(parts: StyleAndTextTuples, columns: int) -> StyleAndTextTuples:
    fitted: StyleAndTextTuples = []
    for style, text, *_ in parts:
        kept = clipped(text, columns)
        fitted.append((style, kept))
        columns -= get_cwidth(kept)
        if kept != text:
            break
    return fitted


def clipped(text: str, columns: int) -> str:
    """Return as much of `text` as takes that many columns, wide characters counted as two."""
    if get_cwidth(text) <= columns:
        return text
    kept, left = [], columns - 1
    for character in text:
        left -= get_cwidth(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…" if columns > 0 else ""
