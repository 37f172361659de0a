"""Ending things in good order, whoever is in a hurry."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from core.errors import EngineError


async def unbroken(work: Coroutine[Any, Any, None], seconds: float) -> None:
    """Do the work; where this call is cancelled, let it come to its end first, in at most `seconds`.

    Raises what the work raises.
    """
    doing = asyncio.create_task(work)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await settled(doing, seconds)
        raise


async def settled(work: Awaitable[None], seconds: float) -> None:
    """Do the work in at most `seconds`, and to its end even if this call is cancelled meanwhile.

    What it raises as an `EngineError`, or by being too slow, is dropped: the job has its outcome.
    """
    doing = asyncio.create_task(_bounded(work, seconds))
    cancelled = False
    while not doing.done():
        try:
            await asyncio.wait((doing,))
        except asyncio.CancelledError:
            cancelled = True
    doing.result()
    if cancelled:
        raise asyncio.CancelledError


async def _bounded(work: Awaitable[None], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await work
    except (EngineError, TimeoutError):
        return
