"""Stored pictures on their way to Telegram: as what, and by which id once they are there."""

from __future__ import annotations

import asyncio
import io
import logging
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image
from telegram import InputFile, InputMediaDocument, InputMediaPhoto, Message

from adapters.telegram.refs import PLATFORM
from core.clock import Clock
from core.errors import StorageError
from core.generation.images import ImageStore
from core.ids import ImageId
from core.store import Store, Transaction

logger = logging.getLogger(__name__)

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
    """Makes stored pictures ready, and remembers the ids that Telegram gives them.

    The ids save time and nothing else: where the store can't keep them, pictures are sent anew.
    """

    def __init__(self, images: ImageStore, store: Store, clock: Clock, bot: str) -> None:
        """`bot` is the bot's id: the ids that one bot is given are of no use to another."""
        self._images = images
        self._store = store
        self._clock = clock
        self._bot = bot

    async def ready(self, image: ImageId, *, as_photo: bool = True, is_fresh: bool = False) -> Picture:
        """Return the picture, as a photo where Telegram can show it as one; `is_fresh` takes no known id.

        Raises `NotFoundError` where it is not stored any more.
        """
        if not is_fresh:
            known = await self._known(image, as_photo=as_photo)
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

    async def _known(self, image: ImageId, *, as_photo: bool) -> Picture | None:
        # A file may be known because somebody asked for one; that says nothing of the photo.
        name = self._note("photo" if as_photo else "file", image)
        try:
            found = await self._store.read(lambda tx: tx.notes.get(PLATFORM, name))
        except StorageError as error:
            logger.warning("could not look for a picture's id: %s", error)
            return None
        return Picture(image, found, is_photo=as_photo) if found is not None else None

    def known_photo(self, tx: Transaction, image: ImageId) -> str | None:
        """Return the id by which a photo can be sent again."""
        return tx.notes.get(PLATFORM, self._note("photo", image))

    async def remember(self, sent: list[tuple[ImageId, Message]]) -> None:
        """Keep the ids under which pictures can be sent again."""
        ids = [(image, kind, file_id) for image, message in sent for kind, file_id in _ids(message)]
        if not ids:
            return
        now = self._clock.now()

        def keep(tx: Transaction) -> None:
            for image, kind, file_id in ids:
                name = self._note(kind, image)
                if tx.notes.get(PLATFORM, name) != file_id:
                    tx.notes.put(PLATFORM, name, file_id, now)

        await self._write(keep)

    async def forget(self, images: Sequence[ImageId]) -> None:
        """Forget ids that Telegram does not know."""

        def drop(tx: Transaction) -> None:
            for image in images:
                for kind in ("photo", "file"):
                    tx.notes.delete(PLATFORM, self._note(kind, image))

        await self._write(drop)

    async def _write(self, work: Callable[[Transaction], None]) -> None:
        try:
            await self._store.write(work)
        except StorageError as error:  # the message is sent: raised, this would have it sent again
            logger.warning("could not keep what pictures are called: %s", error)

    def _note(self, kind: str, image: ImageId) -> str:
        return f"{kind}:{self._bot}:{image}"


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
