"""The means to draw land with: lines of hills, filled ground, silhouettes."""

import numpy as np
from PIL import Image, ImageDraw

from adapters.engines.sketch.colours import Colour
from adapters.engines.sketch.noise import Noise, profile
from adapters.engines.sketch.picture import Picture, Pixels
from adapters.engines.sketch.scene import Scene, Work, bands_of

FINER = 2
"""Silhouettes are drawn this much larger and reduced."""


def rise(
    scene: Scene, width: int, name: str, base: float, height: float, features: float, rough: float = 0.45
) -> Pixels:
    """A line of hills: for each column how far down (fraction of the height) its top is."""
    line = profile(scene.random(name), width, features, 5, rough)
    return np.asarray(base - height * (line * 2 - 1), dtype=np.float32)


def ground(
    picture: Picture,
    tops: Pixels,
    near: Colour,
    far: Colour,
    thickness: float,
    grain: Noise | None = None,
    bumpy: float = 0.1,
) -> Work:
    """Fill everything under `tops` (fractions): `near` at the edge, turning to `far` over `thickness`."""
    edge = tops[None, :] * np.float32(picture.height)
    first = np.asarray(near, dtype=np.float32)
    last = np.asarray(far, dtype=np.float32)
    for top, bottom, done in bands_of(picture, float(edge.min()) - 1):
        rows = np.arange(top, bottom, dtype=np.float32)[:, None]
        mask = np.clip(rows - edge + np.float32(0.5), 0, 1)
        depth = np.clip((rows - edge) / np.float32(thickness * picture.height), 0, 1)
        paint = first + (last - first) * depth[:, :, None]
        if grain is not None:
            paint *= (
                1 + (grain.rows(picture.width, picture.height, top, bottom) - 0.5) * np.float32(bumpy * 2)
            )[:, :, None]
        picture.cover(top, 0, mask, paint)
        yield done


def silhouette(
    picture: Picture,
    top: float,
    bottom: float,
    polygons: list[list[tuple[float, float]]],
    above: Colour,
    below: Colour,
) -> Work:
    """Fill `polygons` (pixels) between the rows `top` and `bottom`, `above` turning to `below`."""
    first, end = max(0, int(top)), min(picture.height, int(bottom) + 1)
    across = [x for polygon in polygons for x, _ in polygon]
    left, right = max(0, int(min(across, default=0))), min(picture.width, int(max(across, default=0)) + 2)
    if end <= first or right <= left:
        yield 1.0
        return
    sheet = Image.new("L", ((right - left) * FINER, (end - first) * FINER))
    draw = ImageDraw.Draw(sheet)
    for number, polygon in enumerate(polygons):
        draw.polygon([((x - left) * FINER, (y - first) * FINER) for x, y in polygon], fill=255)
        if number % 40 == 39:
            yield 0.5 * number / len(polygons)
    shade = np.linspace(0, 1, end - first, dtype=np.float32)[:, None, None]
    paint = np.asarray(above, dtype=np.float32) * (1 - shade) + np.asarray(below, dtype=np.float32) * shade
    for start, stop, done in bands_of(picture, first, end):
        strip = sheet.crop((0, (start - first) * FINER, sheet.width, (stop - first) * FINER)).reduce(FINER)
        mask = np.asarray(strip, dtype=np.float32) * np.float32(1 / 255)
        picture.cover(
            start, left, mask, np.broadcast_to(paint[start - first : stop - first], (*mask.shape, 3))
        )
        yield 0.5 + done / 2


def share(work: Work, part: int, parts: int) -> Work:
    for done in work:
        yield (part + done * 0.9) / parts
