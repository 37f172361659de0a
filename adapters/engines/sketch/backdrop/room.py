"""Indoors: a wall, a pool of light and a table."""

from collections.abc import Iterator

import numpy as np

from adapters.engines.sketch.colours import darker, lighter, mix
from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of


def room(scene: Scene) -> Iterator[Layer]:
    """A plain wall with a pool of light, and a table."""

    def draw(picture: Picture) -> Work:
        random = scene.random("wall")
        walls = (
            (0.36, 0.48, 0.52),
            (0.62, 0.42, 0.36),
            (0.44, 0.42, 0.58),
            (0.50, 0.55, 0.42),
            (0.72, 0.58, 0.42),
            (0.30, 0.40, 0.56),
        )
        wall = scene.brief.tints[0] if scene.brief.tints else walls[int(random.integers(len(walls)))]
        wood = mix((0.52, 0.34, 0.22), wall, 0.15)
        if scene.palette.dark:
            wall, wood = darker(wall, 0.55), darker(wood, 0.5)
        light, dim = (
            np.asarray(lighter(wall, 0.42), dtype=np.float32),
            np.asarray(darker(wall, 0.32), dtype=np.float32),
        )
        table = scene.horizon * picture.height
        warm = np.asarray(lighter(wall, 0.75), dtype=np.float32)
        side = 1 if scene.light_from_left else -1
        grain = Noise(random, 3, 90, 3)
        top_wood, low_wood = (
            np.asarray(lighter(wood, 0.22), dtype=np.float32),
            np.asarray(darker(wood, 0.35), dtype=np.float32),
        )
        columns = (
            np.arange(picture.width, dtype=np.float32)[None, :]
            - picture.width * (0.38 if scene.light_from_left else 0.62)
        ) / picture.unit
        for top, bottom, done in bands_of(picture):
            rows = np.arange(top, bottom, dtype=np.float32)[:, None]
            far = columns**2 + ((rows - picture.height * 0.36) / picture.unit) ** 2
            picture.pixels[top:bottom] = dim + (light - dim) * np.exp(-far * 3.2)[:, :, None]
            # Light falls through a window with two by two panes.
            slant = columns + (rows / picture.unit) * np.float32(0.35 * side)
            pane_x, pane_y = (
                (slant + 0.02) / 0.19,
                (rows / picture.unit - 0.10 * picture.height / picture.unit) / 0.21,
            )
            panes = np.clip(np.minimum(pane_x % 1, 1 - pane_x % 1) * 14 - 0.9, 0, 1)
            panes = panes * np.clip(np.minimum(pane_y % 1, 1 - pane_y % 1) * 14 - 0.9, 0, 1)
            panes = (
                panes
                * (np.abs(pane_x) < 1)
                * ((pane_y > 0) & (pane_y < 2))
                * (0.02 if scene.palette.dark else 0.30)
            )
            picture.pixels[top:bottom] += (warm - picture.pixels[top:bottom]) * panes[:, :, None].astype(
                np.float32
            )
            if bottom > table:
                depth = np.clip((rows - table) / (picture.height - table), 0, 1)[:, :, None]
                streaks = (grain.rows(picture.width, picture.height, top, bottom) - 0.5)[:, :, None] * 0.22
                paint = (top_wood + (low_wood - top_wood) * depth) * (1 + streaks) + np.exp(-far * 4)[
                    :, :, None
                ] * 0.07
                picture.cover(top, 0, np.clip(rows - table + 0.5, 0, 1) + np.zeros_like(columns), paint)
            yield done

    yield Layer(50, draw)
