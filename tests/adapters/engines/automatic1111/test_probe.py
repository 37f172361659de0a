from __future__ import annotations

import pytest

from adapters.engines.automatic1111.engine import Automatic1111Engine
from core.errors import EngineUnavailableError
from core.generation.engine import Cancels, Reports
from tests.adapters.engines.automatic1111.bench import Bench, a_bench


async def test_forge_tells_steps_and_pictures_and_can_be_interrupted(forge: Bench) -> None:
    found = forge.engine.capabilities()
    assert (found.reports, found.cancels, found.slots, found.side_step) == (
        Reports.PREVIEWS,
        Cancels.RUNNING,
        1,
        8,
    )
    assert found.models == ("sd15_tiny", "other.v2")
    assert found.samplers == ("Euler", "Euler a", "DPM++ 2M")
    assert found.loras == ("Snow_v2",)
    assert found.loaded == "sd15_tiny"


async def test_sd_server_tells_nothing_and_can_not_be_interrupted(plain: Bench) -> None:
    found = plain.engine.capabilities()
    assert (found.reports, found.cancels, found.slots, found.side_step) == (
        Reports.NOTHING,
        Cancels.NOTHING,
        1,
        64,
    )
    assert found.models == ("tiny",)
    assert found.samplers == ("euler", "euler_a")  # "default" stands for one that nobody can check
    assert found.loaded == "tiny"


async def test_a_server_that_shows_no_previews_is_not_said_to() -> None:
    async with a_bench(is_probed=False) as bench:
        bench.fake.lists["options"] = {"show_progress_every_n_steps": -1}
        await bench.engine.probe()
        assert bench.engine.capabilities().reports is Reports.STEPS


async def test_a_probe_changes_and_interrupts_nothing(forge: Bench) -> None:
    assert not [call for call in forge.fake.calls if not call.startswith("GET ")]
    assert not forge.fake.rendering.interrupted


async def test_a_server_whose_api_is_off_is_not_used() -> None:
    async with a_bench(is_probed=False) as bench:
        bench.fake.lists |= {"samplers": None, "sd-models": None}
        with pytest.raises(EngineUnavailableError) as caught:
            await bench.engine.probe()
        assert caught.value.facts["reason"] == "no_api"


async def test_a_list_that_the_server_lacks_is_not_known_and_lets_every_name_through() -> None:
    async with a_bench(is_probed=False) as bench:
        bench.fake.lists |= {"loras": None, "schedulers": None, "sd-models": None, "options": None}
        await bench.engine.probe()
        assert bench.engine.capabilities().loras == ()
        bench.fake.lists["sd-models"] = [{"title": "x", "filename": "x.safetensors"}]  # to draw with
        assert (await bench.make(prompt="a fox <lora:whatever:0.5>")).images
        assert bench.sent["prompt"] == "a fox <lora:whatever:0.5>"


async def test_nonsense_in_a_list_is_left_out() -> None:
    async with a_bench(is_probed=False) as bench:
        bench.fake.lists |= {
            "samplers": [{"name": "Euler"}, {"name": 5}, "Heun", {"name": "x" * 500}, {}],
            "loras": {"no": "list"},
            "options": [1],
        }
        await bench.engine.probe()
        assert bench.engine.capabilities().samplers == ("Euler",)
        assert bench.engine.capabilities().loras == ()


async def test_the_user_and_the_password_in_the_address_are_sent_and_others_refused() -> None:
    async with a_bench(is_probed=False, authorization="Basic YW5uOnNlY3JldA==") as bench:
        with pytest.raises(EngineUnavailableError) as caught:
            await bench.engine.probe()
        assert caught.value.facts == {"reason": "refused", "status": 401}
        own = Automatic1111Engine("a", bench.fake.url.replace("://", "://ann:secret@"))
        await own.probe()
        assert own.capabilities().models
        await own.aclose()


async def test_a_job_before_the_first_probe_probes_first() -> None:
    async with a_bench(is_probed=False) as bench:
        assert (await bench.make()).images
        assert bench.engine.capabilities().models


async def test_the_model_that_made_the_last_picture_is_the_loaded_one_until_another_is_chosen(
    forge: Bench,
) -> None:
    assert (await forge.make(model="other.v2")).model == "other.v2"
    assert forge.engine.capabilities().loaded == "other.v2"
    await forge.engine.probe()
    assert forge.engine.capabilities().loaded == "other.v2"
    await forge.make(model="sd15_tiny")
    forge.fake.lists["options"] = {"sd_model_checkpoint": "other.v2.safetensors [9876543210]"}
    await forge.engine.probe()
    assert forge.engine.capabilities().loaded == "other.v2"


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with a_bench(is_probed=False) as bench:
        await bench.fake.close()
        with pytest.raises(EngineUnavailableError):
            await bench.engine.probe()
