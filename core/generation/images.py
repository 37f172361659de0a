"""The image store port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.ids import ImageId


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture in the store. Width and height in pixels, size in bytes of the file."""

    id: ImageId
    width: int
    height: int
    size: int


class ImageStore(Protocol):
    """Pictures by content: the same bytes have the same id. Every method works off the event loop."""

    async def save(self, png: bytes, parameters: str) -> StoredImage:
        """Store a finished PNG with `parameters` as its text chunk of that name; durable on return.

        Raises `StorageFullError`, `StorageUnavailableError`, and `EngineFaultError` for what is not a
        whole PNG.
        """
        ...

    async def accept(self, data: bytes) -> StoredImage:
        """Check a picture that somebody sent and store it as PNG, upright, without its metadata.

        Raises `InvalidRequestError` on the field `image`: not a picture, damaged, too large, an
        unsupported kind; else as `save`.
        """
        ...

    async def load(self, image: ImageId) -> bytes:
        """Return the PNG file. Raises `NotFoundError`."""
        ...

    async def locate(self, image: ImageId) -> str:
        """Return where a person can open it: a path, or an address. Raises `NotFoundError`."""
        ...

    def listing(self, *, stored_before: datetime) -> AsyncIterator[Sequence[ImageId]]:
        """Yield the ids of all pictures stored before then, some at a time.

        Raises `StorageUnavailableError`.
        """
        ...

    async def discard(self, images: Collection[ImageId], *, stored_before: datetime) -> int:
        """Delete those that nobody has stored again since, and return how many went."""
        ...
