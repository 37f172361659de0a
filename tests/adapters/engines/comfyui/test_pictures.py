"""Pictures on their way to the server and back."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.engines.comfyui.recipe import ComfyUIRecipe, Target
from adapters.engines.comfyui.workflow import Graph
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import EngineJob
from tests.adapters.engines.comfyui.house import a_house, refused
from tests.contracts.engines.rig import a_mask, a_png, opened_png

TEAL = (0, 128, 128)


def nobody(_: object) -> None:
    """Nobody listens."""


def colours(picture: Image.Image, box: tuple[int, int, int, int]) -> set[object]:
    return {colour for _, colour in picture.crop(box).getcolors(2**16) or ()}


def see_through_on_the_left() -> bytes:
    image = Image.new("RGBA", (128, 64), (*TEAL, 255))
    image.paste((*TEAL, 0), (0, 0, 64, 64))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


async def test_what_is_white_in_the_mask_is_made_anew_and_the_rest_kept() -> None:
    async with a_house() as house:
        job = house.rig.job(kind="inpaint", strength=1.0)  # its mask is white on the right
        (made,) = (await house.engine.generate(job, nobody)).images
    picture = opened_png(made)
    assert colours(picture, (0, 0, 60, 64)) == {TEAL}
    assert len(colours(picture, (68, 0, 128, 64))) > 8


async def test_without_a_mask_what_the_picture_shows_through_is_made_anew() -> None:
    async with a_house() as house:
        job = house.rig.job(kind="inpaint", inputs=(see_through_on_the_left(),), strength=1.0)
        (made,) = (await house.engine.generate(job, nobody)).images
    picture = opened_png(made)
    assert colours(picture, (68, 0, 128, 64)) == {TEAL}
    assert len(colours(picture, (0, 0, 60, 64))) > 8


def with_own_mask(job: EngineJob) -> EngineJob:
    """Return the job with a workflow that takes the mask from the second output of the image's node."""
    recipe = job.recipe
    assert isinstance(recipe, ComfyUIRecipe)
    graph: Graph = {**recipe.graph}
    for node in ("16", "17"):
        graph[node] = {**graph[node], "inputs": {**graph[node]["inputs"], "mask": ["10", 1]}}
    inputs = {name: recipe.inputs[name] for name in recipe.inputs if name != "mask"}
    unused = ("13", "14", "15")
    inputs |= {side: (Target("11", side),) for side in ("width", "height")}
    graph = {node: graph[node] for node in graph if node not in unused}
    return replace(job, recipe=replace(recipe, graph=graph, inputs=inputs))


@pytest.mark.parametrize("is_separate", [True, False])
async def test_a_workflow_may_read_the_mask_from_the_image_itself(is_separate: bool) -> None:
    pictures = (a_png(), a_mask()) if is_separate else (see_through_on_the_left(),)
    async with a_house() as house:
        job = with_own_mask(house.rig.job(kind="inpaint", inputs=pictures, strength=1.0))
        (made,) = (await house.engine.generate(job, nobody)).images
    left, right = ((0, 0, 60, 64), (68, 0, 128, 64))
    kept, anew = (left, right) if is_separate else (right, left)
    assert colours(opened_png(made), kept) == {TEAL}
    assert len(colours(opened_png(made), anew)) > 8


async def test_a_picture_of_another_shape_comes_back_in_the_requests_size() -> None:
    async with a_house() as house:
        for number, kind in enumerate(("img2img", "variation", "upscale")):
            job = house.rig.job(f"k1nd0{number}", kind=kind, inputs=(a_png((50, 90)),), width=200, height=104)
            (made,) = (await house.engine.generate(job, nobody)).images
            assert opened_png(made).size == (200, 104)


async def test_uploads_are_named_by_content_in_a_folder_of_their_own() -> None:
    async with a_house() as house:
        for number in range(2):
            await house.engine.generate(house.rig.job(f"k1nd0{number}", kind="img2img"), nobody)
        (name,) = house.fake.jobs.inputs
    folder, _, file = name.partition("/")
    assert folder == "easel"
    assert len(Path(file).stem) == 32
    assert Path(file).suffix == ".png"


async def test_what_is_no_picture_is_never_uploaded() -> None:
    async with a_house() as house:
        for inputs in ((b"no picture",), (a_png()[:-20],), ()):
            with refused(EngineRejectedError, reason="input_image"):
                await house.engine.generate(house.rig.job(kind="img2img", inputs=inputs), nobody)
        assert not house.fake.called("POST", "/")


def with_broken_pixels(png: bytes) -> bytes:
    """Return a file whose parts are all whole, and whose pixels can't be read."""
    start = png.index(b"IDAT") - 4
    (length,) = struct.unpack_from(">I", png, start)
    part = b"IDAT" + b"\x78\x9c" + b"\xff" * 20
    whole = struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
    return png[:start] + whole + png[start + 12 + length :]


@pytest.mark.parametrize("broken", [0, 1])
async def test_a_picture_or_a_mask_whose_pixels_can_not_be_read_is_no_picture(broken: int) -> None:
    inputs = [a_png(), a_mask()]
    inputs[broken] = with_broken_pixels(inputs[broken])
    async with a_house() as house:
        with refused(EngineRejectedError, reason="input_image"):
            await house.engine.generate(house.rig.job(kind="inpaint", inputs=tuple(inputs)), nobody)


async def test_a_picture_that_the_server_finds_too_large_is_refused() -> None:
    async with a_house(upload_most=10) as house:
        with refused(EngineRejectedError, reason="input_image", detail="too_large"):
            await house.engine.generate(house.rig.job(kind="img2img"), nobody)


async def test_pictures_of_a_wrong_size_are_a_fault() -> None:
    async with a_house(wrong_size=True) as house:
        with refused(EngineFaultError, reason="wrong_size", asked="128x64", given="64x32"):
            await house.engine.generate(house.rig.job(), nobody)


async def test_a_workflow_may_make_pictures_of_a_size_of_its_own() -> None:
    async with a_house(wrong_size=True) as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        job = replace(job, recipe=replace(job.recipe, any_size=True))
        (made,) = (await house.engine.generate(job, nobody)).images
    assert opened_png(made).size == (64, 32)


async def test_pictures_that_are_only_shown_count_too() -> None:
    async with a_house() as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        shown = {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}}
        job = replace(job, recipe=replace(job.recipe, graph={**job.recipe.graph, "9": shown}))
        assert (await house.engine.generate(job, nobody)).images
        assert {kind for _, _, kind in house.fake.jobs.files} == {"temp"}


async def test_pictures_that_are_gone_from_the_servers_disk_are_a_fault() -> None:
    async with a_house(cached=True) as house:
        await house.engine.generate(house.rig.job(), nobody)
        house.fake.jobs.files.clear()
        with refused(EngineFaultError, reason="no_file", status=404):
            await house.engine.generate(house.rig.job("next01"), nobody)
