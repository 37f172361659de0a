"""Pictures as files that a chat takes: the original where it fits, else ever smaller ones."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import discord
from PIL import Image

from adapters.discord.errors import error_of
from adapters.discord.render import card
from core.errors import NotFoundError, PayloadTooLargeError
from core.generation.images import ImageStore
from core.presentation import on_discord
from core.presentation.views import StatusView

PICTURES_MOST = 10
"""Files that Discord takes in a message, and pictures that a gallery shows."""

REQUEST_MOST = 25 * 2**20
"""Bytes of all files together; Discord promises a limit for each file alone."""

SPARE = 2048
"""Bytes below the limit that a file stays."""

_SHRINKS = (1, 4, 16)
"""By what the limit is divided when Discord takes less than it says."""

_QUALITIES = (90, 75)
_SCALE_STEP = 0.7
_SIDE_LEAST = 256

_STARTS = {b"\x89PNG\r\n": "png", b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}
"""What a preview's file begins with."""

T = TypeVar("T")
Send = Callable[[discord.ui.LayoutView, list[discord.File]], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, and what it shows in words."""

    name: str
    data: bytes
    alt: str


class Showcase:
    """Sends cards with as much of their pictures as the chat takes."""

    def __init__(self, images: ImageStore) -> None:
        self._images = images

    async def put(self, view: StatusView, limit: int, send: Send[T], *, note: str = "") -> T:
        """Call `send` with the card and its files, smaller each time that Discord finds them too large.

        `limit` is the bytes of one file. Raises what `send` raises.
        """
        async for uploads, about_them in self._rungs(view, limit):
            files = [discord.File(io.BytesIO(one.data), one.name, description=one.alt) for one in uploads]
            notes = [text for text in (about_them, note) if text]
            try:
                return await send(card(view, [(one.name, one.alt) for one in uploads], notes), files)
            except discord.HTTPException as error:
                if not uploads or not isinstance(error_of(error), PayloadTooLargeError):
                    raise
        raise PayloadTooLargeError

    async def _rungs(self, view: StatusView, limit: int) -> AsyncIterator[tuple[list[Upload], str]]:
        """Yield what to try, best first; the last has no files and so is never too large."""
        if view.preview is not None and not view.images:
            preview = _preview(view, view.preview, limit)
            if preview is not None:
                yield [preview], ""
            yield [], ""
            return
        images = view.images[:PICTURES_MOST]
        try:
            pngs = [await self._images.load(image) for image in images]
        except NotFoundError:
            yield [], on_discord.PICTURES_GONE
            return
        if not pngs:
            yield [], ""
            return
        each = min(limit, REQUEST_MOST // len(pngs)) - SPARE
        for shrink in _SHRINKS:
            uploads = await asyncio.to_thread(_fitted, view, pngs, each // shrink)
            if uploads is not None:
                yield uploads, ""
        few = await asyncio.to_thread(_fitted, view, pngs[:1], min(limit, REQUEST_MOST) // _SHRINKS[-1])
        if few is not None and len(pngs) > 1:
            yield few, on_discord.say_fewer(len(few), len(view.images), view.task)
        yield [], on_discord.say_too_large(view.task)


def _preview(view: StatusView, data: bytes, limit: int) -> Upload | None:
    """Return what there is to see of it yet; None for what Discord would not show."""
    extension = next((name for start, name in _STARTS.items() if data.startswith(start)), None)
    if extension is None or len(data) > limit - SPARE:
        return None
    return Upload(f"{view.task}-preview.{extension}", data, view.alt_text(1))


def _fitted(view: StatusView, pngs: Sequence[bytes], most: int) -> list[Upload] | None:
    """Return all of the pictures in at most so many bytes each; None where one does not fit."""
    uploads = []
    for number, png in enumerate(pngs, start=1):
        fit = next((one for one in _encodings(png) if len(one[0]) <= most), None)
        if fit is None:
            return None
        data, extension = fit
        uploads.append(Upload(f"{view.task}-{number}.{extension}", data, view.alt_text(number)))
    return uploads


def _encodings(png: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield the picture and what its name ends in: as it is, lossless, then ever less of it."""
    yield png, "png"
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    yield _encoded(picture, "WEBP", lossless=True, method=2), "webp"
    if picture.mode == "RGBA":  # JPEG has no transparency: white, as on paper
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture).convert("RGB")
    for quality in _QUALITIES:
        yield _encoded(picture, "JPEG", quality=quality), "jpg"
    while min(picture.size) * _SCALE_STEP >= _SIDE_LEAST:
        width, height = (round(side * _SCALE_STEP) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        yield _encoded(picture, "JPEG", quality=_QUALITIES[-1]), "jpg"


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
