"""Smooth random fields that look the same at every picture size.

A field is a few small lattices of random numbers, enlarged on demand: a band of rows costs only its own
pixels, and Pillow enlarges without holding the interpreter lock.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field: TypeAlias = NDArray[np.float32]
Values: TypeAlias = NDArray[np.floating[Any]]
"""Numbers of any width, as they come out of a calculation."""


class Noise:
    """Fractal value noise over the unit square, 0 to 1, mean about 0.5."""

    def __init__(
        self, random: np.random.Generator, across: float, down: float, octaves: int = 4, rough: float = 0.5
    ) -> None:
        """`across` and `down`: features of the largest octave; `rough`: amplitude kept per octave."""
        self._lattices: list[tuple[Image.Image, float]] = []
        weights = [rough**octave for octave in range(octaves)]
        for octave, weight in enumerate(weights):
            columns = max(2, round(across * 2**octave)) + 1
            rows = max(2, round(down * 2**octave)) + 1
            lattice = random.random((rows, columns), dtype=np.float32)
            self._lattices.append((Image.fromarray(lattice), weight / sum(weights)))

    def rows(self, width: int, height: int, top: int, bottom: int, shift: float = 0.0) -> Field:
        """Rows `top` to `bottom` of the field at `width` x `height`; `shift` moves it up, in heights."""
        total = np.zeros((bottom - top, width), dtype=np.float32)
        for lattice, weight in self._lattices:
            columns, rows = lattice.size
            # Lattices finer than the pixels would only alias.
            if columns > 2 * width or rows > 2 * height:
                continue
            first = min(max(rows * (top / height + shift), 0.0), rows - 0.01)
            last = min(max(rows * (bottom / height + shift), first + 0.01), float(rows))
            enlarged = lattice.resize(
                (width, bottom - top), Image.Resampling.BICUBIC, box=(0.0, first, float(columns), last)
            )
            total += np.asarray(enlarged, dtype=np.float32) * np.float32(weight)
        return total

    def whole(self, width: int, height: int) -> Field:
        """The whole field; for small pictures and lines, large ones are drawn by `rows`."""
        return self.rows(width, height, 0, height)


def profile(
    random: np.random.Generator, width: int, features: float, octaves: int = 4, rough: float = 0.5
) -> Field:
    """A one-dimensional line of noise, `width` samples from 0 to 1."""
    return Noise(random, features, 1, octaves, rough).rows(width, 1 << octaves, 0, 1).reshape(-1)


def smoothstep(low: float, high: float, values: Values) -> Field:
    """0 below `low`, 1 above `high` and a soft passage between them."""
    steps = np.clip((values - np.float32(low)) / np.float32(high - low), 0.0, 1.0)
    return np.asarray(steps * steps * (3.0 - 2.0 * steps), dtype=np.float32)
