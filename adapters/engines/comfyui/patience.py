"""Work that is brought to its end although its caller is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


async def in_spite_of_cancelling(
    work: Coroutine[Any, Any, object] | asyncio.Task[Any], seconds: float
) -> None:
    """Do the work to its end, or for so many seconds, even where the caller is cancelled once more.

    What comes of it is dropped. The caller raises its `CancelledError` afterwards.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    task = asyncio.ensure_future(work)
    while not task.done() and (left := deadline - loop.time()) > 0:
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task], timeout=left)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
