"""OpenAI proper, which refuses every field that it does not know."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.engines.openai_images import exchange
from adapters.engines.openai_images.recipe import OpenAIRecipe, read_recipe
from core.errors import EngineBusyError, EngineFaultError, EngineRejectedError, EngineUnavailableError
from core.generation.engine import Cancels, Reports
from core.generation.types.recipes import TypeContext
from tests.adapters.engines.openai_images.house import a_house, answer_of
from tests.contracts.engines.rig import SIZE, a_png, opened_png
from tests.fakes.openai_images.errors import openai_error
from tests.fakes.openai_images.faults import goes_silent, says
from tests.fakes.openai_images.openai import FORBIDDEN, OpenAI
from tests.fakes.openai_images.pictures import painted


async def test_nothing_is_sent_but_what_the_api_has_and_the_operator_set() -> None:
    async with a_house(OpenAI(), quality="low", moderation="low") as house:
        await house.make(negative_prompt="rain", seed=9, steps=3)
        assert house.fake.asked[0].fields == {
            "prompt": "a red fox",
            "model": "gpt-image-2",
            "n": 1,
            "size": "1536x1024",
            "quality": "low",
            "moderation": "low",
        }


async def test_what_only_generations_take_is_not_sent_with_edits() -> None:
    async with a_house(OpenAI(), quality="low", moderation="low") as house:
        await house.make(kind="img2img")
        assert house.fake.asked[0].fields.keys() == {"prompt", "model", "n", "size", "quality"}


@pytest.mark.parametrize("option", ["response_format", "style"])
async def test_an_option_of_the_operators_that_the_server_refuses_is_not_told_to_a_member(
    option: str,
) -> None:
    chosen: dict[str, Any] = {option: "b64_json"}
    async with a_house(OpenAI(), **chosen) as house:
        error = await house.failure()
        assert (type(error), error.facts) == (EngineUnavailableError, {"reason": "options", "name": option})


@pytest.mark.parametrize("param", ["stream", "partial_images"])
async def test_previews_that_the_server_refuses_are_the_operators_option(param: str) -> None:
    for previews, kind in ((1, EngineUnavailableError), (0, EngineRejectedError)):
        async with a_house(OpenAI(), partial_images=previews) as house:
            house.fake.faults.append(says(openai_error(400, "unknown_parameter", param=param)))
            assert type(await house.failure()) is kind


async def test_an_option_of_the_types_own_that_the_server_refuses_is_named() -> None:
    async with a_house(OpenAI(), style="vivid") as house:
        job = replace(house.job(), recipe=OpenAIRecipe("generations", {"style": "natural"}))
        with pytest.raises(EngineRejectedError) as caught:
            await house.engine.generate(job, lambda _: None)
        assert caught.value.facts == {"reason": "value", "name": "style"}


async def test_a_default_model_that_the_server_refuses_is_not_told_to_a_member() -> None:
    async with a_house(OpenAI(), model="gone") as house:
        error = await house.failure()
        assert (type(error), error.facts) == (
            EngineUnavailableError,
            {"reason": "default_model", "name": "gone"},
        )
        error = await house.failure(model="missing")
        assert (type(error), error.facts) == (EngineRejectedError, {"reason": "model", "name": "missing"})
    async with a_house(OpenAI(), model="") as house:
        error = await house.failure()
        assert (type(error), error.facts) == (EngineUnavailableError, {"reason": "default_model"})


async def test_a_prompt_against_the_rules_is_refused_for_good() -> None:
    async with a_house(OpenAI()) as house:
        error = await house.failure(prompt=f"a {FORBIDDEN} thing")
        assert (type(error), error.facts) == (EngineRejectedError, {"reason": "prompt"})


async def test_a_model_that_the_server_does_not_have_is_refused_without_a_call() -> None:
    async with a_house(OpenAI(), models="gpt-image-1-mini") as house:
        error = await house.failure(model="gpt-5")
        assert error.facts == {"reason": "model", "name": "gpt-5"}
        assert not house.fake.asked
        assert (await house.make(model="gpt-image-1-mini")).model == "gpt-image-1-mini"


async def test_the_picture_has_the_size_that_was_asked_for_whatever_the_server_makes() -> None:
    async with a_house(OpenAI()) as house:
        result = await house.make(width=300, height=500)
        assert house.fake.asked[0].fields["size"] == "1024x1536"
        assert opened_png(result.images[0]).size == (300, 500)


async def test_a_picture_of_the_asked_size_is_kept_as_it_came() -> None:
    picture = painted((1024, 1024), "mine")
    async with a_house(OpenAI()) as house:
        house.fake.faults.append(says(answer_of(picture)))
        assert (await house.make(width=1024, height=1024)).images == (picture,)


@pytest.mark.parametrize("output_format", ["jpeg", "webp"])
async def test_other_formats_become_png(output_format: str) -> None:
    async with a_house(OpenAI(), output_format=output_format) as house:
        assert opened_png((await house.make()).images[0]).size == SIZE


async def test_pictures_are_asked_for_together_as_far_as_the_server_makes_them() -> None:
    async with a_house(OpenAI(), batch=3) as house:
        result = await house.make(batch_size=8)
        assert [asked.fields["n"] for asked in house.fake.asked] == [3, 3, 2]
        assert len(set(result.images)) == 8


async def test_a_server_that_makes_fewer_at_a_time_is_asked_again() -> None:
    async with a_house(OpenAI(), batch=4) as house:
        house.fake.faults.append(says(answer_of(painted((1536, 1024), "one"))))
        assert len((await house.make(batch_size=3)).images) == 3
        assert [asked.fields["n"] for asked in house.fake.asked] == [3, 2]


async def test_each_call_has_a_key_that_only_the_same_call_has() -> None:
    async with a_house(OpenAI(), batch=1) as house:
        for attempt in (1, 1, 2):
            await house.make(batch_size=2, attempt=attempt)
        keys = [asked.headers["Idempotency-Key"] for asked in house.fake.asked]
        await house.make(seed=8)  # as another Easel with the same key may, under the same task's id
        keys.append(house.fake.asked[-1].headers["Idempotency-Key"])
        assert keys[:2] == keys[2:4]
        assert len(set(keys)) == 5
        assert "one11a" not in "".join(keys)


async def test_no_connection_is_used_again() -> None:
    async with a_house(OpenAI(), batch=1) as house:
        await house.make(batch_size=3)
        assert len({asked.peer for asked in house.fake.asked}) == 3


async def test_only_what_the_mask_shows_is_made_anew() -> None:
    async with a_house(OpenAI()) as house:
        result = await house.make(kind="inpaint", width=1536, height=1024)
        picture = opened_png(result.images[0])
        assert picture.getpixel((10, 500)) == (0, 128, 128)  # the input's teal
        assert picture.getpixel((1500, 500)) != (0, 128, 128)


async def test_where_a_picture_is_see_through_it_is_made_anew() -> None:
    source = Image.new("RGBA", SIZE, (0, 128, 128, 255))
    source.paste((0, 128, 128, 0), (SIZE[0] // 2, 0, *SIZE))
    file = io.BytesIO()
    source.save(file, "PNG")
    async with a_house(OpenAI()) as house:
        result = await house.make(kind="inpaint", inputs=(file.getvalue(),), width=1536, height=1024)
        picture = opened_png(result.images[0])
        assert picture.getpixel((10, 500)) == (0, 128, 128)
        assert picture.getpixel((1500, 500)) != (0, 128, 128)
        sent = house.fake.asked[0].file("image[]")
        assert sent is not None
        with Image.open(io.BytesIO(sent)) as image:
            assert image.mode == "RGB"  # what is see-through there would be a mask too


async def test_a_large_picture_is_sent_whole() -> None:
    noise = Image.effect_noise((2048, 1024), 80).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG", compress_level=0)
    async with a_house(OpenAI()) as house:
        await house.make(kind="img2img", inputs=(file.getvalue(),))
        assert house.fake.asked[0].file("image[]") == file.getvalue()


async def test_all_pictures_of_a_job_are_sent() -> None:
    async with a_house(OpenAI()) as house:
        await house.make(kind="variation", inputs=(a_png(colour="red"), a_png(colour="blue")))
        assert [name for name, _ in house.fake.asked[0].files] == ["image[]", "image[]"]


@pytest.mark.parametrize("inputs", [(), (b"no picture",)])
async def test_a_job_without_a_readable_picture_is_refused_without_a_call(inputs: tuple[bytes, ...]) -> None:
    async with a_house(OpenAI()) as house:
        error = await house.failure(kind="img2img", inputs=inputs)
        assert (type(error), error.facts) == (EngineRejectedError, {"reason": "input_image"})
        assert not house.fake.asked


@pytest.mark.parametrize("said", [{"data": ["x"]}, {"data": [{}]}, {"data": {}}, ["x"], {}])
async def test_an_answer_without_a_picture_is_a_fault(said: object) -> None:
    async with a_house(OpenAI()) as house:
        house.fake.faults.append(says(said))
        error = await house.failure()
        assert (type(error), error.facts) == (EngineFaultError, {"reason": "no_pictures"})


async def test_options_of_a_type_go_before_the_settings() -> None:
    async with a_house(OpenAI(), quality="low") as house:
        table = {"endpoint": "generations", "options": {"quality": "high", "background": "opaque"}}
        job = replace(house.job(), recipe=read_recipe(table, TypeContext("poster", Path())))
        await house.engine.generate(job, lambda _: None)
        fields = house.fake.asked[0].fields
        assert (fields["quality"], fields["background"]) == ("high", "opaque")


async def test_an_answer_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "ANSWER_MOST", 1000)
    async with a_house(OpenAI()) as house:
        error = await house.failure()
        assert (type(error), error.facts) == (EngineFaultError, {"reason": "answer_too_large"})


async def test_more_pictures_than_were_asked_for_are_a_fault() -> None:
    async with a_house(OpenAI()) as house:
        house.fake.faults.append(says(answer_of(*[painted((1536, 1024), "many")] * 2)))
        assert (await house.failure()).facts == {"reason": "wrong_number", "asked": 1, "given": 2}


async def test_calls_are_paced() -> None:
    async with a_house(OpenAI(), per_minute=1) as house:
        await house.make()
        error = await house.failure()
        assert isinstance(error, EngineBusyError)
        assert 50 < error.retry_after <= 60
        assert len(house.fake.asked) == 1


async def test_a_cancelled_job_is_dropped_and_the_next_one_made() -> None:
    async with a_house(OpenAI()) as house:
        house.fake.faults.append(goes_silent)
        running = asyncio.create_task(house.make())
        await house.fake.began.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await house.make()).images


async def test_what_it_can_do_is_told() -> None:
    async with a_house(OpenAI()) as quiet, a_house(OpenAI(), partial_images=1, slots=3) as streaming:
        assert quiet.engine.capabilities().reports is Reports.NOTHING
        assert quiet.engine.capabilities().cancels is Cancels.NOTHING
        assert streaming.engine.capabilities().reports is Reports.PREVIEWS
        assert streaming.engine.capabilities().slots == 3
