"""Treatments of light and tone: noir, neon and vaporwave."""

import numpy as np
from PIL import ImageFilter

from adapters.engines.sketch.colours import Colour
from adapters.engines.sketch.noise import Noise, smoothstep
from adapters.engines.sketch.picture import Picture, gradient
from adapters.engines.sketch.scene import Work, bands_of, stream
from adapters.engines.sketch.treatments.surface import GREY, blurred, grain, strip


def noir(picture: Picture, key: bytes) -> Work:
    for top, bottom, done in bands_of(picture):
        grey = smoothstep(0.04, 0.88, picture.pixels[top:bottom] @ GREY)
        picture.pixels[top:bottom] = (grey * np.float32(0.94) + np.float32(0.02))[:, :, None]
        yield done * 0.6
    for done in grain(picture, key, 0.035, 0.42):
        yield 0.6 + done * 0.4


def neon(picture: Picture, key: bytes) -> Work:
    image = picture.image()
    grey = image.convert("L")
    thin = grey.filter(ImageFilter.GaussianBlur(max(0.5, picture.unit * 0.0012)))
    thick = grey.filter(ImageFilter.GaussianBlur(max(1.0, picture.unit * 0.0042)))
    yield 0.2
    random = stream(key, "neon")
    hue = Noise(random, 2.4 * picture.width / picture.unit, 2.4 * picture.height / picture.unit, 2)
    tubes: tuple[Colour, ...] = (
        (0.10, 0.95, 1.0),
        (0.45, 0.45, 1.0),
        (1.0, 0.18, 0.78),
        (1.0, 0.42, 0.55),
        (0.15, 1.0, 0.85),
    )
    for top, bottom, done in bands_of(picture):
        near = np.asarray(thin.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
        far = np.asarray(thick.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
        edge = np.clip(np.abs(near - far) * 9 - 0.16, 0, 1)
        tint = gradient(
            tubes, np.clip(hue.rows(picture.width, picture.height, top, bottom) * 1.8 - 0.4, 0, 1)
        )
        band = picture.pixels[top:bottom]
        level = (band @ GREY)[:, :, None]
        deep = np.clip(level + (band - level) * 1.5, 0, 1) ** 1.18 * np.asarray(
            (0.92, 0.62, 1.05), dtype=np.float32
        )
        picture.pixels[top:bottom] = deep * 0.94 + tint * edge[:, :, None] * 0.85
        yield 0.2 + done * 0.4
    bloom = blurred(picture, 0.022)
    tight = blurred(picture, 0.006)
    yield 0.7
    for top, bottom, done in bands_of(picture):
        halo = strip(picture, bloom, top, bottom)
        close = strip(picture, tight, top, bottom)
        picture.pixels[top:bottom] += np.clip(halo - 0.10, 0, 1) * 0.62 + np.clip(close - 0.28, 0, 1) * 0.42
        yield 0.7 + done * 0.3


def vaporwave(picture: Picture, key: bytes) -> Work:  # noqa: ARG001 - all treatments are called alike
    ramp: tuple[Colour, ...] = (
        (0.07, 0.03, 0.22),
        (0.30, 0.08, 0.48),
        (0.86, 0.20, 0.62),
        (1.0, 0.52, 0.58),
        (0.60, 0.86, 0.96),
        (0.94, 0.98, 1.0),
    )
    for top, bottom, done in bands_of(picture):
        band = picture.pixels[top:bottom]
        toned = gradient(ramp, np.clip((band @ GREY) * 1.12 - 0.04, 0, 1))
        rows = np.arange(top, bottom)
        lines = 1 - 0.10 * ((rows // max(1, picture.unit // 256)) % 2).astype(np.float32)
        picture.pixels[top:bottom] = (band * 0.22 + toned * 0.80) * lines[:, None, None]
        yield done * 0.6
    bloom = blurred(picture, 0.02)
    yield 0.7
    for top, bottom, done in bands_of(picture):
        picture.pixels[top:bottom] += np.clip(strip(picture, bloom, top, bottom) - 0.45, 0, 1) * 0.4
        yield 0.7 + 0.3 * done
