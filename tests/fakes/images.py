"""An image store without pictures: any bytes will do."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from core.clock import Clock
from core.errors import CoreError, NotFoundError
from core.generation.images import StoredImage
from core.ids import ImageId


class FakeImages:
    """Keeps bytes by their hash, with the text they were saved with."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.files: dict[ImageId, bytes] = {}
        self.parameters: dict[ImageId, str] = {}
        self._stored_at: dict[ImageId, datetime] = {}
        self.failures: list[CoreError] = []
        """What the next calls of `save` raise."""
        self.gate: asyncio.Event | None = None
        """What every call of `save` waits for, where there is one."""
        self.waiting = 0
        """How many calls wait for it."""

    async def save(self, png: bytes, parameters: str) -> StoredImage:
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
            self.waiting -= 1
        if self.failures:
            raise self.failures.pop(0)
        image = ImageId(hashlib.sha256(png).hexdigest())
        self.files[image] = png
        self.parameters[image] = parameters
        self._stored_at[image] = self._clock.now()
        return StoredImage(image, 64, 64, len(png))

    async def accept(self, data: bytes) -> StoredImage:
        return await self.save(data, "")

    async def load(self, image: ImageId) -> bytes:
        if image not in self.files:
            raise NotFoundError("image", image)
        return self.files[image]

    async def locate(self, image: ImageId) -> str:
        await self.load(image)
        return f"fake:{image}"

    async def listing(self, *, stored_before: datetime) -> AsyncIterator[Sequence[ImageId]]:
        for image in [one for one in self.files if self._stored_at[one] < stored_before]:
            yield [image]

    async def discard(self, images: Collection[ImageId], *, stored_before: datetime) -> int:
        going = [one for one in images if one in self.files and self._stored_at[one] < stored_before]
        for image in going:
            del self.files[image]
        return len(going)
