"""What the library says while it works, made into what the parent is told."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from adapters.engines.local.order import Order

Tell = Callable[[int, int, bytes | None], None]
"""Step, of how many over all pictures, and a preview. Steps of 0 say no more than that it is alive."""

ALIVE_EVERY = 1.0
"""Seconds between two signs of life that are no steps."""

_PREVIEW_SCALE = 4
"""A preview has a pixel for eight of the picture: half the picture's size is enough to look at."""

_NO_MEMORY = ("insufficient memory", "failed to allocate", "out of memory")


class Hearing:
    """One order's callbacks. The library calls them from whatever thread it likes, one at a time."""

    def __init__(self, order: Order, from_picture: bool, tell: Tell) -> None:  # noqa: FBT001
        self._order = order
        self._expected = steps_from_picture(order) if from_picture else order.steps
        self._tell = tell
        self._index = 0
        self._step = 0
        self._preview: bytes | None = None
        self._spoke = 0.0
        self.short_of_memory = False
        """The library has said that there is not enough, which it does not say in its exception."""

    def begin(self, index: int) -> None:
        """Count the steps of the picture `index`, from 0."""
        self._index, self._step = index, 0

    def progress(self, step: int, total: int, _: float) -> None:
        """Take a step that counts; the loader and the tiles of a large picture report here too."""
        if self._is_total(total) and self._step < step <= total:
            self._step = step
            preview, self._preview = self._preview, None
            self._say(self._index * total + step, self._order.count * total, preview)
        elif time.monotonic() - self._spoke >= ALIVE_EVERY:
            self._say(0, 0, None)

    def preview(self, step: int, frames: list[Any], _: bool) -> None:  # noqa: FBT001
        """Keep what there is to see for the step that is told next; halves of steps are negative."""
        if step > 0 and frames:
            self._preview = _jpeg(frames[0])

    def log(self, _: int, message: str) -> None:
        """Note what the library says of its memory; the rest is its own business."""
        self.short_of_memory = self.short_of_memory or any(words in message for words in _NO_MEMORY)

    def _is_total(self, total: int) -> bool:
        if self._expected == self._order.steps:
            return total == self._expected
        return total <= self._order.steps and abs(total - self._expected) <= 1

    def _say(self, step: int, steps: int, preview: bytes | None) -> None:
        self._spoke = time.monotonic()
        self._tell(step, steps, preview)


def steps_from_picture(order: Order) -> int:
    """Return the steps that the library makes of a picture: the first ones would redraw all of it.

    It reckons in single precision, so that one more or less may come.
    """
    return min(order.steps, int(order.steps * order.strength) + 1)


def _jpeg(image: Any) -> bytes:
    small = image.to_pil()  # a copy: the library's own buffer is good for this call alone
    file = io.BytesIO()
    small.resize((small.width * _PREVIEW_SCALE, small.height * _PREVIEW_SCALE)).save(file, "JPEG", quality=80)
    return file.getvalue()
