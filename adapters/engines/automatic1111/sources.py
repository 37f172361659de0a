"""The pictures that go into a call: whole, plain and of the size that is asked for.

A server that can't read an input may draw from the words alone, and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from adapters.engines.wire.pictures import checked, encoded, opaque, redraw_mask, resized
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import EngineJob


async def source(job: EngineJob, size: tuple[int, int] | None = None) -> str:
    """Return the first input as base 64, cut to `size` if there is one.

    Raises `EngineRejectedError` with the reason `input_image`.
    """
    with _readable():
        if not job.input_images:
            raise EngineRejectedError(reason="input_image")
        (picture,) = await checked(job.input_images[:1], None)
        return await encoded(await opaque(picture if size is None else await resized(picture, size)))


async def mask(job: EngineJob, size: tuple[int, int]) -> str:
    """Return what is to be made anew as white, as base 64, cut as the first input is.

    Raises `EngineRejectedError` with the reason `input_image` or `no_mask`.
    """
    with _readable():
        if not job.input_images:
            raise EngineRejectedError(reason="no_mask")
        await checked(job.input_images, None)
        return await encoded(await resized(await redraw_mask(job), size))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except EngineFaultError as error:  # what is wrong with an input is not the server's fault
        raise EngineRejectedError(reason="input_image") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise EngineRejectedError(reason="input_image") from error
