"""The event loop's longest pause while the embedded engine draws."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path

from adapters.engines.sketch.engine import SketchEngine
from adapters.engines.sketch.recipe import SketchRecipe
from benchmarks.alternation import Scale, alternate
from benchmarks.figures import Figure, Goal
from core.generation.engine import EngineJob
from core.generation.models import GenerationRequest, GenerationSettings
from core.ids import AccountId, TaskId

INTERVAL = 0.001
"""Seconds between two looks at the clock."""

PROMPTS = (
    "a red fox in the snow at night, stars",
    "a sailing boat on the sea, sunset",
    "a castle on a hill, rain",
    "a cat and three birds under a tree",
)


def measure(scale: Scale, _: Path) -> list[Figure]:
    """Four pictures, two at a time, against the same loop with nothing to do for as long."""
    side = scale.pick(1024, 128)
    seconds: list[float] = []

    def drawing() -> float:
        began = time.perf_counter()
        pause = asyncio.run(_longest_pause(_draw(side, len(seconds))))
        seconds.append(time.perf_counter() - began)
        return pause

    drawing()  # what is made once, such as the tables of shapes, is made now
    samples = alternate(
        {"drawing": drawing, "idle": lambda: asyncio.run(_longest_pause(asyncio.sleep(seconds[-1])))},
        scale.rounds,
    )
    return [
        Figure.of(
            f"longest pause, four {side}² pictures, two at a time",
            "ms",
            samples["drawing"],
            "the idle loop",
            samples["idle"],
            goal=Goal("worst", "<", 50),
            note=f"the four take {min(seconds):.2f} to {max(seconds):.2f} s",
        )
    ]


async def _draw(side: int, number: int) -> None:
    engine = SketchEngine(slots=2)
    try:
        jobs = [_job(prompt, side, number * len(PROMPTS) + index) for index, prompt in enumerate(PROMPTS)]
        results = await asyncio.gather(*(engine.generate(job, lambda _: None) for job in jobs))
        assert all(len(result.images) == 1 for result in results)
    finally:
        await engine.aclose()


def _job(prompt: str, side: int, seed: int) -> EngineJob:
    settings = GenerationSettings(width=side, height=side, seed=seed)
    request = GenerationRequest(account=AccountId("bench"), prompt=prompt, settings=settings)
    return EngineJob(TaskId(f"bench{seed}"), 1, request, recipe=SketchRecipe("draw"))


async def _longest_pause(work: Coroutine[None, None, object]) -> float:
    """Return how late the loop was at most, in milliseconds, while `work` was under way."""
    working = asyncio.create_task(work)
    longest = 0.0
    last = time.perf_counter()
    while not working.done():
        await asyncio.sleep(INTERVAL)
        now = time.perf_counter()
        longest = max(longest, now - last - INTERVAL)
        last = now
    await working
    return longest * 1000
