"""What several treatments need: softened copies, unsteady outlines, grain."""

import numpy as np
from PIL import Image, ImageFilter

from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture, Pixels
from adapters.engines.sketch.scene import Work, bands_of, stream

GREY = np.asarray((0.299, 0.587, 0.114), dtype=np.float32)


def grain(picture: Picture, key: bytes, amount: float = 0.018, rim: float = 0.20) -> Work:
    random = stream(key, "grain")
    across = np.linspace(-1, 1, picture.width, dtype=np.float32)[None, :] ** 2
    for top, bottom, done in bands_of(picture):
        down = (np.arange(top, bottom, dtype=np.float32)[:, None] / max(1, picture.height - 1) * 2 - 1) ** 2
        shade = 1 - np.clip((across + down) - 0.75, 0, 2) * np.float32(rim)
        speck = random.random((bottom - top, picture.width), dtype=np.float32) - np.float32(0.5)
        band = picture.pixels[top:bottom]
        band *= shade[:, :, None]
        band += (speck * np.float32(amount * 2))[:, :, None]
        yield done


def warp(picture: Picture, key: bytes, reach: float, features: float) -> Work:
    """Let outlines wander as an unsteady hand does, by up to `reach` of the shorter side."""
    random = stream(key, "warp")
    wide, high = picture.width / picture.unit, picture.height / picture.unit
    sideways = Noise(random, features * wide, features * high, 3)
    updown = Noise(random, features * wide, features * high, 3)
    source = picture.pixels.copy()
    columns = np.arange(picture.width, dtype=np.intp)[None, :]
    scale = np.float32(2 * reach * picture.unit)
    yield 0.1
    for top, bottom, done in bands_of(picture):
        rows = np.arange(top, bottom, dtype=np.intp)[:, None]
        x = columns + ((sideways.rows(picture.width, picture.height, top, bottom) - 0.5) * scale).astype(
            np.intp
        )
        y = rows + ((updown.rows(picture.width, picture.height, top, bottom) - 0.5) * scale).astype(np.intp)
        np.clip(x, 0, picture.width - 1, out=x)
        np.clip(y, 0, picture.height - 1, out=y)
        picture.pixels[top:bottom] = source[y, x]
        yield 0.1 + done * 0.9


def blurred(picture: Picture, reach: float) -> Image.Image:
    """A small blurred copy, `reach` in shares of the shorter side: enlarge it in bands."""
    shrink = max(1, picture.unit // 256)
    small = picture.image().reduce(shrink) if shrink > 1 else picture.image()
    return small.filter(ImageFilter.GaussianBlur(max(0.6, reach * picture.unit / shrink)))


def strip(picture: Picture, image: Image.Image, top: int, bottom: int) -> Pixels:
    """Rows of `image`, enlarged to the picture's size, 0 to 1."""
    step = image.height / picture.height
    strip = image.resize(
        (picture.width, bottom - top),
        Image.Resampling.BILINEAR,
        box=(0, top * step, image.width, bottom * step),
    )
    return np.asarray(strip, dtype=np.float32) * np.float32(1 / 255)
