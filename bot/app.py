"""The loops, together: started in order, stopped in order."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from bot.container import Container
from bot.patience import after, look_after_engines, task_created, tell_if_away
from core.delivery.service import DeliveryService
from core.presentation.messages import say_stopping

logger = logging.getLogger(__name__)

LAST_ROUND_SECONDS = 5.0
"""How long a stop lets the chats catch up with the tasks."""

SIGNALLED = 128
"""Plus the number of the signal is the exit code of what it ended: 130 for Ctrl-C, 143 for SIGTERM."""


async def serve(
    container: Container,
    deliveries: list[DeliveryService],
    foreground: Callable[[], Awaitable[int]],
    *,
    once: bool = False,
    is_service: bool = False,
) -> int:
    """Run everything until `foreground` is done or a signal comes; return the exit code.

    Must be alone on the database: what an earlier process held is given back first. SIGINT, SIGTERM and
    SIGHUP stop the claiming, wait for what runs, and hand the rest back; a second one doesn't wait. With
    `once`, nothing is worked on before a task is created here, and the end doesn't wait for tasks of
    others. The foreground begins once every engine was looked at, or after a few seconds. A service is in
    the foreground to the end, so that the chats can be told of it, and a stop by a signal is what it should
    come to: 0. Raises an `ExceptionGroup` with what ended one of the loops.
    """
    await container.rescuer.rescue(orphaned=True)
    async with asyncio.TaskGroup() as group:
        working = group.create_task(_work(container, when_asked=once), name="worker")
        showing = [group.create_task(one.run(), name="delivery") for one in deliveries]
        beside = [
            survey := group.create_task(container.pool.probe(), name="survey"),
            group.create_task(look_after_engines(container, survey), name="engines"),
            group.create_task(container.rescuer.run(), name="rescuer"),
            group.create_task(container.lag.run(), name="lag"),
            group.create_task(container.retention.run(), name="retention"),
        ]
        if once:
            beside.append(group.create_task(tell_if_away(container), name="patience"))
        with _signals(hurry=lambda: working.cancelling() or working.cancel()) as asked:
            running = asyncio.create_task(after(survey, foreground))
            try:
                code = await _until_done(running, asked, container)
                if not is_service:
                    running.cancel()
                container.worker.stop()
                if once and (asked.cancelled() or not container.worker.running):
                    working.cancel()  # done, or never begun: what runs now is somebody else's
                await asyncio.wait([working])
                for delivery in deliveries:
                    delivery.stop()
                await asyncio.wait([*showing, working], timeout=LAST_ROUND_SECONDS)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
        for task in [*showing, *beside]:
            task.cancel()
    return 0 if is_service and code > SIGNALLED else code


async def _work(container: Container, *, when_asked: bool) -> None:
    if when_asked:
        await task_created(container)
    await container.worker.run()


async def _until_done(running: asyncio.Future[int], asked: asyncio.Future[int], container: Container) -> int:
    """Return the foreground's exit code, or the signal's where that comes first."""
    try:
        await asyncio.wait([running, asked], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        container.worker.stop()
        logger.info("stopping: claiming nothing more, waiting for what runs")
        if container.worker.running:
            with suppress(OSError):  # the terminal may be what has gone
                print(say_stopping(container.worker.running), file=sys.stderr, flush=True)
        return asked.result()
    finally:
        asked.cancel()  # from here on Easel stops by itself: a signal can only hurry it


@contextmanager
def _signals(*, hurry: Callable[[], object]) -> Iterator[asyncio.Future[int]]:
    """Resolve the future with the exit code at the first signal; once it is done, `hurry` at every other."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[int] = loop.create_future()

    def on_signal(number: signal.Signals) -> None:
        if asked.done():
            hurry()
        else:
            asked.set_result(SIGNALLED + number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield asked
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
