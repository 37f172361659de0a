"""The places a scene can have under its sky, each from the horizon to the viewer."""

from collections.abc import Callable, Iterator

import numpy as np

from adapters.engines.sketch.backdrop.peaks import peaks
from adapters.engines.sketch.backdrop.room import room
from adapters.engines.sketch.backdrop.terrain import ground, rise, share
from adapters.engines.sketch.backdrop.town import blocks, street
from adapters.engines.sketch.backdrop.water import water
from adapters.engines.sketch.backdrop.woods import flowers, trees, tufts
from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of


def layers(scene: Scene) -> Iterator[Layer]:
    """The land of a scene from the horizon to the viewer, without what stands on it."""
    for layer in _PLACES[scene.place](scene):
        if layer.shows not in scene.brief.unwanted:
            yield layer


def _tone(scene: Scene, nearness: float) -> Colour:
    return mix(scene.palette.haze, scene.palette.land, nearness)


def _ridges(
    scene: Scene, count: int, top: float, height: float, name: str = "ridge", rough: float = 0.45
) -> Iterator[Layer]:
    for number in range(count):
        near = (number + 0.35) / count
        base = top + (scene.horizon - top) * (number + 0.6) / count

        def draw(picture: Picture, number: int = number, near: float = near, base: float = base) -> Work:
            tops = rise(
                scene,
                picture.width,
                f"{name}{number}",
                base,
                height * (1.15 - near * 0.5),
                2.2 + number,
                rough,
            )
            tone = _tone(scene, near * 0.8)
            return ground(picture, tops, tone, mix(tone, scene.palette.haze, 0.45), 0.22)

        yield Layer(26, draw)


def _floor(scene: Scene, unevenness: float = 0.012, bumpy: float = 0.10) -> Iterator[Layer]:
    def draw(picture: Picture) -> Work:
        tops = rise(scene, picture.width, "floor", scene.horizon, unevenness, 2.0)
        if scene.brief.hill:
            across = np.linspace(0, 1, picture.width, dtype=np.float32)
            tops = tops - np.float32(0.13) * np.exp(-(((across - 0.5) / 0.26) ** 2))
        grain = Noise(
            scene.random("grain"),
            5 * picture.width / picture.unit,
            14 * picture.height / picture.unit,
            4,
            0.6,
        )
        land = scene.palette.land
        lit = mix(lighter(land, 0.12), scene.palette.light, 0.16)
        deep = darker(land, 0.10 if scene.snowy else 0.36)
        return ground(picture, tops, lit, deep, 1.02 - scene.horizon, grain, bumpy)

    yield Layer(34, draw)


def _mist(scene: Scene, at: float, depth: float, strength: float) -> Layer:
    def draw(picture: Picture) -> Work:
        noise = Noise(scene.random(f"mist{at:.3f}"), 2, 8, 4)
        tone = mix(scene.palette.haze, scene.palette.sky[-1], 0.7)
        for top, bottom, done in bands_of(
            picture, (at - depth) * picture.height, (at + depth) * picture.height
        ):
            rows = np.arange(top, bottom, dtype=np.float32)[:, None] / picture.height
            mask = np.exp(-(((rows - at) / (depth * 0.5)) ** 2)) * (
                0.4 + noise.rows(picture.width, picture.height, top, bottom)
            )
            picture.cover(top, 0, np.clip(mask * np.float32(strength), 0, 1), tone)
            yield done

    return Layer(16, draw)


def _grass(scene: Scene, amount: int = 150) -> Iterator[Layer]:
    if not scene.snowy:
        yield tufts(scene, darker(scene.palette.land, 0.1), amount)


def _meadow(scene: Scene) -> Iterator[Layer]:
    yield from _ridges(scene, 2, scene.horizon - 0.16, 0.07)
    yield trees(scene, "far-trees", scene.horizon + 0.005, 0.09, 0.55, 30)
    yield from _floor(scene)
    yield from _grass(scene)
    if not scene.snowy and scene.brief.season != "autumn":
        yield flowers(scene, 120)


def _hills(scene: Scene) -> Iterator[Layer]:
    yield from _ridges(scene, 4, scene.horizon - 0.24, 0.09)
    yield trees(scene, "far-trees", scene.horizon, 0.07, 0.7, 14)
    yield from _floor(scene, 0.03)
    yield from _grass(scene, 90)


def _forest(scene: Scene) -> Iterator[Layer]:
    yield from _ridges(scene, 1, scene.horizon - 0.22, 0.08)
    yield trees(scene, "trees0", scene.horizon - 0.03, 0.26, 0.32, 30)
    yield _mist(scene, scene.horizon - 0.05, 0.10, 0.5)
    yield trees(scene, "trees1", scene.horizon - 0.01, 0.36, 0.58, 20)
    yield _mist(scene, scene.horizon, 0.08, 0.35)
    yield trees(scene, "trees2", scene.horizon + 0.015, 0.56, 0.90, 13, gap=True)
    yield from _floor(scene, 0.015)
    yield from _grass(scene, 110)


def _mountains(scene: Scene) -> Iterator[Layer]:
    yield peaks(scene)
    yield _mist(scene, scene.horizon - 0.05, 0.10, 0.5)
    yield trees(scene, "trees1", scene.horizon + 0.005, 0.13, 0.72, 34)
    yield from _floor(scene, 0.02)
    yield from _grass(scene, 90)


def _desert(scene: Scene) -> Iterator[Layer]:
    yield from _ridges(scene, 2, scene.horizon - 0.14, 0.07, rough=0.35)
    for number in range(3):
        near = (number + 1) / 3

        def draw(picture: Picture, number: int = number, near: float = near) -> Work:
            base = scene.horizon + (number - 0.4) * 0.10
            tops = rise(scene, picture.width, f"dune{number}", base, 0.055, 1.6 + number, 0.22)
            tone = _tone(scene, 0.4 + 0.6 * near)
            grain = Noise(scene.random(f"ripples{number}"), 3, 40, 2)
            return ground(
                picture, tops, mix(tone, scene.palette.light, 0.25), darker(tone, 0.26), 0.30, grain, 0.05
            )

        yield Layer(26, draw)


def _city(scene: Scene) -> Iterator[Layer]:
    for number, (height, near) in enumerate(((0.52, 0.30), (0.42, 0.60), (0.28, 0.92))):
        yield blocks(scene, number, height, near)
    yield from street(scene)


def _sea(scene: Scene) -> Iterator[Layer]:
    yield Layer(60, lambda picture: water(picture, scene))


def _beach(scene: Scene) -> Iterator[Layer]:
    yield from _ridges(scene, 1, scene.horizon - 0.05, 0.05)
    yield Layer(50, lambda picture: water(picture, scene))

    def sand(picture: Picture) -> Work:
        tops = rise(scene, picture.width, "beach", 0.80, 0.03, 1.4, 0.3)
        tone = mix((0.93, 0.82, 0.60), scene.palette.haze, 0.12)
        if scene.palette.dark:
            tone = mix(tone, scene.palette.sky[0], 0.65)
        foam = mix((0.97, 0.98, 0.97), scene.palette.haze, 0.25 if not scene.palette.dark else 0.6)
        for part, (shift, colour) in enumerate(((-0.018, foam), (0.0, darker(tone, 0.16)), (0.03, tone))):
            grain = Noise(scene.random(f"sand{part}"), 9, 30, 4, 0.7)
            yield from share(
                ground(
                    picture,
                    tops + np.float32(shift),
                    colour,
                    colour if part == 0 else darker(tone, 0.12),
                    0.25,
                    grain,
                    0.07,
                ),
                part,
                3,
            )

    yield Layer(50, sand)


def _lake(scene: Scene) -> Iterator[Layer]:
    yield peaks(scene)
    yield _mist(scene, scene.horizon - 0.04, 0.08, 0.5)
    yield trees(scene, "shore", scene.horizon + 0.0, 0.12, 0.75, 36)
    yield Layer(60, lambda picture: water(picture, scene, mirror=0.72))

    def bank(picture: Picture) -> Work:
        tops = rise(scene, picture.width, "bank", 0.885, 0.02, 1.6)
        land = scene.palette.land
        return ground(picture, tops, lighter(land, 0.05), darker(land, 0.3), 0.14)

    yield Layer(16, bank)


_PLACES: dict[str, Callable[[Scene], Iterator[Layer]]] = {
    "meadow": _meadow, "hills": _hills, "forest": _forest, "mountains": _mountains, "desert": _desert,
    "city": _city, "room": room, "sea": _sea, "beach": _beach, "lake": _lake,
}  # fmt: skip
