"""Below the surface: shafts of light, rocks, sand, weeds and bubbles."""

from collections.abc import Iterator

import numpy as np

from adapters.engines.sketch.backdrop.sky import spot
from adapters.engines.sketch.backdrop.terrain import ground, rise, silhouette
from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture, gradient
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of


def underwater(scene: Scene) -> Iterator[Layer]:
    """Shafts of light, sand, weeds and bubbles."""
    yield Layer(70, lambda picture: _depths(picture, scene))
    yield Layer(40, lambda picture: _seabed(picture, scene))


def _depths(picture: Picture, scene: Scene) -> Work:
    random = scene.random("depths")
    blues = (((0.50, 0.88, 0.88), (0.10, 0.56, 0.70), (0.03, 0.26, 0.46), (0.02, 0.10, 0.26)),
             ((0.62, 0.92, 0.82), (0.14, 0.60, 0.62), (0.04, 0.32, 0.42), (0.02, 0.12, 0.22)))  # fmt: skip
    stops: tuple[Colour, ...] = blues[int(random.integers(2))]
    if scene.palette.dark:
        stops = tuple(darker(stop, 0.45) for stop in stops)
    rays = Noise(random, 16, 1, 3, 0.6)
    caustic = Noise(random, 9 * picture.width / picture.unit, 12, 3)
    source = scene.light_x
    columns = np.arange(picture.width, dtype=np.float32) / picture.width
    line = rays.rows(4096, 8, 0, 1)[0]
    for top, bottom, done in bands_of(picture):
        depth = np.linspace(top, bottom, bottom - top, dtype=np.float32)[:, None] / picture.height
        spread = 0.30 + depth * 0.9
        turned = (columns[None, :] - source) / spread + 0.5
        shaft = line[np.clip(turned * 2400 + 800, 0, 4095).astype(np.intp)]
        shaft = (
            np.clip((shaft - 0.45) * 4, 0, 1)
            * np.exp(-depth * 2.4)
            * np.exp(-(((columns[None, :] - source) / 0.55) ** 2))
        )
        band = gradient(stops, np.broadcast_to(depth, shaft.shape)) + (shaft * 0.45)[:, :, None] * np.asarray(
            (0.8, 1.0, 0.95), dtype=np.float32
        )
        web = 1 - np.abs(caustic.rows(picture.width, picture.height, top, bottom) - 0.5) * 14
        band += (np.clip(web, 0, 1) * np.exp(-depth * 9) * 0.28)[:, :, None]
        picture.pixels[top:bottom] = band
        yield done


def _seabed(picture: Picture, scene: Scene) -> Work:

    random = scene.random("seabed")
    blue: Colour = (0.05, 0.27, 0.40) if not scene.palette.dark else (0.03, 0.13, 0.24)
    tops = rise(scene, picture.width, "rocks", scene.horizon - 0.05, 0.16, 3)
    for done in ground(picture, tops, mix(blue, (0.08, 0.40, 0.52), 0.35), blue, 0.3):
        yield done * 0.3
    sand = mix((0.80, 0.74, 0.56), blue, 0.45)
    tops = rise(scene, picture.width, "sand", scene.horizon + 0.03, 0.025, 2)
    for done in ground(
        picture, tops, lighter(sand, 0.1), darker(sand, 0.25), 0.2, Noise(random, 9, 30, 4), 0.1
    ):
        yield 0.3 + done * 0.3
    corals: tuple[Colour, ...] = (
        (0.86, 0.36, 0.42),
        (0.90, 0.56, 0.32),
        (0.66, 0.36, 0.66),
        (0.20, 0.56, 0.44),
        (0.16, 0.46, 0.36),
    )
    plants = round(16 * picture.width / picture.unit)
    for number in range(plants):
        x, foot = random.random() * picture.width, picture.height * random.uniform(scene.horizon + 0.04, 0.98)
        near = (foot / picture.height - scene.horizon) / (1 - scene.horizon)
        high = picture.unit * random.uniform(0.07, 0.2) * (0.6 + 0.6 * near)
        tone = mix(corals[int(random.integers(len(corals)))], blue, 0.5 - 0.3 * near)
        blades = []
        for _ in range(6):
            lean, sway, thick = random.normal(0, 0.28), random.normal(0, 0.10), high * 0.035
            left, right = [], []
            for part in range(9):
                upward = part / 8
                middle = x + high * (lean * upward + sway * np.sin(upward * 6))
                left.append((middle - thick * (1.15 - upward), foot - high * upward * (1 - abs(lean) * 0.3)))
                right.append((middle + thick * (1.15 - upward), foot - high * upward * (1 - abs(lean) * 0.3)))
            blades.append([*left, *reversed(right)])
        for _ in silhouette(picture, foot - high * 1.1, foot, blades, lighter(tone, 0.2), darker(tone, 0.2)):
            pass
        yield 0.6 + 0.3 * number / plants
    for _ in range(40):
        x, y, radius = (
            random.random() * picture.width,
            random.random() * picture.height * 0.9,
            picture.unit * random.uniform(0.002, 0.009),
        )
        spot(picture, x, y, radius, (0.80, 0.97, 0.97), 0.30)
        spot(picture, x - radius * 0.3, y - radius * 0.3, radius * 0.35, (1, 1, 1), 0.5)
    yield 1.0
