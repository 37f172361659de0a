"""The sheet everything is painted on: float pixels, worked on in bands of rows."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adapters.engines.sketch.colours import Colour
from adapters.engines.sketch.noise import Values

Pixels: TypeAlias = NDArray[np.float32]

BAND_PIXELS = 1 << 16
"""Pixels in one band: small enough for the processor's cache and for a pause between two bands."""


class Picture:
    """`pixels` has the shape (height, width, 3), sRGB from 0 to 1 (overshoots are cut at the end)."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.unit = min(width, height)
        self.pixels: Pixels = np.zeros((height, width, 3), dtype=np.float32)

    @classmethod
    def of(cls, image: Image.Image) -> "Picture":
        """A picture of an RGB image."""
        picture = cls(*image.size)
        for top, bottom in picture.bands():
            strip = np.asarray(image.crop((0, top, picture.width, bottom)), dtype=np.float32)
            np.multiply(strip, np.float32(1 / 255), out=picture.pixels[top:bottom])
        return picture

    def bands(self, top: float = 0, bottom: float | None = None) -> Iterator[tuple[int, int]]:
        """Pairs of first and past-the-last row that cover `top` to `bottom` (pixels)."""
        first = max(0, int(top))
        end = self.height if bottom is None else min(self.height, int(np.ceil(bottom)))
        step = max(8, BAND_PIXELS // self.width)
        while first < end:
            yield first, min(first + step, end)
            first += step

    def cover(self, top: int, left: int, mask: Values, colour: Colour | Values) -> None:
        """Blend `colour` in where `mask` (rows, columns; 0 to 1) says so; outside the sheet is cut off."""
        rows, columns = mask.shape
        y0, y1 = max(0, top), min(self.height, top + rows)
        x0, x1 = max(0, left), min(self.width, left + columns)
        if y0 >= y1 or x0 >= x1:
            return
        inner = mask[y0 - top : y1 - top, x0 - left : x1 - left, None]
        paint = np.asarray(colour, dtype=np.float32)
        if paint.ndim == 3:
            wide = paint.shape[1] == columns
            paint = paint[y0 - top : y1 - top, x0 - left : x1 - left] if wide else paint[y0 - top : y1 - top]
        target = self.pixels[y0:y1, x0:x1]
        target += (paint - target) * inner

    def lay(self, top: int, left: int, patch: Pixels, strength: float = 1.0) -> None:
        """Put a premultiplied patch (rows, columns, 4) on the sheet."""
        rows, columns, _ = patch.shape
        y0, y1 = max(0, top), min(self.height, top + rows)
        x0, x1 = max(0, left), min(self.width, left + columns)
        if y0 >= y1 or x0 >= x1:
            return
        inner = patch[y0 - top : y1 - top, x0 - left : x1 - left]
        if strength != 1.0:
            inner = inner * np.float32(strength)
        target = self.pixels[y0:y1, x0:x1]
        target *= 1.0 - inner[:, :, 3:]
        target += inner[:, :, :3]

    def image(self) -> Image.Image:
        """The picture as 8-bit RGB."""
        out = np.empty(self.pixels.shape, dtype=np.uint8)
        for top, bottom in self.bands():
            strip = np.clip(self.pixels[top:bottom], 0.0, 1.0)
            strip *= 255.0
            strip += 0.5
            out[top:bottom] = strip
        return Image.fromarray(out)


def gradient(stops: tuple[Colour, ...], positions: Values) -> Pixels:
    """Colours along `stops`, evenly spaced from 0 to 1, for each of `positions`; adds an axis of 3."""
    places = np.linspace(0.0, 1.0, len(stops))
    channels = [np.interp(positions, places, [stop[channel] for stop in stops]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
