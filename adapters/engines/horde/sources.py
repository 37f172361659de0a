"""The pictures that a job starts from, as the Horde takes them: WebP in base 64, of the size asked for."""

from __future__ import annotations

import asyncio
import base64
import io
import warnings

from PIL import Image, ImageOps

from adapters.engines.wire.pictures import PIXELS_MOST, redraw_mask
from core.errors import EngineError, EngineRejectedError
from core.generation.engine import EngineJob

_QUALITY = 95


async def source_of(job: EngineJob, size: tuple[int, int]) -> str:
    """Return the first input, cut and scaled to `size` and opaque. Raises `EngineRejectedError`."""
    if not job.input_images:
        raise EngineRejectedError(reason="input_image")
    return await asyncio.to_thread(_webp, job.input_images[0], size, is_mask=False)


async def mask_of(job: EngineJob, size: tuple[int, int]) -> str:
    """Return where to paint, in white. Raises `EngineRejectedError`."""
    try:
        mask = await redraw_mask(job)
    except EngineError:
        raise
    except Exception:  # noqa: BLE001 - a decoder raises whatever a broken file made it stumble over
        raise EngineRejectedError(reason="input_image") from None
    return await asyncio.to_thread(_webp, mask, size, is_mask=True)


def _webp(picture: bytes, size: tuple[int, int], *, is_mask: bool) -> str:
    try:
        fitted = _fitted(picture, size)
    except EngineError:
        raise
    except Exception:  # noqa: BLE001 - as above
        raise EngineRejectedError(reason="input_image") from None
    file = io.BytesIO()
    # A mask's edges are where its values matter: it is kept as it is.
    fitted.save(file, "WEBP", quality=_QUALITY, lossless=is_mask, method=2)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _fitted(picture: bytes, size: tuple[int, int]) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "WEBP"))
    with image:
        if image.width * image.height > PIXELS_MOST:
            raise EngineRejectedError(reason="input_image")
        return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
