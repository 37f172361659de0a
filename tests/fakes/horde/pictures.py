"""Small real pictures that depend on their seed."""

from __future__ import annotations

import base64
import binascii
import io
import random

from PIL import Image, ImageDraw


def drawn(size: tuple[int, int], seed: int, key: str = "") -> bytes:
    """Return a WebP file with a few boxes."""
    chance = random.Random(f"{seed}:{key}")
    image = Image.new("RGB", size, _colour(chance))
    pen = ImageDraw.Draw(image)
    for _ in range(4):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        pen.rectangle((left, top, left + size[0] // 3, top + size[1] // 3), fill=_colour(chance))
    return webp(image)


def webp(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", lossless=True, method=0)
    return file.getvalue()


def opened(text: object) -> Image.Image | None:
    """Return the picture in base 64, or None where it is none."""
    try:
        image = Image.open(io.BytesIO(base64.b64decode(str(text), validate=True)))
        image.load()
    except (binascii.Error, ValueError, OSError):
        return None
    return image


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)
