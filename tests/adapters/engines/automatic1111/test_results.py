"""What comes back is not always what was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import EngineFaultError, EngineRejectedError
from tests.adapters.engines.automatic1111.bench import Bench
from tests.fakes.automatic1111.pictures import as_base64, drawn

PICTURE = as_base64(drawn(1, (128, 64)))


@pytest.mark.parametrize(
    ("told", "what"), [({"sampler_name": "Euler"}, "sampler"), ({"sd_model_name": "tiny"}, "model")]
)
async def test_what_the_server_replaced_silently_is_never_delivered(
    forge: Bench, told: dict[str, Any], what: str
) -> None:
    forge.fake.info = told
    with pytest.raises(EngineFaultError) as caught:
        await forge.make(sampler="Euler a", model="other.v2")
    assert caught.value.facts == {"reason": "replaced", "name": what}


async def test_a_sampler_told_without_its_scheduler_is_the_same(forge: Bench) -> None:
    forge.fake.lists["samplers"] = [{"name": "DPM++ 2M Karras"}, {"name": "DPM++ 2M"}]
    await forge.engine.probe()
    forge.fake.info = {"sampler_name": "DPM++ 2M"}
    assert (await forge.make(sampler="DPM++ 2M Karras")).images


async def test_a_model_that_nobody_asked_for_is_told_as_it_is(forge: Bench) -> None:
    forge.fake.info = {"sd_model_name": "other.v2"}
    assert (await forge.make()).model == "other.v2"


async def test_a_server_that_tells_nothing_of_the_pictures_is_believed(plain: Bench) -> None:
    result = await plain.make(sampler="euler_a", seed=9)
    assert (result.seed, result.model) == (9, "tiny")


async def test_the_seed_that_was_really_used_is_told(forge: Bench) -> None:
    forge.fake.info = {"seed": 12}
    assert (await forge.make(seed=9)).seed == 12


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"images": [as_base64(drawn(1, (64, 64)))]}, "wrong_size"),
        ({"images": [PICTURE, PICTURE]}, "wrong_number"),
        ({"images": "abc"}, "wrong_number"),
        ({"images": []}, "no_pictures"),
        ({}, "no_pictures"),
        ({"images": [None]}, "no_pictures"),
        ({"images": ["!!!"]}, "not_a_picture"),
        ({"images": ["aGVsbG8="]}, "not_a_picture"),
        ([1], "not_json"),
    ],
)
async def test_pictures_that_are_not_the_asked_ones_are_a_fault(
    forge: Bench, answer: object, reason: str
) -> None:
    forge.fake.answers.append((200, json.dumps(answer)))
    with pytest.raises(EngineFaultError) as caught:
        await forge.make()
    assert caught.value.facts["reason"] == reason


@pytest.mark.parametrize("info", [5, "no JSON {", "[1]", "", None, '{"seed": true, "sd_model_name": 5}'])
async def test_an_info_that_can_not_be_read_costs_no_picture(forge: Bench, info: object) -> None:
    forge.fake.answers.append((200, json.dumps({"images": [PICTURE], "info": info})))
    result = await forge.make(seed=9)
    assert (len(result.images), result.seed) == (1, 9)


OUT_OF_MEMORY = {"reason": "out_of_memory"}
INPUT = {"reason": "input_image"}


@pytest.mark.parametrize(
    ("status", "body", "error", "facts"),
    [
        (
            500,
            '{"error": "RuntimeError", "message": "/srv/x"}',
            EngineFaultError,
            {"reason": "status", "status": 500},
        ),
        (500, '{"error": "OutOfMemoryError", "message": ""}', EngineRejectedError, OUT_OF_MEMORY),
        (500, '{"error": "x", "errors": "CUDA out of memory. /srv"}', EngineRejectedError, OUT_OF_MEMORY),
        (
            500,
            '{"error": "RuntimeError", "message": "DefaultCPUAllocator: can\'t allocate memory"}',
            EngineRejectedError,
            OUT_OF_MEMORY,
        ),
        (500, '{"detail": "Invalid encoded image"}', EngineRejectedError, INPUT),
        (404, '{"detail": "Init image not found"}', EngineRejectedError, INPUT),
        (404, '{"detail": "Sampler not found"}', EngineRejectedError, {"reason": "sampler", "name": "Euler"}),
        (404, '{"detail": "Model not found"}', EngineFaultError, {"reason": "status", "status": 404}),
        (404, '{"detail": "Not Found"}', EngineFaultError, {"reason": "not_offered"}),
        (404, "<html>", EngineFaultError, {"reason": "not_offered"}),
        (
            422,
            '{"detail": [{"loc": ["body", "steps"]}]}',
            EngineRejectedError,
            {"reason": "value", "name": "steps"},
        ),
        (
            422,
            '{"detail": [{"loc": ["body", "../srv"]}]}',
            EngineRejectedError,
            {"reason": "value", "name": None},
        ),
        (
            422,
            '{"detail": "always on script x not found"}',
            EngineRejectedError,
            {"reason": "value", "name": None},
        ),
        (422, "nonsense", EngineRejectedError, {"reason": "value", "name": None}),
        (
            500,
            '{"error": "server_error", "message": "x"}',
            EngineFaultError,
            {"reason": "status", "status": 500},
        ),
        (500, "Internal Server Error", EngineFaultError, {"reason": "status", "status": 500}),
        (400, '{"error": "prompt required"}', EngineFaultError, {"reason": "status", "status": 400}),
        (302, "", EngineFaultError, {"reason": "status", "status": 302}),
        (200, "<html>", EngineFaultError, {"reason": "not_json", "status": 200}),
    ],
)
async def test_every_shape_of_an_error_is_understood_and_none_of_its_words_go_further(
    forge: Bench, status: int, body: str, error: type[Exception], facts: dict[str, object]
) -> None:
    forge.fake.answers.append((status, body))
    with pytest.raises((EngineFaultError, EngineRejectedError)) as caught:
        await forge.make(sampler="Euler")
    assert type(caught.value) is error
    assert caught.value.facts == facts
    assert (await forge.make()).images  # and the next job is made
