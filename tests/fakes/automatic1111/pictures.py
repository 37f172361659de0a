"""Small pictures that depend on the seed."""

from __future__ import annotations

import base64
import io
import random

from PIL import Image, PngImagePlugin


def drawn(seed: int, size: tuple[int, int]) -> Image.Image:
    """Sixteen patches of chance."""
    patches = Image.frombytes("RGB", (4, 4), random.Random(seed).randbytes(48))
    return patches.resize(size, Image.Resampling.NEAREST)


def repainted(source: Image.Image, mask: Image.Image | None, seed: int, size: tuple[int, int]) -> Image.Image:
    """White of the mask is made anew; without one, everything is, and shows a little of the source."""
    kept, anew = source.convert("RGB").resize(size), drawn(seed, size)
    if mask is None:
        return Image.blend(anew, kept, 0.25)
    return Image.composite(anew, kept, mask.convert("L").resize(size))


def as_base64(image: Image.Image) -> str:
    """With the parameters in a text chunk, as the servers do."""
    file, text = io.BytesIO(), PngImagePlugin.PngInfo()
    text.add_text("parameters", "a red fox\nSteps: 4, Model: /srv/secret")
    image.save(file, "PNG", pnginfo=text, compress_level=1)
    return base64.b64encode(file.getvalue()).decode()


def opened(text: object) -> Image.Image | None:
    """The picture in base 64; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        image = Image.open(io.BytesIO(base64.b64decode(text)))
        image.load()
    except (OSError, ValueError):
        return None
    return image
