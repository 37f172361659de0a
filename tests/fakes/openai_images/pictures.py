"""Small true pictures, which tell by their colour what they were made of."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

Size = tuple[int, int]


def colour_of(*parts: object) -> tuple[int, int, int]:
    """Return a colour that is another for other parts."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return digest[0], digest[1], digest[2]


def painted(size: Size, *parts: object, kind: str = "PNG") -> bytes:
    return encoded(Image.new("RGB", size, colour_of(*parts)), kind)


def redrawn(source: bytes, size: Size, where: Image.Image | None, *parts: object, kind: str = "PNG") -> bytes:
    """Paint over a picture where `where` is white; everywhere, for None."""
    with Image.open(io.BytesIO(source)) as image:
        kept = image.convert("RGB").resize(size)
    fresh = Image.new("RGB", size, colour_of(*parts))
    if where is not None:
        fresh = Image.composite(fresh, kept, where.resize(size))
    return encoded(fresh, kind)


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **({"compress_level": 1} if kind == "PNG" else {}))
    return file.getvalue()
