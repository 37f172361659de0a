"""What of a request gets into the graph, and where."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from adapters.engines.comfyui.config import ComfyUISettings
from adapters.engines.comfyui.engine import open_comfyui
from adapters.engines.comfyui.graph import expected_of, graph_of
from adapters.engines.comfyui.inventory import Inventory, resolved, samplers_in
from adapters.engines.comfyui.recipe import ComfyUIRecipe, Target
from core.errors import EngineRejectedError, EngineUnavailableError
from core.generation.engine import EngineJob
from tests.adapters.engines.comfyui.house import a_house, refused, types
from tests.contracts.engines.rig import Rig

HAS = Inventory(
    models=("sd15.safetensors", "sdxl/base.safetensors"),
    loras=("snow.safetensors", "styles/ink.safetensors"),
    samplers=("euler", "dpmpp_2m"),
)


def nobody(_: object) -> None:
    """Nobody listens."""


@pytest.fixture
def rig() -> Rig:
    """Only its jobs are used: nothing is sent."""
    settings = ComfyUISettings(url="http://127.0.0.1:9")
    return Rig(open_comfyui(settings)[0], types())


def recipe_of(job: EngineJob) -> ComfyUIRecipe:
    assert isinstance(job.recipe, ComfyUIRecipe)
    return job.recipe


def inputs(job: EngineJob, has: Inventory = HAS, **more: Any) -> dict[str, dict[str, Any]]:
    graph = graph_of(job, recipe_of(job), has, uploaded=more.pop("uploaded", {}), **more)
    return {node: graph[node]["inputs"] for node in graph}


def test_each_value_is_where_the_recipe_says(rig: Rig) -> None:
    settings: dict[str, Any] = {
        "width": 515,
        "height": 260,
        "steps": 9,
        "cfg_scale": 3.5,
        "sampler": "Euler",
        "seed": 99,
    }
    found = inputs(rig.job(prompt="a fox", negative_prompt="", **settings))
    assert found["6"]["text"] == "a fox"
    assert found["7"]["text"] == ""
    assert (found["5"]["width"], found["5"]["height"]) == (512, 256)  # of eights, half to even
    sampler = found["3"]
    assert (sampler["steps"], sampler["cfg"], sampler["sampler_name"], sampler["seed"]) == (
        9,
        3.5,
        "euler",
        99,
    )
    assert sampler["denoise"] == 1.0


def test_a_strength_and_a_picture_are_where_the_recipe_says(rig: Rig) -> None:
    found = inputs(rig.job(kind="img2img", strength=0.3), uploaded={"image": "easel/a.png"})
    assert found["3"]["denoise"] == 0.3
    assert found["10"]["image"] == "easel/a.png"


def test_the_workflow_itself_is_never_changed(rig: Rig) -> None:
    job = rig.job(prompt="a fox <lora:snow>", batch_size=2)
    before = repr(recipe_of(job).graph)
    inputs(job)
    assert repr(recipe_of(job).graph) == before


@pytest.mark.parametrize(
    ("asked", "setting", "expected"),
    [
        (None, None, "sd15.safetensors"),
        (None, "base", "sdxl/base.safetensors"),
        ("SDXL\\base", "sd15", "sdxl/base.safetensors"),
        ("missing", None, "missing"),
    ],
)
def test_the_model_is_the_requests_else_the_settings_else_the_first(
    rig: Rig, asked: str | None, setting: str | None, expected: str
) -> None:
    assert inputs(rig.job(model=asked), model=setting)["4"]["ckpt_name"] == expected


def test_a_workflows_own_model_is_kept_where_the_server_has_it(rig: Rig) -> None:
    job = rig.job()
    graph = deepcopy(recipe_of(job).graph)
    graph["4"]["inputs"]["ckpt_name"] = "sdxl/base.safetensors"
    own = replace(job, recipe=replace(recipe_of(job), graph=graph))
    assert inputs(own)["4"]["ckpt_name"] == "sdxl/base.safetensors"
    assert inputs(own, replace(HAS, models=("sd15.safetensors",)))["4"]["ckpt_name"] == "sd15.safetensors"


def test_a_server_without_models_is_not_available(rig: Rig) -> None:
    with refused(EngineUnavailableError, reason="no_models"):
        inputs(rig.job(), Inventory(models=()))


def test_inputs_of_the_types_own_have_their_default_where_nobody_says(rig: Rig) -> None:
    job = rig.job()
    own = replace(recipe_of(job), inputs={"glow": (Target("3", "steps"),)}, defaults={"glow": 5})
    assert inputs(replace(job, recipe=own))["3"]["steps"] == 5
    request = job.request.model_copy(update={"parameters": {"glow": 7}})
    assert inputs(replace(job, recipe=own, request=request))["3"]["steps"] == 7


def test_loras_come_between_the_model_and_what_uses_it(rig: Rig) -> None:
    found = inputs(rig.job(prompt="a fox <lora:snow:0.8> <lora:INK>"))
    assert found["6"]["text"] == "a fox"
    last, first = found["4#lora2"], found["4#lora1"]
    assert found["3"]["model"] == ["4#lora2", 0]
    assert found["6"]["clip"] == found["7"]["clip"] == ["4#lora2", 1]
    assert found["8"]["vae"] == ["4", 2]
    assert (last["model"], last["clip"], last["lora_name"]) == (
        ["4#lora1", 0],
        ["4#lora1", 1],
        "styles/ink.safetensors",
    )
    assert (first["model"], first["clip"], first["lora_name"]) == (["4", 0], ["4", 1], "snow.safetensors")
    assert first["strength_model"] == first["strength_clip"] == 0.8


def test_a_lora_that_the_server_has_not_is_refused(rig: Rig) -> None:
    job = rig.job(prompt="a fox <lora:rain>")
    with refused(EngineRejectedError, reason="lora", name="rain"):
        inputs(job)
    assert inputs(job, replace(HAS, loras=None))["4#lora1"]["lora_name"] == "rain"  # the server says itself


def test_a_lora_for_a_workflow_without_a_model_is_refused(rig: Rig) -> None:
    job = rig.job(prompt="a fox <lora:snow>")
    recipe = recipe_of(job)
    bare = {node: recipe.graph[node] for node in recipe.graph if node != "4"}
    with refused(EngineRejectedError, reason="no_loras"):
        inputs(replace(job, recipe=replace(recipe, graph=bare, inputs={"prompt": recipe.inputs["prompt"]})))


def test_each_picture_has_its_own_seed_and_its_own_copy_of_what_depends_on_it(rig: Rig) -> None:
    job = rig.job(batch_size=3, seed=2**32 - 1)
    found = inputs(job)
    assert [found[node]["seed"] for node in ("3", "3#2", "3#3")] == [2**32 - 1, 0, 1]
    assert found["9#2"]["images"] == ["8#2", 0]
    assert found["8#2"]["samples"] == ["3#2", 0]
    assert found["3#2"]["model"] == ["4", 0]
    assert [node for node in found if node.startswith("4")] == ["4"]
    assert expected_of(job, recipe_of(job)).outputs == ("9", "9#2", "9#3")


def test_a_workflow_with_a_batch_of_its_own_is_sent_as_one(rig: Rig) -> None:
    job = rig.job(batch_size=3)
    recipe = recipe_of(job)
    own = replace(recipe, inputs={**recipe.inputs, "batch_size": (Target("5", "batch_size"),)})
    found = inputs(replace(job, recipe=own))
    assert found["5"]["batch_size"] == 3
    assert len(found) == len(recipe.graph)
    expected = expected_of(job, own)
    assert (expected.outputs, expected.number, expected.size) == (("9",), 3, (128, 64))


def test_what_does_not_depend_on_a_seed_is_made_once(rig: Rig) -> None:
    job = rig.job(kind="upscale", batch_size=3)
    assert expected_of(job, recipe_of(job)).number == 1


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("snow.safetensors", "snow.safetensors"),
        ("Snow", "snow.safetensors"),
        ("ink", "styles/ink.safetensors"),
        ("styles/ink", "styles/ink.safetensors"),
        ("sno", None),
    ],
)
def test_a_name_is_known_without_its_folder_and_ending(wanted: str, expected: str | None) -> None:
    assert resolved(wanted, HAS.loras) == expected


@pytest.mark.parametrize("choices", [[["euler"], {}], ["COMBO", {"options": ["euler"]}]])
def test_samplers_are_read_in_both_shapes(choices: object) -> None:
    assert samplers_in({"KSampler": {"input": {"required": {"sampler_name": choices}}}}) == ("euler",)
    assert samplers_in({}) is None


async def test_lora_and_model_change_the_picture_on_the_server() -> None:
    async with a_house() as house:
        asked: list[dict[str, Any]] = [{}, {"prompt": "a red fox <lora:snow>"}, {"model": "base"}]
        pictures = [
            (await house.engine.generate(house.rig.job(f"p1ct0{number}", **one), nobody)).images[0]
            for number, one in enumerate(asked)
        ]
        assert len(set(pictures)) == 3
        assert house.engine.capabilities().loaded == "sdxl/base.safetensors"
