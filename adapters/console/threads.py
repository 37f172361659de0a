"""Blocking calls that may never return: a read of a terminal, a write to a full pipe."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Return what `work` returns, off the event loop.

    Unlike `asyncio.to_thread`, nobody waits for the thread when the program ends.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the caller
            tell(_fail, answer, error)
        else:
            tell(_resolve, answer, value)

    def tell(callback: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(callback, *arguments)

    threading.Thread(target=run, name="easel-console", daemon=True).start()
    return await answer


def _resolve(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: asyncio.Future[T], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
