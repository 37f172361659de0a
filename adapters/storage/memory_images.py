"""Pictures in memory: for tests and for trying things by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from adapters.storage.pictures import (
    MAX_INPUT_BYTES,
    MAX_INPUT_PIXELS,
    InputLimits,
    Picture,
    picture_made,
    picture_sent,
)
from core.clock import Clock, SystemClock
from core.errors import NotFoundError
from core.generation.images import StoredImage
from core.ids import ImageId


class MemoryImageStore:
    """An `ImageStore` that is gone with the process, with the checks of the one that lasts."""

    def __init__(
        self,
        *,
        max_input_bytes: int = MAX_INPUT_BYTES,
        max_input_pixels: int = MAX_INPUT_PIXELS,
        clock: Clock | None = None,
    ) -> None:
        self._limits = InputLimits(max_input_bytes, max_input_pixels)
        self._clock = clock or SystemClock()
        self._files: dict[ImageId, tuple[bytes, datetime]] = {}

    async def save(self, png: bytes, parameters: str) -> StoredImage:
        """Raises `EngineFaultError` (reason `not_a_png`); else as the port."""
        return self._put(await asyncio.to_thread(picture_made, png, parameters))

    async def accept(self, data: bytes) -> StoredImage:
        """As the port; the reasons are those of `picture_sent`."""
        return self._put(await asyncio.to_thread(picture_sent, data, self._limits))

    async def load(self, image: ImageId) -> bytes:
        """As the port."""
        try:
            return self._files[image][0]
        except KeyError:
            raise NotFoundError("image", image) from None

    async def locate(self, image: ImageId) -> str:
        """Return `memory:` and the id: an address that nothing opens."""
        await self.load(image)
        return f"memory:{image}"

    async def listing(self, *, stored_before: datetime) -> AsyncIterator[Sequence[ImageId]]:
        """As the port: all at once."""
        if found := [image for image, (_, stored) in self._files.items() if stored < stored_before]:
            yield found

    async def discard(self, images: Collection[ImageId], *, stored_before: datetime) -> int:
        """As the port."""
        going = [
            image for image in set(images) if image in self._files and self._files[image][1] < stored_before
        ]
        for image in going:
            del self._files[image]
        return len(going)

    def _put(self, picture: Picture) -> StoredImage:
        stored = picture.stored()
        self._files[stored.id] = (picture.png, self._clock.now())
        return stored
