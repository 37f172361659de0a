"""Stored pictures on their way to Telegram: as what, and by which id once they are there."""

from __future__ import annotations

import asyncio
import io
import struct
from dataclasses import dataclass

from PIL import Image
from telegram import InputFile, InputMediaDocument, InputMediaPhoto, Message

from adapters.telegram.refs import PLATFORM
from core.clock import Clock
from core.generation.images import ImageStore
from core.ids import ImageId
from core.store import Store, Transaction

PHOTO_BYTES_MOST = 10 * 2**20
PHOTO_SIDES_MOST = 10_000
"""Width and height together."""
PHOTO_RATIO_MOST = 20
"""What Telegram takes as a photo. Anything else goes out as a file."""

JPEG_QUALITY = 92
"""Telegram makes a smaller JPEG of it in any case."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to send: a file id that Telegram knows, or the file."""

    image: ImageId
    media: str | InputFile
    is_photo: bool

    def input_media(
        self, caption: str | None = None, *, is_covered: bool = False
    ) -> InputMediaPhoto | InputMediaDocument:
        """Return it as part of an album or an edit."""
        mode = None if caption is None else "HTML"
        if self.is_photo:
            return InputMediaPhoto(
                self.media, caption=caption, parse_mode=mode, has_spoiler=is_covered or None
            )
        return InputMediaDocument(self.media, caption=caption, parse_mode=mode)


class Photos:
    """Makes stored pictures ready, and remembers the ids that Telegram gives them."""

    def __init__(self, images: ImageStore, store: Store, clock: Clock) -> None:
        self._images = images
        self._store = store
        self._clock = clock

    async def ready(self, image: ImageId, *, as_photo: bool = True, is_fresh: bool = False) -> Picture:
        """Return the picture, as a photo where Telegram can show it as one; `is_fresh` takes no known id.

        Raises `NotFoundError` where it is not stored any more.
        """
        if not is_fresh:
            known = await self._store.read(lambda tx: _known(tx, image, as_photo=as_photo))
            if known is not None:
                return known
        png = await self._images.load(image)
        if as_photo and _fits(png):
            if len(png) <= PHOTO_BYTES_MOST:
                return Picture(image, InputFile(png, f"{image[:12]}.png", attach=True), is_photo=True)
            jpeg = await asyncio.to_thread(_jpeg, png)
            if len(jpeg) <= PHOTO_BYTES_MOST:
                return Picture(image, InputFile(jpeg, f"{image[:12]}.jpg", attach=True), is_photo=True)
        return Picture(image, InputFile(png, f"easel-{image[:12]}.png", attach=True), is_photo=False)

    async def remember(self, sent: list[tuple[ImageId, Message]]) -> None:
        """Keep the ids under which pictures can be sent again."""
        ids = [(image, kind, file_id) for image, message in sent for kind, file_id in _ids(message)]
        if not ids:
            return
        now = self._clock.now()

        def keep(tx: Transaction) -> None:
            for image, kind, file_id in ids:
                if tx.notes.get(PLATFORM, f"{kind}:{image}") != file_id:
                    tx.notes.put(PLATFORM, f"{kind}:{image}", file_id, now)

        await self._store.write(keep)


def photo_note(image: ImageId) -> str:
    """Return the name of the note that holds a photo's file id."""
    return f"photo:{image}"


def _known(tx: Transaction, image: ImageId, *, as_photo: bool) -> Picture | None:
    if as_photo:
        photo = tx.notes.get(PLATFORM, photo_note(image))
        if photo is not None:
            return Picture(image, photo, is_photo=True)
    file = tx.notes.get(PLATFORM, f"file:{image}")
    # A file may be known because somebody asked for one; that says nothing of the photo.
    return Picture(image, file, is_photo=False) if file is not None and not as_photo else None


def _ids(message: Message) -> list[tuple[str, str]]:
    found = [("photo", message.photo[-1].file_id)] if message.photo else []
    if message.document:
        found.append(("file", message.document.file_id))
    return found


def _fits(png: bytes) -> bool:
    """Say whether a picture of these sides can be a photo. A PNG has them at a fixed place."""
    width, height = struct.unpack(">II", png[16:24])
    return bool(
        width + height <= PHOTO_SIDES_MOST and max(width, height) <= PHOTO_RATIO_MOST * min(width, height)
    )


def _jpeg(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        made = io.BytesIO()
        picture.convert("RGB").save(made, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return made.getvalue()
