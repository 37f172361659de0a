"""Pictures before they are stored: those that an engine made and those that somebody sent."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, features

from adapters.storage.picture_chunks import with_parameters
from adapters.storage.picture_kinds import kind_of
from core.errors import EngineFaultError, InvalidRequestError
from core.generation.images import StoredImage
from core.ids import ImageId

MAX_INPUT_BYTES = 20 * 2**20
MAX_INPUT_PIXELS = 40_000_000
"""A telephone's photo has 12 to 24 million. Decoded, 40 million take 160 MB for a moment."""
MIN_SIDE = 16
"""Pixels: less is no picture to draw from."""
MAX_SIDE = 2048
"""Pixels: the longest side that an engine is asked for, so more would only be carried about."""

_MUTED = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
"""The entry among the process's warning filters."""
_PILLOW_NAMES = {"PNG": "PNG", "JPEG": "JPEG", "WebP": "WEBP", "GIF": "GIF", "AVIF": "AVIF"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole PNG file. Width and height in pixels."""

    png: bytes
    width: int
    height: int

    def stored(self) -> StoredImage:
        """Return what the store tells of it; the id is the SHA-256 of the file."""
        digest = hashlib.sha256(self.png).hexdigest()
        return StoredImage(ImageId(digest), self.width, self.height, len(self.png))


@dataclass(frozen=True, slots=True)
class InputLimits:
    """How much of a picture somebody may send: bytes of the file, pixels before it is reduced."""

    max_bytes: int = MAX_INPUT_BYTES
    max_pixels: int = MAX_INPUT_PIXELS


def picture_made(png: bytes, parameters: str) -> Picture:
    """Return an engine's PNG with `parameters` in it, after one look at every pixel.

    Raises `EngineFaultError` with the reason `not_a_png` for anything but a whole PNG.
    """
    _mute_pillow()
    try:
        file = with_parameters(png, parameters)
        with Image.open(io.BytesIO(file), formats=["PNG"]) as image:
            image.load()
            return Picture(file, *image.size)
    except Exception as error:  # a decoder raises whatever a broken file made it stumble over
        raise EngineFaultError(reason="not_a_png") from error


def picture_sent(data: bytes, limits: InputLimits) -> Picture:
    """Return what somebody sent as a PNG: upright, 8 bits of sRGB, no side over `MAX_SIDE`, no metadata.

    Of an animation it is the first frame. Raises `InvalidRequestError` on the field `image` with the
    reason `not_an_image`, `unsupported` (kind, choices), `too_many_bytes` (limit), `too_many_pixels`
    (limit), `too_small` (limit) or `damaged`.
    """
    if len(data) > limits.max_bytes:
        raise InvalidRequestError.of("image", "too_many_bytes", limit=limits.max_bytes)
    kind = kind_of(data)
    if kind is None:
        raise InvalidRequestError.of("image", "not_an_image")
    choices = [name for name in _PILLOW_NAMES if name != "AVIF" or features.check("avif")]
    if kind not in choices:
        raise InvalidRequestError.of("image", "unsupported", kind=kind, choices=", ".join(choices))
    _mute_pillow()
    with _refusing(limits):
        if kind == "PNG":
            with _opened(data, kind, limits) as image:
                image.verify()  # checksums, which decoding skips; it spends the file
        with _opened(data, kind, limits) as image:
            return _encoded(_normal(image))


def _mute_pillow() -> None:
    # A file that somebody sent must not write to the log. Not warnings.catch_warnings: it swaps the
    # whole process's filters, and two threads that do so at a time may leave each other's behind.
    if _MUTED not in warnings.filters:
        warnings.filterwarnings("ignore", module=_MUTED[3].pattern)


@contextlib.contextmanager
def _refusing(limits: InputLimits) -> Iterator[None]:
    try:
        yield
    except InvalidRequestError:
        raise
    except Image.DecompressionBombError as error:
        raise InvalidRequestError.of("image", "too_many_pixels", limit=limits.max_pixels) from error
    except Exception as error:  # a decoder raises whatever a broken file made it stumble over
        raise InvalidRequestError.of("image", "damaged") from error


@contextlib.contextmanager
def _opened(data: bytes, kind: str, limits: InputLimits) -> Iterator[Image.Image]:
    """Open without decoding, and refuse a size that should not be decoded."""
    with Image.open(io.BytesIO(data), formats=[_PILLOW_NAMES[kind]]) as image:
        if image.width * image.height > limits.max_pixels:
            raise InvalidRequestError.of("image", "too_many_pixels", limit=limits.max_pixels)
        if min(_reduced(image.size)) < MIN_SIDE:
            raise InvalidRequestError.of("image", "too_small", limit=MIN_SIDE)
        yield image


def _reduced(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, MAX_SIDE / max(size))
    return round(size[0] * scale), round(size[1] * scale)


def _normal(image: Image.Image) -> Image.Image:
    image.draft(None, _reduced(image.size))  # a large JPEG is decoded at a half, a quarter or an eighth
    image.load()
    with contextlib.suppress(Exception):  # EXIF that cannot be read: the picture stays as it lies
        ImageOps.exif_transpose(image, in_place=True)
    profile = image.info.get("icc_profile")
    plain = _eight_bits(image)
    plain.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    coloured = _srgb(plain, profile) if profile else plain
    mode = "RGBA" if _see_through(coloured) else "RGB"
    return coloured if coloured.mode == mode else coloured.convert(mode)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return it in a mode that can be scaled and that colour profiles speak of."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda grey: grey / 256).convert("L")  # converting alone cuts off at 255
        image.info.pop("transparency", None)  # names one of the 65,536 greys, which are gone
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _see_through(image: Image.Image) -> bool:
    return image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)


def _srgb(image: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except Exception:  # noqa: BLE001  a profile that is broken or of another colour space: better unconverted than refused
        return image
    return converted or image


def _encoded(image: Image.Image) -> Picture:
    image.info = {}  # or Pillow writes the colour profile that was just applied
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=2)  # a sixth of the default's time for a seventh more bytes
    return Picture(file.getvalue(), *image.size)
