"""The widths and heights that a server makes, and which of them suits a request."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from adapters.engines.wire.pictures import rounded

ANY = "any"
STEP = 64
"""Pixels: servers that take "any" size take its multiples, and may silently round others up."""

SIDE_MOST = 4096
"""Pixels."""

Size = tuple[int, int]
"""Width and height in pixels."""

_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")


@dataclass(frozen=True, slots=True)
class Shapes:
    """The sizes that a server makes; empty for every multiple of `STEP`."""

    sizes: tuple[Size, ...] = ()

    def nearest(self, width: int, height: int) -> Size:
        """Return the size whose shape is most like that of the request, and of those the nearest in area."""
        if not self.sizes:
            return rounded(width, STEP), rounded(height, STEP)

        def distance(size: Size) -> tuple[float, float]:
            across, down = math.log(size[0] / width), math.log(size[1] / height)
            return round(abs(across - down), 6), abs(across + down)

        return min(self.sizes, key=distance)


def shapes_in(text: str) -> Shapes:
    """Read "1024x1024,1536x1024" or "any". Raises `ValueError`."""
    if text.strip() == ANY:
        return Shapes()
    found = [_SIZE.fullmatch(part.strip()) for part in text.split(",")]
    sizes = tuple((int(one[1]), int(one[2])) for one in found if one)
    if len(sizes) != len(found) or not all(STEP <= side <= SIDE_MOST for size in sizes for side in size):
        raise ValueError(
            f"must be sizes such as 1024x1024 with commas between, of {STEP} to {SIDE_MOST}, or any"
        )
    return Shapes(sizes)
