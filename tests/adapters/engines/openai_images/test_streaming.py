from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from core.errors import EngineFaultError, EngineRejectedError, EngineUnavailableError
from tests.adapters.engines.openai_images.house import a_house
from tests.contracts.engines.rig import SIZE, opened_png
from tests.fakes.openai_images.faults import breaks_off_in_the_stream, says
from tests.fakes.openai_images.openai import OpenAI
from tests.fakes.openai_images.pictures import painted
from tests.fakes.openai_images.streams import Streamed

PICTURE = base64.b64encode(painted((1536, 1024), "done")).decode()
DONE = ("image_generation.completed", {"b64_json": PICTURE})


def partial(**said: Any) -> tuple[str, dict[str, Any]]:
    return "image_generation.partial_image", said


@pytest.mark.parametrize("kind", ["txt2img", "img2img"])
async def test_previews_are_told_while_each_picture_is_made(kind: str) -> None:
    async with a_house(OpenAI(), partial_images=2) as house:
        told = await house.told(kind=kind, batch_size=2)
        assert [(one.step, one.steps) for one in told] == [(step, 6) for step in range(1, 7)]
        shown = [one.preview is not None for one in told]
        assert shown == [True, True, False, True, True, False]
        assert opened_png(told[0].preview or b"").size == (1536, 1024)
        assert [str(asked.fields["n"]) for asked in house.fake.asked] == ["1", "1"]


async def test_a_form_says_that_it_wants_a_stream_in_small_letters() -> None:
    async with a_house(OpenAI(), partial_images=3) as house:
        await house.make(kind="img2img")
        assert house.fake.asked[0].fields["stream"] == "true"
        assert house.fake.asked[0].fields["partial_images"] == "3"


async def test_progress_never_falls_whatever_previews_say_they_are() -> None:
    async with a_house(OpenAI(), partial_images=2) as house:
        indices: list[Any] = [1, 0, 99, -5, "x", None]
        events = [partial(partial_image_index=index, b64_json=PICTURE) for index in indices]
        house.fake.faults.append(says(Streamed((*events, DONE))))
        told = await house.told()
        assert [one.step for one in told] == [2, 2, 2, 2, 2, 2, 3]


async def test_a_preview_that_can_not_be_read_is_no_fault_of_the_picture() -> None:
    async with a_house(OpenAI(), partial_images=1) as house:
        odd: list[tuple[str, Any]] = [partial(b64_json="§"), partial(), ("unheard_of", {}), ("", "no json")]
        house.fake.faults.append(says(Streamed((*odd, DONE))))
        result = await house.make()
        assert opened_png(result.images[0]).size == SIZE


@pytest.mark.parametrize("picture", [{}, {"b64_json": None}, {"b64_json": "AAAA"}])
async def test_an_end_without_a_picture_is_a_fault(picture: dict[str, Any]) -> None:
    async with a_house(OpenAI(), partial_images=1) as house:
        house.fake.faults.append(says(Streamed((("image_generation.completed", picture),))))
        assert isinstance(await house.failure(), EngineFaultError)


@pytest.mark.parametrize(
    "said",
    [
        {"type": "error", "code": "moderation_blocked", "message": "m"},
        {"type": "error", "error": {"code": "moderation_blocked", "message": "m"}},
        {"error": {"code": "moderation_blocked"}},
    ],
)
async def test_a_refusal_in_the_stream_is_one(said: dict[str, Any]) -> None:
    async with a_house(OpenAI(), partial_images=1) as house:
        house.fake.faults.append(says(Streamed((("", json.dumps(said)),))))
        error = await house.failure()
        assert (type(error), error.facts) == (EngineRejectedError, {"reason": "prompt"})


async def test_another_error_in_the_stream_is_a_fault() -> None:
    async with a_house(OpenAI(), partial_images=1) as house:
        house.fake.faults.append(says(Streamed((("error", {"error": "at /srv/private"}),))))
        error = await house.failure()
        assert (type(error), error.facts) == (EngineFaultError, {"reason": "in_stream"})


async def test_a_stream_that_ends_too_soon_is_broken_off() -> None:
    async with a_house(OpenAI(), partial_images=1) as house:
        house.fake.faults.append(says(Streamed((partial(b64_json=PICTURE),))))
        house.fake.faults.append(breaks_off_in_the_stream)
        for _ in range(2):
            error = await house.failure()
            assert (type(error), error.facts) == (EngineUnavailableError, {"reason": "broken_off"})
