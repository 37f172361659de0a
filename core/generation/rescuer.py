"""The rescuer: gives back to the queue what a stalled or dead worker holds."""

from __future__ import annotations

import asyncio
import logging

from core.errors import StorageError
from core.generation.service import GenerationService
from core.tracing import about

logger = logging.getLogger(__name__)


class Rescuer:
    """Looks for ended leases, at the start and then every `interval` seconds."""

    def __init__(self, service: GenerationService, *, max_attempts: int, interval: float = 10.0) -> None:
        self._service = service
        self._max_attempts = max_attempts
        self._interval = interval

    async def rescue(self, *, orphaned: bool = False) -> int:
        """Rescue once; `orphaned` as in `GenerationService.rescue`. Returns how many tasks moved."""
        rescued = await self._service.rescue(max_attempts=self._max_attempts, orphaned=orphaned)
        for task in rescued:
            with about(task.id):
                # A stalled worker is news; what a dead process left behind is what this is for.
                level = logging.INFO if orphaned else logging.WARNING
                logger.log(level, "taken back from a dead worker: now %s", task.status)
        return len(rescued)

    async def run(self) -> None:
        """Rescue until cancelled; a database that can't answer now is asked again later."""
        while True:
            try:
                await self.rescue()
            except StorageError as error:
                logger.warning("could not look for ended leases: %s", error)
            await asyncio.sleep(self._interval)
