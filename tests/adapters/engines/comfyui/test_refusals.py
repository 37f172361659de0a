"""What a server refuses, or breaks on, in codes and facts, and never in its words."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from adapters.engines.comfyui.recipe import ComfyUIRecipe
from core.errors import EngineError, EngineFaultError, EngineRejectedError
from tests.adapters.engines.comfyui.house import a_house, refused


def nobody(_: object) -> None:
    """Nobody listens."""


@pytest.mark.parametrize("version", ["0.33.0", "0.3.75"])
@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ({"model": "missing"}, {"reason": "model", "name": "missing"}),
        ({"sampler": "fancy"}, {"reason": "sampler", "name": "fancy"}),
    ],
)
async def test_a_name_that_the_server_has_not_is_said(
    version: str, asked: dict[str, Any], facts: dict[str, str]
) -> None:
    async with a_house(version=version) as house:
        with refused(EngineRejectedError, **facts):
            await house.engine.generate(house.rig.job(**asked), nobody)


async def test_a_lora_that_is_gone_since_the_list_was_made_is_said() -> None:
    async with a_house() as house:
        await house.engine.probe()
        house.fake.knobs.loras.remove("snow.safetensors")
        with refused(EngineRejectedError, reason="lora", name="snow.safetensors"):
            await house.engine.generate(house.rig.job(prompt="a fox <lora:snow>"), nobody)


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        ("value_smaller_than_min", "steps", {"reason": "value", "name": "steps", "detail": "1 to 100"}),
        ("value_bigger_than_max", "cfg", {"reason": "value", "name": "cfg_scale", "detail": "1 to 100"}),
        ("value_not_in_list", "steps", {"reason": "value", "name": "steps", "detail": "not_in_list"}),
        ("value_not_in_list", "sampler_name", {"reason": "sampler", "name": "euler"}),
        ("value_smaller_than_min", "scheduler", "value_smaller_than_min"),
        ("invalid_input_type", "cfg", "invalid_input_type"),
        ("required_input_missing", "model", "required_input_missing"),
        ("return_type_mismatch", "model", "return_type_mismatch"),
        ("exception_during_inner_validation", "model", "exception_during_inner_validation"),
        ("see /srv/secret", "model", "refused"),
    ],
)
async def test_a_node_error_becomes_facts(kind: str, name: str, kept: dict[str, str] | str) -> None:
    facts = {"reason": "workflow", "detail": kept, "node": "KSampler"} if isinstance(kept, str) else kept
    async with a_house() as house:
        house.fake.refuse(kind, name=name)
        with refused(EngineRejectedError, **facts):
            await house.engine.generate(house.rig.job(), nobody)


async def test_what_people_can_mend_is_said_before_what_only_the_workflows_author_can() -> None:
    async with a_house() as house:
        job = house.rig.job(model="missing")
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = {**job.recipe.graph}
        graph["3"] = {**graph["3"], "inputs": {**graph["3"]["inputs"], "scheduler": "fancy"}}
        graph["9"] = {**graph["9"], "inputs": {"images": ["8", 0]}}  # without its prefix
        with refused(EngineRejectedError, reason="model", name="missing"):
            await house.engine.generate(replace(job, recipe=replace(job.recipe, graph=graph)), nobody)


async def test_a_value_of_the_workflows_own_that_is_out_of_range_is_its_authors_to_mend() -> None:
    async with a_house() as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = {**job.recipe.graph}
        graph["3"] = {**graph["3"], "inputs": {**graph["3"]["inputs"], "denoise": 7}}
        with refused(EngineRejectedError, reason="workflow", detail="value_bigger_than_max", node="KSampler"):
            await house.engine.generate(replace(job, recipe=replace(job.recipe, graph=graph)), nobody)


@pytest.mark.parametrize(
    ("version", "detail"), [("0.33.0", "missing_node_type"), ("0.3.75", "invalid_prompt")]
)
async def test_a_node_that_the_server_has_not_is_named(version: str, detail: str) -> None:
    async with a_house(version=version) as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = {**job.recipe.graph, "20": {"class_type": "FancyNode", "inputs": {}}}
        with refused(EngineRejectedError, reason="workflow", detail=detail, node="FancyNode"):
            await house.engine.generate(replace(job, recipe=replace(job.recipe, graph=graph)), nobody)


async def test_an_upload_that_is_gone_is_the_servers_fault() -> None:
    async with a_house() as house:
        house.fake.refuse("custom_validation_failed", node="10", name="image")
        with refused(EngineFaultError, reason="upload"):
            await house.engine.generate(house.rig.job(kind="img2img"), nobody)


async def test_a_server_error_in_plain_text_is_a_fault() -> None:
    async with a_house() as house:
        house.fake.refuse("500")
        with refused(EngineFaultError, reason="status", status=500):
            await house.engine.generate(house.rig.job(), nobody)


async def test_a_part_that_is_left_out_is_a_warning_where_another_can_be_made(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_house() as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        bad = {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}  # without its prefix
        graph = {**job.recipe.graph, "30": bad}
        with caplog.at_level(logging.WARNING):
            result = await house.engine.generate(
                replace(job, recipe=replace(job.recipe, graph=graph)), nobody
            )
        assert len(result.images) == 1
    assert "required_input_missing" in caplog.text
    assert "/srv" not in caplog.text


@pytest.mark.parametrize(
    ("failure", "kind", "facts"),
    [
        (
            ("RuntimeError", "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
            EngineRejectedError,
            {"reason": "out_of_memory"},
        ),
        (
            ("torch.OutOfMemoryError", "Allocation on device"),
            EngineRejectedError,
            {"reason": "out_of_memory"},
        ),
        (("RuntimeError", "/srv/secret: shape"), EngineFaultError, {"reason": "node", "node": "KSampler"}),
    ],
)
async def test_a_node_that_breaks_is_told_by_its_class(
    failure: tuple[str, str], kind: type[EngineError], facts: dict[str, str]
) -> None:
    async with a_house(fail_every=1, failure=failure) as house:
        with refused(kind, **facts):
            await house.engine.generate(house.rig.job(), nobody)


async def test_a_job_that_somebody_else_interrupted_is_a_fault() -> None:
    async with a_house(step_seconds=0.01) as house:

        def interrupt(_: object) -> None:
            house.fake.jobs.interrupt(None)

        with refused(EngineFaultError, reason="interrupted"):
            await house.engine.generate(house.rig.job(steps=50), interrupt)
