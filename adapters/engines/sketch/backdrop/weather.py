"""What falls, drifts or flashes between the viewer and the scene."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from adapters.engines.sketch.backdrop.sky import spot
from adapters.engines.sketch.colours import lighter, mix
from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of


def behind(scene: Scene) -> Iterator[Layer]:
    """Weather that belongs to the sky."""
    if "storm" in scene.brief.weather and scene.place not in ("space", "underwater", "room"):
        yield Layer(12, lambda picture: _lightning(picture, scene))


def before(scene: Scene) -> Iterator[Layer]:
    """Weather in front of everything."""
    if scene.place in ("space", "underwater", "room"):
        return
    if {"storm", "rain"} & scene.brief.weather:
        yield Layer(30, lambda picture: _rain(picture, scene))
    if "snow" in scene.brief.weather:
        yield Layer(20, lambda picture: _snow(picture, scene))
    if "fog" in scene.brief.weather:
        yield Layer(40, lambda picture: _fog(picture, scene))


def _lightning(picture: Picture, scene: Scene) -> Work:
    random = scene.random("lightning")
    x, y = picture.width * (1 - scene.light_x + random.uniform(-0.06, 0.06)), 0.0
    end = scene.horizon * picture.height
    paths, path = [], [(x, y)]
    while y < end:
        y += picture.unit * random.uniform(0.02, 0.055)
        x += picture.unit * random.normal(0, 0.028)
        path.append((x, min(y, end)))
        if random.random() < 0.22:
            fork, fork_x, fork_y = [(x, y)], x, y
            side = random.choice([-1, 1])
            for _ in range(int(random.integers(3, 7))):
                fork_x += picture.unit * random.uniform(0.004, 0.045) * side
                fork_y += picture.unit * random.uniform(0.01, 0.04)
                fork.append((fork_x, min(fork_y, end)))
            paths.append((fork, 0.5))
    paths.append((path, 1.0))
    sheet = Image.new("L", (picture.width, int(end) + 1))
    draw = ImageDraw.Draw(sheet)
    for spots, strength in paths:
        draw.line(
            spots,
            fill=int(255 * strength),
            width=max(1, round(picture.unit * 0.005 * strength)),
            joint="curve",
        )
    yield 0.3
    # Blurred small and enlarged: a wide halo for the price of a narrow one.
    small = sheet.resize((max(1, sheet.width // 4), max(1, sheet.height // 4)), Image.Resampling.BOX)
    halo = np.zeros((small.height, small.width), dtype=np.float32)
    for reach, share in ((0.002, 0.9), (0.006, 1.0), (0.018, 1.8)):
        halo += np.asarray(
            small.filter(ImageFilter.GaussianBlur(picture.unit * reach)), dtype=np.float32
        ) * np.float32(share)
    yield 0.6
    soft = Image.fromarray(halo).resize(sheet.size, Image.Resampling.BICUBIC)
    for top, bottom, done in bands_of(picture, 0, end):
        flash = np.asarray(soft.crop((0, top, sheet.width, bottom)), dtype=np.float32)[
            :, :, None
        ] / np.float32(255)
        core = np.asarray(sheet.crop((0, top, sheet.width, bottom)), dtype=np.float32) / np.float32(255)
        picture.pixels[top:bottom] += np.clip(flash, 0, 0.6) * np.asarray(
            (0.62, 0.66, 0.95), dtype=np.float32
        )
        picture.cover(top, 0, core, (1.0, 0.99, 1.0))
        yield 0.6 + 0.4 * done


def _rain(picture: Picture, scene: Scene) -> Work:
    random = scene.random("rain")
    amount = round(
        (520 if "storm" in scene.brief.weather else 300) * picture.width * picture.height / picture.unit**2
    )
    slant = float(random.uniform(0.10, 0.35)) * (1 if random.random() < 0.5 else -1)
    tone = lighter(scene.palette.haze, 0.55)
    sheet = Image.new("L", (picture.width, picture.height))
    draw = ImageDraw.Draw(sheet)
    for number in range(amount):
        x, y = random.uniform(-0.2, 1.2) * picture.width, random.uniform(-0.1, 1.0) * picture.height
        near = random.random() ** 2
        long = picture.unit * (0.02 + 0.06 * near)
        draw.line(
            [(x, y), (x - long * slant, y + long)],
            fill=int(50 + 90 * near),
            width=max(1, round(picture.unit * (0.0009 + 0.0018 * near))),
        )
        if number % 50 == 0:
            yield 0.5 * number / amount
    for top, bottom, done in bands_of(picture):
        mask = np.asarray(sheet.crop((0, top, picture.width, bottom)), dtype=np.float32) * np.float32(1 / 255)
        picture.cover(top, 0, mask, tone)
        yield 0.5 + 0.5 * done


def _snow(picture: Picture, scene: Scene) -> Work:
    random = scene.random("snow")
    amount = round(260 * picture.width * picture.height / picture.unit**2)
    for number in range(amount):
        near = random.random() ** 4
        radius = max(0.7, picture.unit * (0.0018 + 0.0065 * near))
        spot(
            picture,
            random.random() * picture.width,
            random.random() * picture.height,
            radius,
            (0.99, 0.99, 1.0),
            0.85 - 0.4 * near,
        )
        if number % 50 == 0:
            yield number / amount
    yield 1.0


def _fog(picture: Picture, scene: Scene) -> Work:
    noise = Noise(scene.random("fog"), 2.2 * picture.width / picture.unit, 6, 4)
    tone = mix(scene.palette.haze, scene.palette.sky[-1], 0.7)
    for top, bottom, done in bands_of(picture):
        rows = np.linspace(top, bottom, bottom - top, dtype=np.float32)[:, None] / picture.height
        belt = 0.10 + 0.62 * np.exp(-(((rows - scene.horizon) / 0.22) ** 2))
        drift = np.clip(noise.rows(picture.width, picture.height, top, bottom) * 2.4 - 0.6, 0, 1.2)
        picture.cover(top, 0, np.clip(belt * drift, 0, 0.85), tone)
        yield done
