"""Retention: finished tasks and their pictures are kept for a time, then forgotten; strays go at once."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from core.errors import StorageError
from core.generation.service import GenerationService

logger = logging.getLogger(__name__)


class Retention:
    """Cleans up at the start and then every `interval` seconds."""

    def __init__(
        self, service: GenerationService, *, keep: timedelta | None, interval: float = 3600.0
    ) -> None:
        """`keep` is for how long; None is for ever."""
        self._service = service
        self._keep = keep
        self._interval = interval

    async def run(self) -> None:
        """Clean up until cancelled; a database that can't answer now is asked again later."""
        while True:
            try:
                await self._clean_up()
            except StorageError as error:
                logger.warning("could not clean up: %s", error)
            await asyncio.sleep(self._interval)

    async def _clean_up(self) -> None:
        if self._keep is not None and (forgotten := await self._service.cleanup_old_tasks(self._keep)):
            logger.info("forgot %d tasks older than %s", forgotten, self._keep)
        if stray := await self._service.sweep_images():
            logger.info("deleted %d pictures of no task", stray)
