"""Pictures on their way to and from a server: checked, as PNG, off the event loop."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import warnings
from collections.abc import Sequence

from PIL import Image

from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import EngineJob

PIXELS_MOST = 4096 * 4096
"""Of one picture: more than any type asks for is a fault, and is refused before it is decoded."""

_FORMATS = ("PNG", "JPEG", "WEBP")
_PNG_COMPRESSION = 2


def rounded(side: int, step: int, *, least: int = 0) -> int:
    """Return the multiple of `step` that is nearest to `side`, and not less than one step or `least`."""
    return max(step * max(1, round(side / step)), least)


async def checked(
    pictures: Sequence[bytes], size: tuple[int, int] | None, *, number: int | None = None
) -> tuple[bytes, ...]:
    """Return whole PNG files of what a server sent as PNG, JPEG or WebP.

    `size` is the width and height that every one must have, `number` how many there must be. Raises
    `EngineFaultError` with the reason `no_pictures`, `wrong_number`, `not_a_picture`, `too_large` or
    `wrong_size`.
    """
    if not pictures:
        raise EngineFaultError(reason="no_pictures")
    if number is not None and len(pictures) != number:
        raise EngineFaultError(reason="wrong_number", asked=number, given=len(pictures))
    return tuple([await asyncio.to_thread(_checked, picture, size) for picture in pictures])


async def decoded(text: object) -> bytes:
    """Return the bytes of base 64, with or without a `data:` prefix. Raises `EngineFaultError`."""
    return await asyncio.to_thread(_decoded, text)


async def encoded(picture: bytes) -> str:
    """Return the picture as base 64."""
    return await asyncio.to_thread(lambda: base64.b64encode(picture).decode("ascii"))


async def redraw_mask(job: EngineJob) -> bytes:
    """Return a grey PNG of the first input's size, white where it is to be made anew.

    It is the second input, or else where the first one is see-through. Raises `EngineRejectedError` with
    the reason `no_mask` where neither says anything.
    """
    return await asyncio.to_thread(mask_of, job.input_images)


async def opaque(picture: bytes) -> bytes:
    """Return the PNG without its transparency, for servers that take that for a mask."""
    return await asyncio.to_thread(_opaque, picture)


async def resized(picture: bytes, size: tuple[int, int]) -> bytes:
    """Return the picture cut to the shape of `size` about its middle, and scaled to it, as PNG."""
    return await asyncio.to_thread(_resized, picture, size)


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height, from the file's beginning. Raises `EngineFaultError`."""
    try:
        with _opened(picture) as image:
            return image.size
    except (OSError, ValueError, SyntaxError) as error:
        raise EngineFaultError(reason="not_a_picture") from error


def _opened(picture: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return Image.open(io.BytesIO(picture), formats=_FORMATS)
        except Image.DecompressionBombError:
            raise EngineFaultError(reason="too_large") from None


def _checked(picture: bytes, size: tuple[int, int] | None) -> bytes:
    try:
        with _opened(picture) as image:
            _check_size(image, size)
            if image.format != "PNG":
                return _png(image)
            image.verify()
        with _opened(picture) as image:  # after the checksums the pixels, which they don't vouch for
            image.load()
        return picture
    except EngineFaultError:
        raise
    except Exception as error:  # a decoder raises whatever a broken file made it stumble over
        raise EngineFaultError(reason="not_a_picture") from error


def _check_size(image: Image.Image, size: tuple[int, int] | None) -> None:
    if image.width * image.height > PIXELS_MOST:
        raise EngineFaultError(reason="too_large")
    if size is not None and image.size != size:
        asked, given = (f"{width}x{height}" for width, height in (size, image.size))
        raise EngineFaultError(reason="wrong_size", asked=asked, given=given)


def _png(image: Image.Image) -> bytes:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    plain = image.convert(mode)
    plain.info = {}
    file = io.BytesIO()
    plain.save(file, "PNG", compress_level=_PNG_COMPRESSION)
    return file.getvalue()


def _decoded(text: object) -> bytes:
    if not isinstance(text, str):
        raise EngineFaultError(reason="no_pictures")
    body = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise EngineFaultError(reason="not_a_picture") from None


def mask_of(pictures: Sequence[bytes]) -> bytes:
    """Do what `redraw_mask` does, in the caller's thread."""
    with _opened(pictures[0]) as image:
        image.load()
        size = image.size
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
    if len(pictures) > 1:
        with _opened(pictures[1]) as other:
            mask = _flattened(other).convert("L").resize(size, Image.Resampling.BILINEAR)
    elif alpha is not None:
        mask = alpha.point(lambda value: 255 - value)
    else:
        raise EngineRejectedError(reason="no_mask")
    if mask.getextrema() == (0, 0):
        raise EngineRejectedError(reason="no_mask")
    return _png_of_grey(mask)


def _flattened(image: Image.Image) -> Image.Image:
    """Return the picture on black: what a mask shows through is to be kept."""
    coloured = image.convert("RGBA")
    black = Image.new("RGBA", coloured.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, coloured)


def _opaque(picture: bytes) -> bytes:
    with _opened(picture) as image:
        return picture if image.mode == "RGB" else _png(image.convert("RGB"))


def _resized(picture: bytes, size: tuple[int, int]) -> bytes:
    with _opened(picture) as image:
        if image.size == size and image.format == "PNG":
            return picture
        scale = max(size[0] / image.width, size[1] / image.height)
        across, down = size[0] / scale, size[1] / scale
        left, top = (image.width - across) / 2, (image.height - down) / 2
        box = (left, top, left + across, top + down)
        plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
        return _png(plain.resize(size, Image.Resampling.LANCZOS, box=box))


def _png_of_grey(mask: Image.Image) -> bytes:
    file = io.BytesIO()
    mask.save(file, "PNG", compress_level=_PNG_COMPRESSION)
    return file.getvalue()
