"""Everything above the horizon: air, stars, sun or moon, clouds, aurora, rainbow."""

from collections.abc import Iterator

import numpy as np

from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise, profile, smoothstep
from adapters.engines.sketch.picture import Picture, Pixels, gradient
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of


def layers(scene: Scene) -> Iterator[Layer]:
    """The sky of a scene, from the farthest to the nearest."""
    overcast = bool({"storm", "fog"} & scene.brief.weather)
    yield Layer(35, lambda picture: _air(picture, scene, overcast=overcast))
    unwanted = scene.brief.unwanted
    if scene.palette.dark and not overcast and "star" not in unwanted:
        yield Layer(6, lambda picture: stars(picture, scene, 260))
    if "aurora" in scene.brief.weather:
        yield Layer(40, lambda picture: _aurora(picture, scene))
    drawn = {figure.name for figure in scene.brief.figures}
    if not overcast and ("moon" if scene.moon else "sun") not in drawn | unwanted:
        yield Layer(8, lambda picture: _disc(picture, scene))
    if "cloud" not in unwanted and (overcast or scene.brief.style not in ("poster", "pixel")):
        yield Layer(60, lambda picture: _clouds(picture, scene))
    if "rainbow" in scene.brief.weather:
        yield Layer(30, lambda picture: _rainbow(picture, scene))


def _air(picture: Picture, scene: Scene, *, overcast: bool) -> Work:
    light = np.asarray(scene.palette.light, dtype=np.float32)
    centre_x, centre_y = scene.light_x * picture.width, scene.light_y * picture.height
    power = 0.12 if overcast else 0.30 if scene.palette.dark else 0.55
    columns = (np.arange(picture.width, dtype=np.float32) - centre_x) / picture.unit
    for top, bottom, done in bands_of(picture):
        rows = np.arange(top, bottom, dtype=np.float32)
        depth = np.clip(rows / (scene.horizon * picture.height), 0, 1) ** 1.15
        band = gradient(scene.palette.sky, depth)[:, None, :]
        far = (((rows - centre_y) / picture.unit) ** 2)[:, None] + columns[None, :] ** 2
        near = np.exp(-far * np.float32(9.0)) * np.float32(power * 0.7) + np.exp(
            -far * np.float32(60.0)
        ) * np.float32(power * 0.6)
        picture.pixels[top:bottom] = band + (light - band) * np.clip(near, 0, 0.85)[:, :, None]
        yield done


def stars(picture: Picture, scene: Scene, amount: int, down_to: float = 1.0) -> Work:
    """Scatter `amount` stars over the sky, most of them faint."""
    random = scene.random("stars")
    reach = scene.horizon * down_to
    for number in range(amount):
        x, y, size = random.random(), random.random() ** 1.3 * reach, random.random() ** 5
        radius = max(0.55, (0.0009 + 0.0026 * size) * picture.unit)
        shine = 0.35 + 0.65 * size + 0.2 * random.random()
        warm = random.random()
        spot(
            picture,
            x * picture.width,
            y * picture.height,
            radius,
            (0.8 + 0.2 * warm, 0.9, 1.1 - 0.25 * warm),
            shine,
        )
        if number % 64 == 0:
            yield number / amount
    yield 1.0


def spot(picture: Picture, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
    """A soft point of light at (x, y), in pixels."""
    reach = int(radius * 2.5) + 2
    top, left = int(y) - reach, int(x) - reach
    rows = np.arange(top, top + 2 * reach + 1, dtype=np.float32)[:, None] - np.float32(y)
    columns = np.arange(left, left + 2 * reach + 1, dtype=np.float32)[None, :] - np.float32(x)
    mask = np.exp(-(rows * rows + columns * columns) / np.float32(radius * radius)) * np.float32(
        min(1.0, strength)
    )
    picture.cover(top, left, mask, colour)


def disc_mask(radius: float, softness: float = 1.0) -> Pixels:
    """A filled circle as a mask, its edge `softness` pixels wide."""
    reach = int(radius + softness) + 2
    axis = np.arange(-reach, reach + 1, dtype=np.float32)
    far = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2)
    return np.asarray(np.clip((radius - far) / softness + 0.5, 0, 1), dtype=np.float32)


def _disc(picture: Picture, scene: Scene) -> Work:
    radius = picture.unit * (0.055 if scene.moon else 0.062)
    if not scene.moon and scene.brief.hour == "sunset":
        radius *= 1.5
    x, y = scene.light_x * picture.width, scene.light_y * picture.height
    mask = disc_mask(radius)
    top, left = round(y) - mask.shape[0] // 2, round(x) - mask.shape[1] // 2
    picture.cover(top, left, mask, lighter(scene.palette.light, 0.4))
    yield 0.5
    if scene.moon:
        random = scene.random("moon")
        for _ in range(7):
            size, turn, far = (
                radius * random.uniform(0.10, 0.26),
                random.uniform(0, 6.3),
                radius * random.uniform(0.1, 0.66),
            )
            crater = disc_mask(size, 1.5) * np.float32(0.16)
            picture.cover(
                round(y + far * np.sin(turn)) - crater.shape[0] // 2,
                round(x + far * np.cos(turn)) - crater.shape[0] // 2,
                crater,
                darker(scene.palette.light, 0.6),
            )
    yield 1.0


def _clouds(picture: Picture, scene: Scene) -> Work:
    random = scene.random("clouds")
    weather = scene.brief.weather
    heavy = (
        0.95
        if "storm" in weather
        else 0.6
        if {"rain", "cloudy", "snow"} & weather
        else float(random.uniform(0.05, 0.45))
    )
    if "aurora" in weather:
        heavy = 0.05
    noise = Noise(random, 2.6 * picture.width / picture.unit, 5.5 * picture.height / picture.unit, 5, 0.52)
    threshold = 0.60 - 0.22 * heavy
    bright = lighter(scene.palette.cloud, 0.0 if scene.palette.dark or "storm" in weather else 0.15)
    base = mix(scene.palette.cloud, scene.palette.sky[len(scene.palette.sky) // 2], 0.55)
    if "storm" in weather:
        base = darker(base, 0.35)
    lit, dim = np.asarray(bright, dtype=np.float32), np.asarray(base, dtype=np.float32)
    end = scene.horizon * picture.height
    for top, bottom, done in bands_of(picture, 0, end):
        here = noise.rows(picture.width, picture.height, top, bottom)
        above = noise.rows(picture.width, picture.height, top, bottom, -0.02)
        depth = np.linspace(top, bottom, bottom - top, dtype=np.float32)[:, None] / np.float32(end)
        cover = (
            smoothstep(threshold, threshold + 0.2, here) * (1.0 - depth**3) * np.float32(0.55 + 0.35 * heavy)
        )
        shine = np.clip(0.55 + (here - above) * np.float32(5.0), 0, 1)[:, :, None]
        picture.cover(top, 0, cover, dim + (lit - dim) * shine)
        yield done


def _aurora(picture: Picture, scene: Scene) -> Work:
    random = scene.random("aurora")
    end = scene.horizon * picture.height
    curtains = []
    for tint in ((0.25, 0.95, 0.62), (0.30, 0.78, 0.90), (0.62, 0.36, 0.90)):
        path = 0.32 + 0.5 * profile(random, picture.width, 3, 2) * random.uniform(0.5, 1.0)
        rays = 0.35 + 0.65 * profile(random, picture.width, 40, 2) * profile(random, picture.width, 4, 2) * 2
        curtains.append((path.astype(np.float32), rays.astype(np.float32), tint))
    for top, bottom, done in bands_of(picture, 0, end):
        y = np.arange(top, bottom, dtype=np.float32)[:, None] / np.float32(end)
        for path, rays, tint in curtains:
            below = path[None, :] - y
            light = np.where(below > 0, np.exp(-below * 4.5), np.exp(below * 40.0)) * rays[None, :]
            picture.pixels[top:bottom] += (
                light[:, :, None] * np.asarray(tint, dtype=np.float32) * np.float32(0.5)
            )
        yield done


def _rainbow(picture: Picture, scene: Scene) -> Work:
    centre_x, centre_y = picture.width * (1.0 - scene.light_x), scene.horizon * picture.height * 1.05
    inner, thick = picture.unit * 0.46, picture.unit * 0.07
    bow = (
        (0.55, 0.35, 0.85),
        (0.25, 0.5, 0.95),
        (0.3, 0.8, 0.5),
        (0.98, 0.9, 0.35),
        (0.98, 0.6, 0.25),
        (0.92, 0.28, 0.3),
    )
    columns = np.arange(picture.width, dtype=np.float32)[None, :] - np.float32(centre_x)
    for top, bottom, done in bands_of(picture, 0, scene.horizon * picture.height):
        rows = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(centre_y)
        across = (np.sqrt(rows * rows + columns * columns) - np.float32(inner)) / np.float32(thick)
        mask = np.clip(np.minimum(across, 1 - across) * 6, 0, 1) * np.float32(0.5)
        picture.cover(top, 0, mask, gradient(bow, across))
        yield done
