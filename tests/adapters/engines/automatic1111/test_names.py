"""Servers replace a name that they don't know, and say nothing: it is checked before."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.engines.automatic1111.answers import raise_for
from adapters.engines.automatic1111.names import Named, Names
from adapters.engines.automatic1111.order import Order, Preferences
from adapters.engines.wire.connection import Answer
from core.errors import EngineError, EngineFaultError, EngineRejectedError, EngineUnavailableError
from tests.adapters.engines.automatic1111.bench import Bench, a_bench


@pytest.mark.parametrize(
    ("fields", "reason", "name"),
    [
        ({"sampler": "Oiler"}, "sampler", "Oiler"),
        ({"sampler": "DPM++ 2M Carrots"}, "sampler", "DPM++ 2M Carrots"),
        ({"model": "missing"}, "model", "missing"),
        ({"prompt": "a fox <lora:rain:0.5>"}, "lora", "rain"),
    ],
)
async def test_an_unknown_name_is_refused_and_nothing_is_sent(
    forge: Bench, fields: dict[str, Any], reason: str, name: str
) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await forge.make(**fields)
    assert caught.value.facts == {"reason": reason, "name": name}
    assert forge.fake.asked == []


@pytest.mark.parametrize(
    ("asked", "sampler", "scheduler"),
    [
        ("euler A", "Euler a", None),
        ("k_euler_a", "Euler a", None),
        ("DPM++ 2M Karras", "DPM++ 2M", "karras"),
        ("dpm++ 2m", "DPM++ 2M", None),
    ],
)
async def test_a_sampler_is_sent_by_the_servers_own_name(
    forge: Bench, asked: str, sampler: str, scheduler: str | None
) -> None:
    assert (await forge.make(sampler=asked)).images
    assert (forge.sent["sampler_name"], forge.sent.get("scheduler")) == (sampler, scheduler)


@pytest.mark.parametrize("asked", ["sd15_tiny", "SD15/tiny.safetensors", "tiny", "0123456789"])
async def test_a_model_is_sent_by_its_title_and_put_back_afterwards(forge: Bench, asked: str) -> None:
    result = await forge.make(model=asked)
    assert forge.sent["override_settings"] == {"sd_model_checkpoint": "sd15/tiny.safetensors [0123456789]"}
    assert forge.sent["override_settings_restore_afterwards"] is True
    assert result.model == "sd15_tiny"  # though the server tells it without its folder


async def test_without_a_model_the_server_takes_the_one_that_it_has(forge: Bench) -> None:
    result = await forge.make()
    assert "override_settings" not in forge.sent
    assert result.model == "sd15_tiny"


async def test_the_operators_model_is_for_requests_that_name_none() -> None:
    async with a_bench(preferences=Preferences(model="other.v2")) as bench:
        assert (await bench.make()).model == "other.v2"
        assert (await bench.make(model="sd15_tiny")).model == "sd15_tiny"


async def test_a_lora_stays_in_the_prompt_by_the_servers_own_name(forge: Bench) -> None:
    await forge.make(prompt="a fox <lora:snowFall:0.8> in snow")
    assert forge.sent["prompt"] == "a fox in snow <lora:Snow_v2:0.8>"


async def test_sd_server_is_given_loras_beside_the_prompt(plain: Bench) -> None:
    await plain.make(prompt="a fox <lora:snow:0.8> in snow")
    assert plain.sent["prompt"] == "a fox in snow"
    assert plain.sent["lora"] == [{"path": "snow.safetensors", "multiplier": 0.8}]


def test_of_two_names_that_differ_in_case_alone_the_typed_one_is_meant() -> None:
    names = Names(samplers=(Named("Euler A", "Euler A"), Named("euler a", "euler a")))
    assert names.sampler("euler a").name == "euler a"
    assert names.sampler("EULER A").name == "Euler A"


async def test_an_upscaler_that_this_server_lacks_is_its_fault_and_nothing_is_sent() -> None:
    async with a_bench(preferences=Preferences(upscaler="R-ESRGAN 4x+")) as bench:
        with pytest.raises(EngineFaultError) as caught:
            await bench.make(kind="upscale")
        assert caught.value.facts == {"reason": "no_upscaler", "name": "R-ESRGAN 4x+"}
        assert bench.fake.asked == []


async def test_a_server_without_the_operators_model_can_not_work_and_no_member_is_told_so() -> None:
    async with a_bench(preferences=Preferences(model="missing"), is_probed=False) as bench:
        for ask in (bench.engine.probe(), bench.make()):
            with pytest.raises(EngineUnavailableError) as caught:
                await ask
            assert caught.value.facts == {"reason": "default_model", "name": "missing"}
        assert bench.fake.asked == []
        assert (await bench.make(model="sd15_tiny")).images


@pytest.mark.parametrize("model", ["other.v2", "OTHER.V2.safetensors", "other.v2.ckpt"])
async def test_the_operators_model_may_be_named_with_another_ending_or_none(model: str) -> None:
    async with a_bench(preferences=Preferences(model=model)) as bench:
        assert (await bench.make()).model == "other.v2"


async def test_where_the_server_tells_no_models_the_operators_is_sent_as_it_is() -> None:
    assert Names().default_model("tiny") == Named("tiny", "tiny")


@pytest.mark.parametrize(
    ("is_default", "kind", "reason"),
    [(True, EngineUnavailableError, "default_model"), (False, EngineRejectedError, "model")],
)
async def test_a_model_that_the_server_lost_is_the_fault_of_who_named_it(
    is_default: Any, kind: type[EngineError], reason: str
) -> None:
    order = Order("txt2img", {}, (8, 8), 1, 1, model=Named("tiny", "tiny"), is_default=is_default)
    with pytest.raises(kind) as caught:
        await raise_for(Answer(404, {}, b'{"detail": "Model not found"}'), order)
    assert caught.value.facts == {"reason": reason, "name": "tiny"}
