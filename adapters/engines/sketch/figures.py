"""Draws the placed subjects, with their shadows and reflections."""

from collections.abc import Iterator

import numpy as np

from adapters.engines.sketch.arrangement import Placed
from adapters.engines.sketch.backdrop import terrain
from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of
from adapters.engines.sketch.subjects import Look, Stand

_SEASONAL: dict[str, Colour] = {"autumn": (0.86, 0.44, 0.14), "spring": (0.96, 0.68, 0.78)}


def figure(scene: Scene, item: Placed) -> Iterator[Layer]:
    if item.subject.name in _HAS_A_PATH and scene.place in ("hills", "meadow", "mountains", "forest"):
        yield Layer(6, lambda picture: _path(picture, scene, item))
    area = item.size * item.size * item.subject.aspect

    def draw(picture: Picture) -> Work:
        subject, figure = item.subject, item.figure
        high = item.size * picture.unit
        wide = high * subject.aspect
        random = scene.random(f"{subject.name}{item.number}")
        pen = Pen(wide, high, mirrored=bool(random.random() < 0.5) and subject.name != "clock")
        colour = subject.colour
        if figure.colour is not None and figure.colour_name not in subject.natural:
            colour = figure.colour
        elif subject.stands is Stand.GROUND and subject.name == "tree":
            colour = _SEASONAL.get(scene.brief.season, colour)
        if item.number:
            # No two of a kind are quite alike.
            shade = float(random.uniform(0.0, 0.22))
            colour = lighter(colour, shade) if random.random() < 0.5 else darker(colour, shade)
        subject.draw(pen, Look(colour, random, figure.costume, scene.palette.dark))
        left, top = round(item.x * picture.width - wide / 2), round(item.base * picture.height - high)
        for done in pen.draw():
            yield done * 0.75
        glows = subject.stands is Stand.SKY and subject.name in ("moon", "sun", "star", "ufo")
        ambient = (1.0, 1.0, 1.0) if glows or scene.place in ("room", "space") else scene.palette.ambient
        pen.light_up(
            _underwater(ambient) if scene.place == "underwater" else ambient,
            scene.palette.light,
            from_left=scene.light_from_left,
            strength=0.0 if glows else 0.38,
        )
        yield 0.85
        down, across = pen.corner
        if item.swims:
            _reflect(picture, pen, top + down, left + across, round(item.base * picture.height))
        elif subject.stands not in (Stand.SKY, Stand.UNDER, Stand.FRONT) or scene.place == "room":
            _shadow(picture, scene, item, wide, high)
        yield 0.92
        patch = pen.patch
        if item.swims:
            # The hull is under water below this line.
            line = (
                round(item.base * picture.height - high * (0.05 if subject.stands is Stand.WATER else 0.30))
                - top
                - down
            )
            patch = patch[: max(line, 1)]
        picture.lay(top + down, left + across, patch)
        yield 1.0

    yield Layer(40 + 260 * area, draw)


_HAS_A_PATH = frozenset({"house", "castle", "windmill"})


def _path(picture: Picture, scene: Scene, item: Placed) -> Work:
    """A path that winds from the door to the viewer."""
    random = scene.random("path")
    bend = float(random.choice([-1, 1]) * random.uniform(0.07, 0.13))
    sand = mix(mix(scene.palette.land, (0.86, 0.74, 0.56), 0.55), scene.palette.haze, 0.12)
    tone = np.asarray(sand if not scene.palette.dark else darker(sand, 0.45), dtype=np.float32)
    start, end = item.base * picture.height - 2, float(picture.height)
    across = np.arange(picture.width, dtype=np.float32)[None, :]
    for top, bottom, done in bands_of(picture, start):
        near = (np.arange(top, bottom, dtype=np.float32)[:, None] - start) / max(1.0, end - start)
        middle = item.x * picture.width + bend * picture.unit * np.sin(near * 4.2) * (0.3 + near)
        half = picture.unit * (0.016 + 0.11 * np.maximum(near, 0) ** 1.4)
        mask = np.clip((half - np.abs(across - middle)) / (1 + picture.unit * 0.004), 0, 1) * 0.85
        picture.cover(top, 0, mask, tone * (1.06 - 0.22 * near)[:, :, None])
        yield done


def _underwater(ambient: Colour) -> Colour:
    return (ambient[0] * 0.78, ambient[1] * 0.95, min(1.0, ambient[2] * 1.02))


def _shadow(picture: Picture, scene: Scene, item: Placed, wide: float, high: float) -> None:
    away = (1 if scene.light_from_left else -1) * wide * 0.10
    reach_x, reach_y = wide * 0.62, max(2.0, min(high * 0.085, wide * 0.12))
    columns = np.arange(-round(reach_x * 1.3), round(reach_x * 1.3) + 1, dtype=np.float32)[
        None, :
    ] / np.float32(reach_x)
    rows = np.arange(-round(reach_y * 1.6), round(reach_y * 1.6) + 1, dtype=np.float32)[:, None] / np.float32(
        reach_y
    )
    strength = 0.34 if scene.palette.dark or {"fog", "storm"} & scene.brief.weather else 0.5
    mask = np.exp(-((columns * columns * 1.6) ** 2) - rows * rows * 1.9) * np.float32(strength)
    top = round(item.base * picture.height - reach_y * 0.25) - mask.shape[0] // 2
    left = round(item.x * picture.width + away) - mask.shape[1] // 2
    picture.cover(top, left, mask, darker(mix(scene.palette.land, scene.palette.sky[0], 0.5), 0.55))


def _reflect(picture: Picture, pen: Pen, top: int, left: int, line: int) -> None:
    above = pen.patch[: max(1, line - top)]
    mirrored = above[::-1][::2] * np.linspace(0.42, 0.0, len(above[::2]), dtype=np.float32)[:, None, None]
    rows = np.arange(len(mirrored), dtype=np.float32)
    sway = np.round(
        np.sin(rows * np.float32(40 / max(1.0, pen.height))) * np.float32(pen.height * 0.012)
    ).astype(np.intp)
    for row in range(len(mirrored)):
        mirrored[row] = np.roll(mirrored[row], int(sway[row]), axis=0)
    picture.lay(line - round(pen.height * 0.05), left, mirrored)


def headland(scene: Scene, items: list[Placed]) -> Layer:
    """Rock in the sea for what cannot swim."""

    def draw(picture: Picture) -> Work:
        across = np.linspace(0, 1, picture.width, dtype=np.float32)
        rough = terrain.rise(scene, picture.width, "headland", 0.0, 0.022, 9)
        tops = np.full(picture.width, 1.02, dtype=np.float32)
        for item in items:
            reach = 0.5 * item.size * item.subject.aspect * picture.unit / picture.width + 0.05
            bump = np.clip(1.35 - np.abs(across - item.x) / reach * 0.75, 0, 1)
            tops = np.minimum(tops, 1.04 - (1.055 - item.base) * (bump * bump * (3 - 2 * bump)))
        stone = mix(darker(scene.palette.haze, 0.55), (0.34, 0.30, 0.28), 0.5)
        if "snow" in scene.brief.weather:
            stone = mix(stone, (0.93, 0.95, 0.98), 0.7)
        grain = Noise(scene.random("rock"), 10 * picture.width / picture.unit, 16, 4, 0.65)
        return terrain.ground(
            picture,
            tops + rough,
            mix(stone, scene.palette.light, 0.22),
            darker(stone, 0.45),
            0.16,
            grain,
            0.35,
        )

    return Layer(14, draw)
