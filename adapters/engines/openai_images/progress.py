"""How far a job is, told by the previews of its pictures."""

from __future__ import annotations

from core.generation.engine import OnProgress
from core.generation.models import Progress


class PreviewProgress:
    """Counts each picture as its previews and itself. Without previews it tells nothing."""

    def __init__(self, on_progress: OnProgress, *, pictures: int, previews: int) -> None:
        self._on_progress = on_progress
        self._each = previews + 1
        self._steps = pictures * self._each
        self._step = 0
        self._base = 0

    def preview(self, index: int, picture: bytes | None) -> None:
        """Tell of a preview of the picture that is being made, by its place from 0."""
        self._tell(self._base + max(1, min(index + 1, self._each - 1)), picture)

    def made(self, pictures: int) -> None:
        """Tell that so many of the job's pictures are there."""
        self._base = pictures * self._each
        self._tell(self._base)

    def _tell(self, step: int, preview: bytes | None = None) -> None:
        if self._each > 1:
            self._step = max(self._step, step)
            self._on_progress(Progress(self._step, self._steps, preview=preview))
