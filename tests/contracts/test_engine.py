"""What every engine does. A new one is one more line in `ENGINES`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable

import pytest
from PIL import Image

from adapters.engines.sketch.engine import SketchEngine
from core.errors import EngineError
from core.generation.engine import Engine, EngineJob
from core.generation.models import GenerationRequest, GenerationSettings, Progress
from core.ids import AccountId, ImageId, TaskId

ENGINES: dict[str, Callable[[], Engine]] = {"sketch": SketchEngine}


@pytest.fixture(params=sorted(ENGINES))
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    engine = ENGINES[request.param]()
    yield engine
    await engine.aclose()


def a_job(
    task: str = "one", *, prompt: str = "a red fox", kind: str = "txt2img", inputs: int = 0, **settings: int
) -> EngineJob:
    own = {"width": 96, "height": 64, "steps": 4, "seed": 7} | settings
    request = GenerationRequest(
        account=AccountId("console:ann"),
        type=kind,
        prompt=prompt,
        settings=GenerationSettings.model_validate(own),
        input_images=tuple(ImageId("a" * 64) for _ in range(inputs)),
    )
    return EngineJob(TaskId(task), 1, request, tuple(a_png() for _ in range(inputs)))


def a_png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (80, 40), "teal").save(file, "PNG")
    return file.getvalue()


def opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        assert image.format == "PNG"
        return image.convert("RGB")


async def test_as_many_pictures_as_asked_for_of_the_asked_size(engine: Engine) -> None:
    result = await engine.generate(a_job(batch_size=3), lambda _: None)
    assert [opened(png).size for png in result.images] == [(96, 64)] * 3
    assert result.seed == 7
    assert len(set(result.images)) == 3  # each has a seed of its own


async def test_progress_grows_to_its_end(engine: Engine) -> None:
    told: list[Progress] = []
    await engine.generate(a_job(steps=5, batch_size=2), told.append)
    await asyncio.sleep(0)
    steps = [progress.step for progress in told]
    assert steps == sorted(set(steps))
    assert told[-1].fraction == 1


async def test_the_same_job_makes_the_same_picture_and_another_seed_another(engine: Engine) -> None:
    first, same, other = [
        (await engine.generate(a_job(seed=seed), lambda _: None)).images[0] for seed in (7, 7, 8)
    ]
    assert opened(first).tobytes() == opened(same).tobytes() != opened(other).tobytes()


async def test_every_type_that_it_names_is_made(engine: Engine) -> None:
    for kind in engine.capabilities().types:
        result = await engine.generate(a_job(kind=kind, inputs=int(kind != "txt2img")), lambda _: None)
        assert opened(result.images[0]).size == (96, 64)


async def test_a_type_that_it_does_not_name_is_an_engine_error(engine: Engine) -> None:
    with pytest.raises(EngineError) as caught:
        await engine.generate(a_job(kind="music"), lambda _: None)
    assert not caught.value.retryable


async def test_cancelling_stops_this_job_and_leaves_the_engine_able(engine: Engine) -> None:
    begun = asyncio.Event()
    long = asyncio.create_task(
        engine.generate(a_job("long", width=512, height=512, steps=150, batch_size=8), lambda _: begun.set())
    )
    async with asyncio.timeout(20):
        await begun.wait()
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long
        assert (await engine.generate(a_job("next"), lambda _: None)).images


async def test_a_picture_that_can_not_be_read_is_an_engine_error(engine: Engine) -> None:
    job = a_job(kind="img2img", inputs=1)
    with pytest.raises(EngineError):
        await engine.generate(EngineJob(job.task, 1, job.request, (b"no picture",)), lambda _: None)
