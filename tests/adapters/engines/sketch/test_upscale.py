"""The embedded engine makes a picture larger, and keeps what is on it."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageStat

from adapters.engines.sketch.engine import SketchEngine
from adapters.engines.sketch.recipe import SketchRecipe
from core.generation.engine import EngineJob
from core.generation.models import Progress
from core.ids import TaskId
from tests.fakes.builders import a_request, an_image


async def test_a_picture_is_made_larger() -> None:
    small = Image.linear_gradient("L").convert("RGB")
    file = io.BytesIO()
    small.save(file, "PNG")
    request = a_request(type="upscale", width=512, height=512, input_images=(an_image(),))
    seen: list[Progress] = []
    engine = SketchEngine()
    job = EngineJob(TaskId("t"), 1, request, (file.getvalue(),), SketchRecipe("enlarge"))
    result = await engine.generate(job, seen.append)
    await engine.aclose()
    (png,) = result.images
    with Image.open(io.BytesIO(png)) as large:
        assert large.size == (512, 512)
        difference = ImageChops.difference(large.resize(small.size), small)
    assert max(ImageStat.Stat(difference).mean) < 2
    assert seen == [Progress(1, 1)]
