from __future__ import annotations

from typing import Any

import pytest

from adapters.engines.openai_images.listing import MODELS_MOST
from core.errors import EngineBusyError, EngineError, EngineUnavailableError
from tests.adapters.engines.openai_images.house import House, a_house
from tests.fakes.openai_images.errors import openai_error, string_error
from tests.fakes.openai_images.faults import Fault, says, writes
from tests.fakes.openai_images.openai import MODELS, OpenAI
from tests.fakes.openai_images.sd_server import SdServer


def listing(*names: Any) -> Fault:
    return says({"object": "list", "data": [{"id": name} for name in names]})


async def models_of(house: House) -> tuple[str, ...]:
    await house.engine.probe()
    return house.engine.capabilities().models


async def test_a_short_list_is_taken_with_the_default_first() -> None:
    async with a_house(OpenAI(), model="gpt-image-1-mini") as house:
        assert house.engine.capabilities().models == ()
        assert await models_of(house) == ("gpt-image-1-mini", MODELS[0], MODELS[2])
        assert house.engine.capabilities().loaded is None
    async with a_house(SdServer(), model="") as house:
        assert await models_of(house) == ("sd-cpp-local",)


async def test_a_list_of_models_of_all_sorts_says_nothing() -> None:
    async with a_house(OpenAI()) as house:
        house.fake.listing_faults.append(listing(*map(str, range(MODELS_MOST + 1))))
        assert await models_of(house) == ()


async def test_what_the_operator_names_counts_more_than_the_list() -> None:
    async with a_house(OpenAI(), models="a, b") as house:
        assert await models_of(house) == ("gpt-image-2", "a", "b")


async def test_the_list_is_read_anew_each_time() -> None:
    async with a_house(OpenAI(), model="") as house:
        house.fake.listing_faults.extend([listing("a"), listing("b")])
        assert [await models_of(house), await models_of(house)] == [("a",), ("b",)]


@pytest.mark.parametrize(
    "fault",
    [
        writes("404 page not found", status=404),
        writes("", status=405),
        says({"data": {"odd": 1}}),
        says([]),
        listing(1, None, "", "x" * 101),
        says(string_error(403, "You have insufficient permissions. Missing scopes: api.model.read.")),
    ],
)
async def test_a_server_without_a_list_is_there_all_the_same(fault: Fault) -> None:
    async with a_house(OpenAI()) as house:
        house.fake.listing_faults.append(fault)
        assert await models_of(house) == ()


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (writes("<html>", content_type="text/html"), 200),
        (says(None), 200),
        (says({"hello": "there"}), 200),
        (says({}, status=302, headers={"Location": "/login"}), 302),
    ],
)
async def test_another_program_at_that_address_is_none_of_ours(fault: Fault, status: int) -> None:
    async with a_house(OpenAI(), models="a") as house:
        house.fake.listing_faults.append(fault)
        with pytest.raises(EngineUnavailableError) as caught:
            await house.engine.probe()
        assert caught.value.facts == {"reason": "not_openai", "status": status}


@pytest.mark.parametrize(("said", "is_used"), [({"model": ""}, False), ({"model": "", "models": "a"}, True)])
async def test_a_server_without_a_list_is_used_where_the_operator_names_models(
    said: dict[str, Any], is_used: Any
) -> None:
    async with a_house(OpenAI(), **said) as house:
        house.fake.listing_faults.append(writes("", status=404))
        if is_used:
            assert await models_of(house) == ("a",)
        else:
            with pytest.raises(EngineUnavailableError) as caught:
                await house.engine.probe()
            assert caught.value.facts == {"reason": "not_openai", "status": 404}


async def test_a_server_whose_list_lacks_the_default_model_can_not_work() -> None:
    async with a_house(OpenAI(), model="gone") as house:
        with pytest.raises(EngineUnavailableError) as caught:
            await house.engine.probe()
        assert caught.value.facts == {"reason": "default_model", "name": "gone"}
        assert house.engine.capabilities().models == MODELS
        error = await house.failure()
        assert (type(error), error.facts) == (EngineUnavailableError, caught.value.facts)
        assert house.fake.asked == []
        assert (await house.make(model=MODELS[0])).images


@pytest.mark.parametrize("said", [{"model": "GONE.gguf"}, {"model": "elsewhere", "models": "gone"}])
async def test_a_default_model_that_may_be_there_is_not_missed(said: dict[str, Any]) -> None:
    async with a_house(OpenAI(), **said) as house:
        house.fake.listing_faults.append(listing("gone", "another"))
        assert (await models_of(house))[0] == said["model"]


@pytest.mark.parametrize(
    ("fault", "kind", "facts"),
    [
        (says(openai_error(401, "invalid_api_key")), EngineUnavailableError, ("refused", 401)),
        (says(openai_error(403, None)), EngineUnavailableError, ("refused", 403)),
        (says(openai_error(429, "insufficient_quota")), EngineUnavailableError, ("quota", None)),
        (writes("", status=503), EngineUnavailableError, ("away", 503)),
        (says({}, status=429, headers={"Retry-After": "3"}), EngineBusyError, (None, None)),
    ],
)
async def test_a_server_that_would_make_nothing_says_so(
    fault: Fault, kind: type[EngineError], facts: tuple[str | None, int | None]
) -> None:
    async with a_house(OpenAI()) as house:
        house.fake.listing_faults.append(fault)
        with pytest.raises(EngineError) as caught:
            await house.engine.probe()
        assert type(caught.value) is kind
        assert (caught.value.facts.get("reason"), caught.value.facts.get("status")) == facts


async def test_the_key_is_sent_and_a_wrong_one_told_of() -> None:
    async with a_house(OpenAI(), key="sk-right") as house:
        with pytest.raises(EngineUnavailableError):
            await house.engine.probe()
        assert isinstance(await house.failure(), EngineUnavailableError)
    async with a_house(OpenAI(), key="sk-right", own_key="sk-right") as house:
        assert await models_of(house)
        assert house.fake.asked == []
        assert (await house.make()).images


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with a_house(OpenAI()) as house:
        await house.fake.close()
        with pytest.raises(EngineUnavailableError) as caught:
            await house.engine.probe()
        assert caught.value.facts == {"reason": "unreachable"}
