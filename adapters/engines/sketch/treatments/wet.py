"""Watercolour."""

import numpy as np

from adapters.engines.sketch.noise import Noise, smoothstep
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Work, bands_of, stream
from adapters.engines.sketch.treatments.surface import GREY, blurred, strip, warp


def watercolour(picture: Picture, key: bytes) -> Work:
    for done in warp(picture, key, 0.010, 9):
        yield done * 0.4
    soft, softer = blurred(picture, 0.006), blurred(picture, 0.03)
    yield 0.5
    random = stream(key, "watercolour")
    wide, high = picture.width / picture.unit, picture.height / picture.unit
    pigment, bleed = Noise(random, 5 * wide, 5 * high, 6, 0.62), Noise(random, 3 * wide, 3 * high, 4)
    fibre, rim = Noise(random, 120 * wide, 120 * high, 2, 0.7), Noise(random, 7 * wide, 7 * high, 5, 0.55)
    paper = np.asarray((0.985, 0.972, 0.945), dtype=np.float32)
    columns = (
        np.minimum(np.arange(picture.width), np.arange(picture.width)[::-1]).astype(np.float32)[None, :]
        / picture.unit
    )
    for top, bottom, done in bands_of(picture):
        size = (picture.width, picture.height, top, bottom)
        sharp, near, far = (
            picture.pixels[top:bottom],
            strip(picture, soft, top, bottom),
            strip(picture, softer, top, bottom),
        )
        wash = smoothstep(0.42, 0.62, bleed.rows(*size))[:, :, None]
        band = sharp * (1 - 0.55 * wash) + near * (0.55 * wash)
        band = band * (1 - 0.30 * wash) + far * (0.30 * wash)
        # Pigment gathers at the edge of a wash.
        edge = np.abs((sharp - far) @ GREY)[:, :, None]
        band *= 1 - np.clip(edge - 0.04, 0, 0.3) * 0.9
        density = (pigment.rows(*size) - 0.5)[:, :, None]
        band = 1 - (1 - band) * (0.86 + density * 0.85)
        grey = (band @ GREY)[:, :, None]
        band = grey + (band - grey) * 1.22
        rows = np.arange(top, bottom, dtype=np.float32)
        inside = np.minimum(columns, (np.minimum(rows, picture.height - 1 - rows) / picture.unit)[:, None])
        painted = smoothstep(0.0, 0.010, inside - 0.022 - (rim.rows(*size) - 0.5) * 0.075)[:, :, None]
        line = np.exp(-(((inside - 0.030 - (rim.rows(*size) - 0.5) * 0.075) / 0.006) ** 2))[:, :, None]
        band *= 1 - 0.16 * line
        tooth = ((fibre.rows(*size) - 0.5) * 0.075)[:, :, None]
        picture.pixels[top:bottom] = (
            np.clip(paper * np.clip(band, 0, 1) ** 0.92, 0, 1) * painted + paper * (1 - painted) + tooth
        )
        yield 0.5 + done * 0.5
