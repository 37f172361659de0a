"""The mask as the Images API wants it: see-through where the picture is made anew."""

from __future__ import annotations

import asyncio
import io

from PIL import Image, ImageChops


async def see_through(mask: bytes) -> bytes:
    """Return a PNG with alpha of a grey mask that is white where the picture is made anew.

    OpenAI looks at the alpha alone, and sd-server at the colours alone, where white is made anew: the one
    picture says the same to both.
    """
    return await asyncio.to_thread(_see_through, mask)


def _see_through(mask: bytes) -> bytes:
    with Image.open(io.BytesIO(mask), formats=("PNG",)) as image:
        grey = image.convert("L")
    both = Image.merge("RGBA", (grey, grey, grey, ImageChops.invert(grey)))
    file = io.BytesIO()
    both.save(file, "PNG")
    return file.getvalue()
