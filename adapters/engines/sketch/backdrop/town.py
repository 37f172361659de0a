"""Rows of houses and the street before them."""

from collections.abc import Iterator

import numpy as np

from adapters.engines.sketch.backdrop.terrain import silhouette
from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of


def blocks(scene: Scene, number: int, height: float, near: float) -> Layer:
    """A row of houses; after dark most windows are lit."""

    def draw(picture: Picture) -> Work:
        random = scene.random(f"blocks{number}")
        base = (scene.horizon + 0.01) * picture.height
        wall = mix(scene.palette.haze, darker(mix(scene.palette.haze, scene.palette.sky[0], 0.7), 0.35), near)
        glass: tuple[Colour, ...] = ((1.0, 0.86, 0.52), (1.0, 0.76, 0.40), (0.72, 0.90, 1.0))
        if scene.brief.style in ("neon", "vaporwave"):
            glass = ((1.0, 0.35, 0.80), (0.30, 0.92, 1.0), (1.0, 0.80, 0.45), (0.70, 0.45, 1.0))
        share = 0.42 if scene.palette.dark else 0.16 if scene.brief.hour in ("sunset", "storm") else 0.0
        x = -0.02 * picture.unit
        walls: list[list[tuple[float, float]]] = []
        panes: list[tuple[float, float, float, float, Colour]] = []
        cell = picture.unit * (0.013 + 0.007 * number)
        while x < picture.width:
            wide = picture.unit * random.uniform(0.06, 0.13) * (0.8 + 0.35 * number)
            middle = 1 - abs((x + wide / 2) / picture.width - 0.5) * 0.7
            high = picture.unit * height * random.uniform(0.45, 1.0) * middle
            top = base - high
            walls.append([(x, base), (x, top), (x + wide, top), (x + wide, base)])
            walls += _roof(random, x, wide, top)
            for row in range(int((high - cell) / (cell * 1.5))):
                for column in range(int((wide - cell * 0.6) / (cell * 1.25))):
                    if random.random() < (share or 0.8):
                        left, up = x + cell * (0.55 + 1.25 * column), top + cell * (0.9 + 1.5 * row)
                        tone = glass[int(random.integers(len(glass)))] if share else lighter(wall, 0.16)
                        panes.append(
                            (
                                left,
                                up,
                                cell * 0.7,
                                cell * 0.85,
                                mix(wall, tone, float(random.uniform(0.45, 1.0))),
                            )
                        )
            x += wide * random.uniform(0.98, 1.25)
        ceiling = base - picture.unit * height * 1.25
        for done in silhouette(picture, ceiling, base, walls, wall, mix(wall, scene.palette.haze, 0.4)):
            yield done * 0.6
        for count, (left, up, across, down, tone) in enumerate(panes):
            y0, x0 = max(0, round(up)), max(0, round(left))
            picture.pixels[y0 : max(y0 + 1, round(up + down)), x0 : max(x0 + 1, round(left + across))] = tone
            if count % 150 == 0:
                yield 0.6 + 0.4 * count / len(panes)
        yield 1.0

    return Layer(38, draw)


def _roof(random: np.random.Generator, x: float, wide: float, top: float) -> list[list[tuple[float, float]]]:
    kind = random.random()
    if kind < 0.25:
        return [[(x + wide * 0.46, top), (x + wide * 0.5, top - wide * 0.9), (x + wide * 0.54, top)]]
    if kind < 0.45:
        return [
            [
                (x + wide * 0.2, top + 1),
                (x + wide * 0.2, top - wide * 0.3),
                (x + wide * 0.8, top - wide * 0.3),
                (x + wide * 0.8, top + 1),
            ]
        ]
    if kind < 0.6:
        return [[(x, top + 1), (x + wide * 0.5, top - wide * 0.5), (x + wide, top + 1)]]
    return []


def street(scene: Scene) -> Iterator[Layer]:
    """A wide, wet street: it mirrors what stands behind it."""

    def draw(picture: Picture) -> Work:
        line = int((scene.horizon + 0.01) * picture.height)
        noise = Noise(scene.random("street"), 6, 60, 2)
        asphalt = np.asarray(
            mix(darker(scene.palette.haze, 0.55), scene.palette.sky[0], 0.3), dtype=np.float32
        )
        shine = 0.55 if scene.palette.dark or "rain" in scene.brief.weather else 0.16
        columns = np.arange(picture.width)
        for top, bottom, done in bands_of(picture, line):
            rows = np.arange(top, bottom)
            mirrored = np.clip(line - 1 - ((rows - line) * 1.6).astype(np.intp), 0, picture.height - 1)
            wobble = (noise.rows(picture.width, picture.height, top, bottom) - 0.5) * np.float32(
                0.05 * picture.unit
            )
            source = picture.pixels[
                mirrored[:, None], np.clip(columns[None, :] + wobble.astype(np.intp), 0, picture.width - 1)
            ]
            depth = ((rows - line) / max(1, picture.height - line)).astype(np.float32)[:, None, None]
            picture.pixels[top:bottom] = asphalt * (1.1 - 0.4 * depth) * (1 - shine) + source * (
                shine * (1 - 0.35 * depth)
            )
            yield done

    yield Layer(30, draw)
