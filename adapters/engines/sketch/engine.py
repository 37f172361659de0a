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

from adapters.engines.sketch.recipe import SketchRecipe
from adapters.engines.wire.pictures import mask_of
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import Cancels, Capabilities, EngineJob, EngineResult, OnProgress, Reports
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
    def kind(self) -> str:
        """As the port."""
        return NAME

    @property
    def name(self) -> str:
        """As the port."""
        return NAME

    def capabilities(self) -> Capabilities:
        """One model, no samplers."""
        return Capabilities(
            models=(NAME,),
            slots=self._slots,
            reports=Reports.STEPS,
            cancels=Cancels.RUNNING,
            loaded=NAME,
        )

    async def probe(self) -> None:
        """As the port: what is in this process is there."""

    async def holds(self, job: EngineJob) -> bool:  # noqa: ARG002 - as the port
        """As the port: nothing is remembered."""
        return False

    async def generate(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        """Draw the job's pictures. A cancelled call returns when its thread has stopped drawing."""
        if not isinstance(job.recipe, SketchRecipe):
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
        return EngineResult(images, seed=job.seed, model=NAME, stand_in=True)

    async def aclose(self) -> None:
        """Let no more be drawn; every call has returned by now."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _draw(job: EngineJob, tell: Callable[[Progress], None], stop: threading.Event) -> tuple[bytes, ...]:
    # Imported by the first picture: NumPy and the shapes cost a start that may draw nothing 0.3 s.
    from adapters.engines.sketch.painting import Sketch, paint  # noqa: PLC0415
    from adapters.engines.sketch.redraw import fitted  # noqa: PLC0415

    settings = job.request.settings
    do = job.recipe.do if isinstance(job.recipe, SketchRecipe) else "draw"
    source = _opened(job.input_images[0]) if job.input_images else None
    if do == "enlarge" and source is not None:
        return (_enlarged(source, settings, tell),)
    mask = _opened(mask_of(job.input_images)) if do == "repaint" else None
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
            source=source if do == "redraw" else None,
            strength=settings.strength,
        )
        picture: Image.Image | None = None
        for step, picture in enumerate(paint(sketch), start=1):  # noqa: B007 - the last one is kept
            if stop.is_set():
                return ()
            tell(Progress(index * settings.steps + step, steps))
        if picture is not None:
            if source is not None and mask is not None:
                keep, anew = fitted(source, *picture.size), fitted(mask, *picture.size).convert("L")
                picture = Image.composite(picture, keep, anew)
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
