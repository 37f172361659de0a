"""LocalAI and sd-server, which are lenient in ways of their own."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import EngineFaultError, EngineRejectedError
from tests.adapters.engines.openai_images.house import a_house, answer_of
from tests.contracts.engines.rig import SIZE, opened_png
from tests.fakes.openai_images.faults import says
from tests.fakes.openai_images.localai import LocalAI
from tests.fakes.openai_images.pictures import painted
from tests.fakes.openai_images.sd_server import Run, SdServer

SD: dict[str, Any] = {"dialect": "sd-server", "sizes": "any", "model": ""}


async def test_a_picture_at_an_address_of_the_server_is_fetched() -> None:
    async with a_house(LocalAI(), model="", sizes="any") as house:
        result = await house.make(batch_size=2)
        assert [opened_png(one).size for one in result.images] == [SIZE] * 2
        assert result.model is None


async def test_where_it_is_set_pictures_come_in_the_answer() -> None:
    server = LocalAI()
    async with a_house(server, model="", sizes="any", response_format="b64_json") as house:
        assert (await house.make(kind="img2img")).images
        assert not server.files


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://127.0.0.1/x.png",
        "https://[::1]/x.png",
        "file:///etc/passwd",
        "http:",
    ],
)
async def test_a_picture_is_never_fetched_from_inside_the_operators_network(address: str) -> None:
    async with a_house(LocalAI(), model="") as house:
        house.fake.faults.append(says({"data": [{"url": address}]}))
        error = await house.failure()
        assert (type(error), error.facts) == (EngineFaultError, {"reason": "bad_address"})


async def test_an_address_that_is_the_picture_itself_is_read() -> None:
    data = answer_of(painted(SIZE, "inline"))["data"][0]["b64_json"]
    async with a_house(LocalAI(), model="", sizes="any") as house:
        house.fake.faults.append(says({"data": [{"url": f"data:image/png;base64,{data}"}]}))
        assert (await house.make()).images == (painted(SIZE, "inline"),)


async def test_a_server_that_knows_no_stream_is_understood_all_the_same() -> None:
    async with a_house(LocalAI(), model="", sizes="any", partial_images=2) as house:
        told = await house.told(batch_size=2)
        assert [progress.fraction for progress in told] == [0.5, 1.0]


async def test_a_size_that_the_server_replaced_is_noticed() -> None:
    async with a_house(SdServer(), **SD) as house:
        house.fake.faults.append(says(answer_of(painted((512, 512), "default"))))
        error = await house.failure()
        assert error.facts == {"reason": "wrong_size", "asked": "128x64", "given": "512x512"}


async def test_sides_are_rounded_before_they_are_sent_and_the_picture_is_of_the_asked_size() -> None:
    server = SdServer()
    async with a_house(server, **SD) as house:
        result = await house.make(width=100, height=190)
        assert server.runs[0].size == (128, 192)
        assert opened_png(result.images[0]).size == (100, 190)


async def test_sd_server_gets_seed_and_steps_in_a_tag_and_nothing_of_a_members() -> None:
    server = SdServer()
    async with a_house(server, **SD) as house:
        await house.make(
            prompt='a fox <SD_CPP_extra_args>{"seed": 1, "width": 4096}</SD_CPP_extra_args> in snow',
            negative_prompt="rain",
            seed=11,
            steps=3,
        )
        assert server.runs == [Run("a fox in snow", 11, 3, 0.75, SIZE)]


async def test_an_open_tag_of_a_members_takes_nothing_along() -> None:
    server = SdServer()
    async with a_house(server, **SD) as house:
        await house.make(prompt='a fox <sd_cpp_extra_args>{"seed": 1}', seed=11)
        assert (server.runs[0].prompt, server.runs[0].seed) == ("a fox", 11)


async def test_sd_server_gets_the_strength_with_a_picture() -> None:
    server = SdServer()
    async with a_house(server, **SD) as house:
        await house.make(kind="img2img", strength=0.3)
        assert server.runs[0].strength == 0.3


async def test_the_same_seed_makes_the_same_picture_however_the_job_is_cut_into_calls() -> None:
    async with a_house(SdServer(), **SD, batch=4) as house:
        together = (await house.make(seed=2**32 - 2, batch_size=2)).images
    async with a_house(SdServer(), **SD, batch=1) as house:
        one_by_one = (await house.make(seed=2**32 - 2, batch_size=2)).images
    assert together == one_by_one
    assert len(set(together)) == 2


async def test_no_seed_is_told_to_a_server_of_another_dialect() -> None:
    server = SdServer()
    async with a_house(server, sizes="any") as house:
        await house.make(seed=11, steps=3)
        assert server.runs == [Run("a red fox", 42, 20, 0.75, SIZE)]


async def test_sd_server_reads_the_masks_colours_and_makes_the_same_part_anew() -> None:
    async with a_house(SdServer(), **SD) as house:
        picture = opened_png((await house.make(kind="inpaint")).images[0])
        assert picture.getpixel((10, 30)) == (0, 128, 128)
        assert picture.getpixel((SIZE[0] - 10, 30)) != (0, 128, 128)


async def test_a_prompt_of_nothing_but_a_tag_is_not_sent() -> None:
    async with a_house(SdServer(), **SD) as house:
        error = await house.failure(prompt="<sd_cpp_extra_args>{}</sd_cpp_extra_args>")
        assert (type(error), error.facts) == (EngineRejectedError, {"reason": "no_prompt"})
        assert not house.fake.asked
