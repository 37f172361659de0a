"""Models, samplers and LoRAs by name: those that a real ComfyUI has, and those that it has not."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from core.errors import EngineRejectedError
from tests.contracts.engines.rig import Rig, opened_png
from tests.contracts.test_engine import nobody
from tests.real_engine.comfyui.house import SIDE
from tools.real_comfyui.folder import CHECKPOINT, LORA

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(300)]


async def made(rig: Rig, task: str, prompt: str, **settings: Any) -> str:
    """Return what tells a small picture's pixels from others'."""
    job = rig.job(task, prompt=prompt, **{"width": SIDE, "height": SIDE, "steps": 4, **settings})
    result = await rig.engine.generate(job, nobody)
    return sha256(opened_png(result.images[0]).tobytes()).hexdigest()


def test_it_tells_what_it_has(rig: Rig) -> None:
    has = rig.engine.capabilities()
    assert has.models == (CHECKPOINT,)
    assert has.loras == (LORA,)
    assert {"euler", "dpmpp_2m"} <= set(has.samplers)


async def test_a_lora_changes_the_picture_as_much_as_it_is_told_to(rig: Rig) -> None:
    name = LORA.removesuffix(".safetensors")
    prompts = ["a fox", f"a fox <lora:{name}:1>", f"a fox <lora:{LORA}:1>", f"a fox <lora:{name}:0>"]
    plain, changed, same, off = [
        await made(rig, f"l0ra{number:02}", prompt) for number, prompt in enumerate(prompts)
    ]
    assert plain == off != changed == same


async def test_names_are_found_without_their_ending(rig: Rig) -> None:
    plain = await made(rig, "name01", "a fox")
    assert plain == await made(rig, "name02", "a fox", model=CHECKPOINT.removesuffix(".safetensors").upper())


async def test_another_sampler_makes_another_picture(rig: Rig) -> None:
    assert await made(rig, "samp01", "a fox") != await made(rig, "samp02", "a fox", sampler="dpmpp_2m")


@pytest.mark.parametrize(
    ("reason", "prompt", "settings"),
    [
        ("model", "a fox", {"model": "missing"}),
        ("sampler", "a fox", {"sampler": "missing"}),
        ("lora", "a fox <lora:missing:1>", {}),
    ],
)
async def test_a_name_that_it_has_not_is_refused_for_good(
    rig: Rig, reason: str, prompt: str, settings: dict[str, Any]
) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await made(rig, "miss01", prompt, **settings)
    assert caught.value.facts == {"reason": reason, "name": "missing"}
