"""One job at a time, and the state of whatever runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.fakes.automatic1111.pictures import as_base64


@dataclass
class Rendering:
    """What `/progress` tells of, for the whole server."""

    step_seconds: float = 0.0005
    partial_seconds: float = 0.005
    """Until an interrupted job has come to its end."""
    go: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, the job stands still after its first step."""
    job: str = ""
    job_no: int = 0
    job_count: int = 0
    step: int = 0
    steps: int = 0
    interrupted: bool = False
    skipped: bool = False
    stale_flag: bool = False
    """The flag of an interrupt stays over the beginning of the next job for a moment."""
    preview: str | None = None

    def __post_init__(self) -> None:
        self.go.set()
        self.changed = asyncio.Condition()
        self.one = asyncio.Lock()

    async def run(self, count: int, steps: int, draw: Callable[[int], Image.Image]) -> list[Image.Image]:
        """Draw `count` pictures; an interrupt ends it with a partial one, which nothing tells."""
        async with self.one:
            self.job_count, self.steps, self.job_no, self.step = count, steps, 0, 0
            self.interrupted = self.interrupted and self.stale_flag
            self.skipped = False
            pictures = []
            for number in range(count):
                await self.set(job=f"Batch {number + 1} out of {count}", job_no=number, step=0)
                is_whole = await self._steps(steps)
                picture = draw(number)
                pictures.append(picture if is_whole else picture.point(lambda value: value // 4))
                if not is_whole:
                    await asyncio.sleep(self.partial_seconds)
                    break
            await self.set(job="", job_no=0, job_count=0, step=0)
            return pictures

    async def set(self, **fields: Any) -> None:
        """Change something, and let those know who wait for a change."""
        for name, value in fields.items():
            setattr(self, name, value)
        async with self.changed:
            self.changed.notify_all()

    async def _steps(self, steps: int) -> bool:
        for step in range(1, steps + 1):
            await asyncio.sleep(self.step_seconds)
            if self.stale_flag:
                self.interrupted = self.stale_flag = False
            await self.set(step=step)
            while not self.go.is_set() and not self.is_ended:
                async with self.changed:
                    await self.changed.wait()
            if self.is_ended:
                return False
        return True

    @property
    def is_ended(self) -> bool:
        return self.interrupted or self.skipped

    def progress(self) -> dict[str, Any]:
        done = (self.job_no + self.step / self.steps) / self.job_count if self.job_count and self.steps else 0
        return {
            "progress": min(1.0, 0.01 + done) if self.job else 0.0,
            "eta_relative": 1.5 if self.job else 0.0,
            "state": {
                "skipped": self.skipped,
                "interrupted": self.interrupted,
                "job": self.job,
                "job_count": self.job_count,
                "job_no": self.job_no,
                "sampling_step": self.step,
                "sampling_steps": self.steps,
            },
            "current_image": self.preview if self.job else None,
            "textinfo": None,
        }

    def show_preview(self, image: Image.Image) -> None:
        self.preview = as_base64(image)
