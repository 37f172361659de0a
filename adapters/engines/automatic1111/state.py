"""What a server says of the job that it is at: `/progress`, which is about the whole server."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.generation.models import Progress

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
"""How files begin that can be shown."""


@dataclass(frozen=True, slots=True)
class State:
    """One answer. `fraction` is from 0 to 1, over all pictures of the job."""

    is_busy: bool = False
    is_interrupted: bool = False
    """The job was told to end early; stays until the next job begins."""
    fraction: float = 0.0
    seconds: float | None = None
    preview: bytes | None = None


def state_of(found: Any, preview: bytes | None = None) -> State:
    """Read the JSON of an answer; what is missing or odd in it counts as not said."""
    table = found if isinstance(found, dict) else {}
    inner = table.get("state")
    state = inner if isinstance(inner, dict) else {}
    seconds = _number(table.get("eta_relative"))
    return State(
        is_busy=bool(state.get("job")),
        is_interrupted=bool(state.get("interrupted") or state.get("skipped")),
        fraction=_fraction(state, _number(table.get("progress"))),
        seconds=seconds if seconds > 0 else None,
        preview=preview if preview is not None and preview.startswith(_PICTURES) else None,
    )


def _fraction(state: dict[str, Any], said: float) -> float:
    """Reckon from steps, where they are told: `progress` itself begins at one per cent."""
    jobs, steps = _number(state.get("job_count")), _number(state.get("sampling_steps"))
    if jobs > 0 and steps > 0:
        within = min(1.0, _number(state.get("sampling_step")) / steps)
        said = (_number(state.get("job_no")) + within) / jobs
    return min(max(said, 0.0), 1.0)


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else 0.0


class Course:
    """One job as its states tell it: progress that never falls, and whether somebody ended it early."""

    def __init__(self, steps: int, before: State | None, on_progress: Callable[[Progress], None]) -> None:
        """`steps` of all pictures; `before` is the last state before the job was sent."""
        self._steps = steps
        self._on_progress = on_progress
        self._is_flag_fresh = before is None or not before.is_interrupted
        self._step = 0
        self.is_interrupted = False

    def hear(self, state: State) -> None:
        """Take one state in, and tell it where it is about a running job."""
        if not state.is_interrupted:
            self._is_flag_fresh = True
        elif self._is_flag_fresh:  # else it may still be the job's before
            self.is_interrupted = True
        if state.is_busy:
            self._step = max(self._step, math.floor(state.fraction * self._steps))
            self._tell(self._step, state)

    def end(self) -> None:
        """Tell that all is done."""
        self._tell(self._steps, State())

    def _tell(self, step: int, state: State) -> None:
        self._on_progress(Progress(step, self._steps, seconds=state.seconds, preview=state.preview))
