"""How long a start waits for the engines, and what is said where none of them comes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from bot.container import Container
from core.generation.events import TASK_CREATED
from core.presentation.messages import say_out_of_reach

SURVEY_SECONDS = 3.0
"""How long the first look at the engines keeps the foreground: before it, no name is known to be wrong."""

AWAY_SECONDS = 4.0
"""How long somebody who waits for one picture is left without a word that no engine can be reached."""


async def task_created(container: Container) -> None:
    """Wait until somebody asks for a picture, from now on."""
    created = asyncio.Event()
    unsubscribe = container.bus.subscribe(TASK_CREATED, lambda _: created.set())
    try:
        await created.wait()
    finally:
        unsubscribe()


async def after(survey: asyncio.Task[Any], foreground: Callable[[], Awaitable[int]]) -> int:
    """Let the foreground begin; a silent engine's look goes on beside it."""
    await asyncio.wait([survey], timeout=SURVEY_SECONDS)
    return await foreground()


async def look_after_engines(container: Container, survey: asyncio.Task[Any]) -> None:
    """Begin once the survey has had its time, so that no engine that answers is asked twice at once."""
    await asyncio.wait([survey], timeout=SURVEY_SECONDS)
    await container.pool.run()


async def tell_if_away(container: Container) -> None:
    """Say it once, where a task was created and no engine is there for it, then or later."""
    await task_created(container)
    while True:
        await asyncio.sleep(AWAY_SECONDS)
        if container.pool.is_away:
            with suppress(OSError):  # the terminal may be what has gone
                print(say_out_of_reach(), file=sys.stderr, flush=True)
            return
