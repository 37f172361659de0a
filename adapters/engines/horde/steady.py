"""Asking about a request that is under way: it lives on at the Horde while answers fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from adapters.engines.horde.answers import Generation, Standing
from adapters.engines.horde.api import HordeApi
from adapters.engines.horde.errors import LostRequestError
from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineTimeoutError,
    EngineUnavailableError,
)

T = TypeVar("T")

_FETCHES = 3
"""Tries at a finished picture, which the Horde keeps for half an hour."""


class SteadyApi:
    """The Horde's answers, asked for again every `retry` seconds until there is one.

    All raise `EngineTimeoutError` after `silence` seconds and the call that is under way then; a Horde that
    says it is busy is not silent.
    """

    def __init__(self, api: HordeApi, *, retry: float, silence: float) -> None:
        self._api = api
        self._retry = retry
        self._silence = silence

    async def standing(self, request: str) -> Standing:
        """Raises `LostRequestError` where the Horde knows nothing of it."""
        return await self._answered(lambda: self._api.check(request))

    async def generation(self, request: str) -> Generation:
        """Return what was made for a request that is done. Raises as `standing`."""
        return await self._answered(lambda: self._api.status(request))

    async def picture(self, generation: Generation) -> bytes:
        """Return the picture's bytes. Raises `EngineFaultError` with the reason `picture_lost`."""
        for left in reversed(range(_FETCHES)):
            try:
                return await self._api.picture(generation.img)
            except EngineError:
                if left:
                    await asyncio.sleep(self._retry)
        # It lies on another server than the Horde's, whose fault this need not be.
        raise EngineFaultError(reason="picture_lost")

    async def _answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        began = time.monotonic()
        while True:
            try:
                return await ask()
            except LostRequestError:
                raise
            except EngineBusyError as busy:
                pause = max(busy.retry_after, self._retry)
            except (EngineUnavailableError, EngineTimeoutError, EngineFaultError) as error:
                if time.monotonic() - began >= self._silence:
                    raise EngineTimeoutError(seconds=self._silence) from error
                pause = self._retry
            await asyncio.sleep(pause)
