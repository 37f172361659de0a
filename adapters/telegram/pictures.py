"""Pictures that members send: found in a message, downloaded, and handed to the image store."""

from __future__ import annotations

import asyncio
import logging

from telegram import Message

from adapters.telegram.client import Client
from adapters.telegram.errors import TooBigToFetchError
from core.errors import ChatUnavailableError, InvalidRequestError, RateLimitedError
from core.generation.images import ImageStore, StoredImage
from core.presentation.on_telegram import FILE_TOO_BIG_MIB

logger = logging.getLogger(__name__)

TRIES = 4
AT_ONCE = 4
"""Downloads under way: each may hold 20 MiB."""

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff", ".heic")


def file_in(message: Message | None) -> str | None:
    """Return the id of the picture in a message: a photo's largest size, or a picture sent as a file."""
    if message is None:
        return None
    if message.photo:
        return message.photo[-1].file_id
    document = message.document
    if document is not None:
        name = (document.file_name or "").lower()
        if (document.mime_type or "").startswith("image/") or name.endswith(_ENDINGS):
            return document.file_id
    return None


class Pictures:
    """Takes pictures in."""

    def __init__(self, client: Client, images: ImageStore) -> None:
        self._client = client
        self._images = images
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, file_id: str) -> StoredImage:
        """Download a picture and store it.

        Raises `InvalidRequestError` for what is no picture or too large, `ChatUnavailableError`, and
        `StorageError`.
        """
        async with self._room:
            return await self._images.accept(await self._download(file_id))

    async def _download(self, file_id: str) -> bytes:
        most = FILE_TOO_BIG_MIB * 2**20
        for tries in range(TRIES):
            try:
                return await self._client.download(file_id, most)
            except TooBigToFetchError:
                raise InvalidRequestError.of("image", "too_many_bytes", limit=most) from None
            except RateLimitedError as error:
                await asyncio.sleep(error.retry_after)
            except ChatUnavailableError as error:
                logger.warning("could not download a picture: %s", error)
                await asyncio.sleep(0.5 * 2.0**tries)
        raise ChatUnavailableError
