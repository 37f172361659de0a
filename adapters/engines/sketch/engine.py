"""The embedded engine: draws in a thread of this process, so that Easel can be tried with nothing else.

It is a stand-in, not a model: it draws shapes for the words that it knows.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import Capabilities, EngineJob, EngineResult, OnProgress
from core.generation.models import GenerationSettings, Progress

NAME = "sketch"

NOTICE = (
    "The embedded sketch engine draws shapes for the words that it knows, to try Easel with; "
    "it is not a model."
)
"""What this engine is, for whoever sees its pictures."""

PNG_COMPRESSION = 4
"""zlib's level: two thirds of the time of the default, for files a few per cent larger."""


class SketchEngine:
    """Draws `slots` pictures at a time."""

    def __init__(self, *, slots: int = 1) -> None:
        self._slots = slots
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="sketch")

    @property
    def name(self) -> str:
        return NAME

    def capabilities(self) -> Capabilities:
        """All types that need no mask, one model, no samplers."""
        return Capabilities(
            types=frozenset({"txt2img", "img2img", "variation", "upscale"}), models=(NAME,), slots=self._slots
        )

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """Draw the job's pictures. A cancelled call returns when its thread has stopped drawing."""
        if job.request.type not in self.capabilities().types:
            raise EngineRejectedError(reason="type")
        loop = asyncio.get_running_loop()
        stop = threading.Event()

        def tell(progress: Progress) -> None:
            if not stop.is_set():
                loop.call_soon_threadsafe(on_progress, progress)

        drawing = loop.run_in_executor(self._threads, _draw, job, tell, stop)
        try:
            images = await asyncio.shield(drawing)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([drawing])
            raise
        except (MemoryError, ValueError, OSError) as error:
            raise EngineFaultError(kind=type(error).__name__) from error
        return EngineResult(images, seed=job.seed, model=NAME)

    async def aclose(self) -> None:
        """Let no more be drawn; every call has returned by now."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _draw(job: EngineJob, tell: Callable[[Progress], None], stop: threading.Event) -> tuple[bytes, ...]:
    # Imported by the first picture: NumPy and the shapes cost a start that may draw nothing 0.3 s.
    from adapters.engines.sketch.painting import Sketch, paint  # noqa: PLC0415

    settings = job.request.settings
    source = _opened(job.input_images[0]) if job.input_images else None
    if job.request.type == "upscale" and source is not None:
        return (_enlarged(source, settings, tell),)
    steps = settings.steps * settings.batch_size
    images = []
    for index in range(settings.batch_size):
        sketch = Sketch(
            prompt=job.request.prompt,
            negative_prompt=job.request.negative_prompt,
            width=settings.width,
            height=settings.height,
            steps=settings.steps,
            seed=(job.seed + index) % 2**32,
            source=source,
            strength=settings.strength,
        )
        picture: Image.Image | None = None
        for step, picture in enumerate(paint(sketch), start=1):  # noqa: B007 - the last one is kept
            if stop.is_set():
                return ()
            tell(Progress(index * settings.steps + step, steps))
        if picture is not None:
            images.append(_encoded(picture))
    return tuple(images)


def _enlarged(source: Image.Image, settings: GenerationSettings, tell: Callable[[Progress], None]) -> bytes:
    larger = source.resize((settings.width, settings.height), Image.Resampling.LANCZOS)
    tell(Progress(1, 1))
    return _encoded(larger)


def _opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=PNG_COMPRESSION)
    return file.getvalue()
