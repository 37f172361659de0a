"""What a server says of itself, and what it is told."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.defaults import operators_default
from adapters.engines.comfyui.engine import ComfyUIEngine, open_comfyui
from core.errors import EngineRejectedError, EngineUnavailableError
from core.generation.engine import Cancels, Reports
from tests.adapters.engines.comfyui.house import a_house, refused


def nobody(_: object) -> None:
    """Nobody listens."""


async def test_a_probe_learns_what_the_server_has() -> None:
    async with a_house(settings={"slots": 3}) as house:
        await house.engine.probe()
        found = house.engine.capabilities()
    assert found.models == ("sd15.safetensors", "sdxl/base.safetensors")
    assert found.loras == ("snow.safetensors", "styles/ink.safetensors")
    assert "dpmpp_2m" in found.samplers
    assert (found.slots, found.side_step) == (3, 8)
    assert (found.reports, found.cancels) == (Reports.PREVIEWS, Cancels.RUNNING)
    assert found.loaded is None


async def test_a_probe_asks_for_lists_only_now_and_then_and_never_for_all_nodes() -> None:
    async with a_house() as house:
        for _ in range(3):
            await house.engine.probe()
        assert len(house.fake.called("GET", "/system_stats")) == 3
        assert len(house.fake.called("GET", "/models/checkpoints")) == 1
        assert [call.path for call in house.fake.called("GET", "/object_info")] == ["/object_info/KSampler"]


@asynccontextmanager
async def probed(answers: Mapping[str, tuple[int, Any]]) -> AsyncIterator[ComfyUIEngine]:
    """Open an engine in front of a server that answers so, by path, and 404 else."""

    async def answer(request: web.Request) -> web.Response:
        status, body = answers.get(request.path, (404, {}))
        return web.json_response(body, status=status)

    runner = web.AppRunner(app := web.Application())
    app.router.add_get("/{path:.*}", answer)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    (engine,) = open_comfyui(ComfyUISettings(url=f"http://127.0.0.1:{runner.addresses[0][1]}"))
    yield engine
    await engine.aclose()
    await runner.cleanup()


async def test_another_program_at_that_address_is_none_of_ours() -> None:
    async with probed({"/system_stats": (200, {"hello": "there"})}) as engine:
        with refused(EngineUnavailableError, reason="not_comfyui", status=200):
            await engine.probe()


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "refused"), (403, "refused"), (502, "away"), (503, "away"), (504, "away")]
)
@pytest.mark.parametrize("path", ["/system_stats", "/models/checkpoints", "/object_info/KSampler"])
async def test_a_proxy_that_lets_nobody_through_is_told_as_such(path: str, status: int, reason: str) -> None:
    async with probed({"/system_stats": (200, {"system": {}}), path: (status, {})}) as engine:
        with refused(EngineUnavailableError, reason=reason, status=status):
            await engine.probe()


@pytest.mark.parametrize("status", [404, 500])
async def test_a_list_that_is_broken_or_missing_is_not_known(status: int) -> None:
    async with probed({"/system_stats": (200, {"system": {}}), "/models/loras": (status, {})}) as engine:
        await engine.probe()
        assert engine.capabilities().loras == ()


async def test_a_server_without_the_operators_model_can_not_work() -> None:
    async with a_house(settings={"model": "missing"}) as house:
        with refused(EngineUnavailableError, reason="default_model", name="missing"):
            await house.engine.probe()
        assert house.engine.capabilities().models
        with refused(EngineUnavailableError, reason="default_model", name="missing"):
            await house.engine.generate(house.rig.job(), nobody)
        assert not house.fake.called("POST", "/prompt")
        assert (await house.engine.generate(house.rig.job("other1", model="sd15"), nobody)).images


async def test_a_model_that_a_request_names_is_the_requests_fault() -> None:
    async with a_house(settings={"model": "sd15"}) as house:
        with refused(EngineRejectedError, reason="model", name="missing"):
            await house.engine.generate(house.rig.job(model="missing"), nobody)


@pytest.mark.parametrize("model", ["sd15", "SD15.safetensors", "base"])
async def test_the_operators_model_may_be_named_without_its_ending(model: str) -> None:
    async with a_house(settings={"model": model}) as house:
        await house.engine.probe()
        assert (await house.engine.generate(house.rig.job(), nobody)).images


async def test_the_operators_model_that_the_server_refuses_is_not_told_to_a_member() -> None:
    async with a_house(settings={"model": "sd15"}) as house:
        house.fake.refuse("value_not_in_list", times=2, node="4", name="ckpt_name")
        with refused(EngineUnavailableError, reason="default_model", name="sd15"):
            await house.engine.generate(house.rig.job(), nobody)
        with refused(EngineRejectedError, reason="model", name="sd15.safetensors"):
            await house.engine.generate(house.rig.job("other1", model="sd15"), nobody)


async def test_a_model_of_the_workflows_own_that_the_server_refuses_is_not_the_operators_setting() -> None:
    error = EngineRejectedError(reason="model", name="other.safetensors")
    async with a_house() as house:
        facts = {"reason": "model", "name": "other.safetensors"}
        with refused(EngineRejectedError, **facts), operators_default(house.rig.job(), "sd15"):
            raise error


async def test_without_previews_none_are_asked_for() -> None:
    async with a_house(settings={"previews": False}) as house:
        told: list[object] = []
        await house.engine.generate(house.rig.job(), lambda progress: told.append(progress.preview))
        assert house.engine.capabilities().reports is Reports.STEPS
        assert house.fake.called("POST", "/prompt")[0].body["extra_data"] == {"preview_method": "none"}
    assert told
    assert not any(told)


async def test_a_proxys_authorization_goes_with_every_call_and_no_origin() -> None:
    async with a_house(settings={"authorization": "Bearer k3y"}) as house:
        await house.engine.generate(house.rig.job(), nobody)
        assert {call.headers.get("Authorization") for call in house.fake.calls} == {"Bearer k3y"}
        assert not any("Origin" in call.headers for call in house.fake.calls)
        assert "/ws" in {call.path for call in house.fake.calls}


async def test_a_user_and_a_password_in_the_address_are_sent_as_such() -> None:
    async with a_house() as house:
        address = house.fake.address.replace("http://", "http://ann:pw@")
        (engine,) = open_comfyui(ComfyUISettings(url=address))
        await engine.probe()
        await engine.aclose()
        expected = "Basic " + base64.b64encode(b"ann:pw").decode()
        assert {call.headers["Authorization"] for call in house.fake.calls} == {expected}


async def test_several_servers_have_numbers() -> None:
    one = open_comfyui(ComfyUISettings(url="http://a:1"))
    several = open_comfyui(ComfyUISettings(url="http://a:1, http://b:2,http://a:1"))
    assert [engine.name for engine in one] == ["comfyui"]
    assert [engine.name for engine in several] == ["comfyui-1", "comfyui-2"]
    assert open_comfyui(ComfyUISettings()) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"url": "127.0.0.1:8188"},
        {"url": "http://a:1,ftp://b"},
        {"url": "http://a:99999999"},
        {"url": "http://u:s3cr3t@a:1", "authorization": "Bearer s3cr3t"},
        {"url": "http://a:1", "authorization": "s3cr3t\nX: y"},
        {"slots": 0},
        {"slots": 17},
        {"silence": 0},
    ],
)
def test_settings_that_can_not_work_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        ComfyUISettings.model_validate(said)
    assert "s3cr3t" not in "".join(str(error["msg"]) for error in caught.value.errors())
