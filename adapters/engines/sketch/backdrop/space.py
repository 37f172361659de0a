"""Space: nebulae, stars, a planet and the ground of a moon."""

from collections.abc import Iterator

import numpy as np

from adapters.engines.sketch.backdrop.sky import disc_mask, stars
from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise, smoothstep
from adapters.engines.sketch.picture import Picture, gradient
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of

NEBULAE: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((0.03, 0.02, 0.09), (0.42, 0.14, 0.52), (0.98, 0.55, 0.52)),
    ((0.01, 0.03, 0.09), (0.08, 0.34, 0.56), (0.52, 0.92, 0.86)),
    ((0.03, 0.02, 0.08), (0.20, 0.20, 0.62), (0.94, 0.62, 0.86)),
    ((0.02, 0.02, 0.06), (0.50, 0.20, 0.24), (1.00, 0.78, 0.46)),
)


def space(scene: Scene, *, standing: bool) -> Iterator[Layer]:
    """Nebulae, stars and a planet; with the ground of a moon if something has to stand."""
    yield Layer(80, lambda picture: _nebula(picture, scene))
    if "star" not in scene.brief.unwanted:
        yield Layer(10, lambda picture: stars(picture, scene, 420, 1.2))
    if "planet" not in scene.brief.unwanted and not any(
        figure.name == "planet" for figure in scene.brief.figures
    ):
        yield Layer(25, lambda picture: _planet(picture, scene))
    if standing:
        yield Layer(30, lambda picture: _moonscape(picture, scene))


def _nebula(picture: Picture, scene: Scene) -> Work:
    random = scene.random("nebula")
    dark, gas, core = NEBULAE[int(random.integers(len(NEBULAE)))]
    if scene.brief.tints:
        gas, core = scene.brief.tints[0], lighter(scene.brief.tints[0], 0.5)
    wide, high = picture.width / picture.unit, picture.height / picture.unit
    cloud, veil = Noise(random, 2.2 * wide, 2.2 * high, 6, 0.55), Noise(random, 3 * wide, 3 * high, 5, 0.55)
    slope = float(random.uniform(-0.7, 0.7))
    columns = np.linspace(-0.5, 0.5, picture.width, dtype=np.float32)[None, :] * slope
    for top, bottom, done in bands_of(picture):
        rows = np.linspace(top, bottom, bottom - top, dtype=np.float32)[:, None] / picture.height - 0.46
        belt = np.exp(-(((rows + columns) / 0.30) ** 2))
        density = cloud.rows(picture.width, picture.height, top, bottom)
        dust = veil.rows(picture.width, picture.height, top, bottom)
        glow = smoothstep(0.36, 0.82, density + (belt - 0.5) * 0.34) * (
            1 - 0.75 * smoothstep(0.50, 0.66, dust) * belt
        )
        picture.pixels[top:bottom] = gradient((dark, mix(dark, gas, 0.75), gas, core), glow)
        yield done


def _planet(picture: Picture, scene: Scene) -> Work:
    random = scene.random("planet")
    tints: tuple[Colour, ...] = (
        (0.90, 0.56, 0.34),
        (0.36, 0.60, 0.86),
        (0.80, 0.66, 0.50),
        (0.60, 0.44, 0.80),
        (0.36, 0.70, 0.62),
    )
    tone = tints[int(random.integers(len(tints)))]
    radius = picture.unit * float(random.uniform(0.12, 0.19))
    x = picture.width * float(random.choice([0.17, 0.83]) + random.uniform(-0.04, 0.04))
    y = picture.height * float(random.uniform(0.17, 0.30))
    yield from planet(
        picture, x, y, radius, tone, Noise(random, 2, 12, 4), ringed=bool(random.random() < 0.55)
    )


def planet(
    picture: Picture, x: float, y: float, radius: float, tone: Colour, belts: Noise, *, ringed: bool
) -> Work:
    """A lit globe at (x, y), in pixels, with bands of weather and perhaps a ring."""
    reach = int(radius * 2.3) + 3
    axis = np.arange(-reach, reach + 1, dtype=np.float32)
    rows, columns = axis[:, None] / np.float32(radius), axis[None, :] / np.float32(radius)
    far = np.sqrt(rows**2 + columns**2)
    yield 0.2
    picture.cover(
        int(y) - reach,
        int(x) - reach,
        np.exp(-np.clip(far - 1, 0, 9) * 7) * np.float32(0.35),
        lighter(tone, 0.3),
    )
    mask = np.clip((1 - far) * radius + 0.5, 0, 1)
    light = np.clip(0.62 - 0.55 * rows - 0.62 * columns - 0.30 * far**2, 0.05, 1.15)
    weather = belts.whole(len(axis), len(axis))
    yield 0.5
    paint = (
        gradient((darker(tone, 0.35), tone, lighter(tone, 0.45)), np.clip(weather * 2 - 0.5, 0, 1))
        * light[:, :, None]
    )
    picture.cover(int(y) - reach, int(x) - reach, mask, paint)
    yield 0.7
    if ringed:
        tilted_rows, tilted_columns = rows * 0.95 - columns * 0.32, columns * 0.95 + rows * 0.32
        orbit = np.sqrt((tilted_rows / 0.28) ** 2 + tilted_columns**2)
        ring = np.clip(np.minimum(orbit - 1.35, 2.1 - orbit) * radius * 0.3, 0, 1) * (
            0.45 + 0.4 * np.sin(orbit * 22)
        )
        ring = np.where((tilted_rows < 0) & (far < 1), 0, ring).astype(np.float32)
        picture.cover(int(y) - reach, int(x) - reach, ring * np.float32(0.8), lighter(tone, 0.5))
    yield 1.0


def _moonscape(picture: Picture, scene: Scene) -> Work:
    random = scene.random("moonscape")
    columns = np.linspace(-0.5, 0.5, picture.width, dtype=np.float32)[None, :]
    grain = Noise(random, 8 * picture.width / picture.unit, 20, 5, 0.6)
    stone = np.asarray((0.62, 0.60, 0.68), dtype=np.float32)
    edge = (scene.horizon - 0.02 + columns**2 * 0.16) * picture.height
    for top, bottom, done in bands_of(picture, float(edge.min()) - 2):
        rows = np.arange(top, bottom, dtype=np.float32)[:, None]
        mask = np.clip(rows - edge + 0.5, 0, 1)
        depth = np.clip((rows - edge) / (0.2 * picture.height), 0, 1)
        texture = grain.rows(picture.width, picture.height, top, bottom)
        picture.cover(top, 0, mask, stone * (1.12 - 0.55 * depth + (texture - 0.5) * 0.5)[:, :, None])
        yield done * 0.8
    for _ in range(9):
        x, y = random.random() * picture.width, picture.height * random.uniform(scene.horizon + 0.05, 1.0)
        size = picture.unit * random.uniform(0.015, 0.05)
        crater = disc_mask(size, 2.0)[::3] * np.float32(0.4)
        picture.cover(round(y - size * 0.03), round(x - size), crater, (0.86, 0.84, 0.90))
        picture.cover(round(y - size * 0.10), round(x - size), crater, (0.22, 0.20, 0.30))
    yield 1.0
