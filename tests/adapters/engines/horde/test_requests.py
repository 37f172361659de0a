"""What is asked of the Horde."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from adapters.engines.horde.recipe import HordeRecipe
from core.errors import EngineRejectedError
from core.generation.engine import EngineJob
from tests.contracts.engines.rig import a_png, opened_png
from tests.fakes.horde.pictures import drawn, opened
from tests.fakes.horde.world import World


async def test_each_picture_is_a_request_with_the_next_seed_as_text(world: World) -> None:
    result = await world.engine().generate(world.job(seed=2**32 - 1, batch_size=3), world.told.append)
    params = [one.params for one in world.horde.requests]
    assert [one["seed"] for one in params] == [str(2**32 - 1), "0", "1"]
    assert {one["n"] for one in params} == {1}
    assert result.seed == 2**32 - 1
    expected = [Image.open(io.BytesIO(drawn((128, 64), seed, "0"))) for seed in (2**32 - 1, 0, 1)]
    assert [opened_png(one).tobytes() for one in result.images] == [one.tobytes() for one in expected]


async def test_sides_are_sent_as_multiples_of_64_and_come_back_as_asked_for(world: World) -> None:
    (picture,) = await world.generate(world.job(width=500, height=330))
    assert (world.body["params"]["width"], world.body["params"]["height"]) == (512, 320)
    assert opened_png(picture).size == (500, 330)


async def test_the_settings_are_sent_by_the_hordes_names(world: World) -> None:
    await world.generate(world.job(steps=11, cfg_scale=7.123, sampler="k_euler"))
    assert world.body["params"] == {
        "width": 128,
        "height": 64,
        "steps": 11,
        "cfg_scale": 7.12,
        "sampler_name": "k_euler",
        "n": 1,
        "seed": "7",
    }


async def test_the_types_options_are_sent_and_a_members_sampler_goes_before_them(world: World) -> None:
    recipe = HordeRecipe("none", {"karras": True, "clip_skip": 2, "sampler_name": "DDIM"})
    await world.generate(replace(world.job(), recipe=recipe))
    assert world.body["params"]["sampler_name"] == "DDIM"
    assert world.body["params"]["karras"] is True
    await world.generate(replace(world.job(sampler="k_euler"), recipe=recipe))
    assert world.body["params"]["sampler_name"] == "k_euler"


@pytest.mark.parametrize(
    ("prompt", "negative", "sent"),
    [
        ("a fox", "", "a fox"),
        ("a fox", "blur", "a fox ### blur"),
        ("a fox ### worse", "", "a fox   worse"),
        ("a fox", "blur ###### a ### b", "a fox ### blur   a   b"),
        ("a #fox ## b", "", "a #fox ## b"),
        ("a ##<lora:snow:1># b", "", "a ## # b"),
    ],
)
async def test_what_is_not_wanted_follows_the_mark_that_no_member_can_set(
    world: World, prompt: str, negative: str, sent: str
) -> None:
    await world.generate(world.job(prompt=prompt, negative_prompt=negative))
    assert world.body["prompt"] == sent


async def test_lora_tags_become_loras(world: World) -> None:
    await world.generate(world.job(prompt="a fox <lora:snow:0.8> at night <lora:ink:-1>"))
    assert world.body["prompt"] == "a fox at night"
    assert world.body["params"]["loras"] == [
        {"name": "snow", "model": 0.8, "clip": 0.8},
        {"name": "ink", "model": -1, "clip": -1},
    ]


async def test_a_prompt_of_nothing_but_tags_is_refused_before_it_is_sent(world: World) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job(prompt="<lora:snow:0.8>"))
    assert caught.value.facts == {"reason": "value", "name": "prompt"}
    assert not world.horde.requests


async def test_nothing_unsafe_is_asked_for_unless_it_was_marked(world: World) -> None:
    await world.generate(world.job())
    assert (world.body["nsfw"], world.body["censor_nsfw"]) == (False, True)
    await world.generate(_marked(world.job()), nsfw=True)
    assert (world.body["nsfw"], world.body["censor_nsfw"]) == (True, False)


async def test_what_is_marked_does_not_go_out_where_the_operator_does_not_want_it(world: World) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(_marked(world.job()))
    assert caught.value.facts["reason"] == "prompt"
    assert not world.horde.calls


async def test_the_picture_to_start_from_is_webp_of_the_size_that_is_asked_for(world: World) -> None:
    job = world.job(kind="img2img", inputs=(a_png((300, 100)),), width=200, height=100, strength=0.45)
    await world.generate(job)
    source = opened(world.body["source_image"])
    assert source is not None
    assert (source.format, source.size) == ("WEBP", (192, 128))
    assert world.body["source_processing"] == "img2img"
    assert world.body["params"]["denoising_strength"] == 0.45


async def test_a_strength_of_nothing_is_the_least_that_the_horde_takes(world: World) -> None:
    await world.generate(world.job(kind="variation", strength=0))
    assert world.body["params"]["denoising_strength"] == 0.01


async def test_a_mask_is_white_where_the_picture_is_made_anew(world: World) -> None:
    given, file = Image.new("L", (128, 64)), io.BytesIO()
    ImageDraw.Draw(given).ellipse((37, 11, 93, 52), fill=255)
    given.save(file, "PNG")
    await world.generate(world.job(kind="inpaint", inputs=(a_png(), file.getvalue())))
    mask = opened(world.body["source_mask"])
    assert mask is not None
    assert mask.convert("L").tobytes() == given.tobytes()  # its edges are as sharp as they were
    assert world.body["source_processing"] == "inpainting"


@pytest.mark.parametrize("inputs", [(), (b"no picture", a_png()), (a_png(), b"no mask")])
async def test_an_input_that_can_not_be_read_is_never_sent(world: World, inputs: tuple[bytes, ...]) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job(kind="inpaint", inputs=inputs))
    assert caught.value.facts["reason"] == "input_image"
    assert not world.horde.requests


async def test_models_are_any_or_those_of_the_operator_or_the_one_that_a_member_names(world: World) -> None:
    await world.generate(world.job())
    assert "models" not in world.body
    await world.generate(world.job(), models="Deliberate, Dreamshaper")
    assert world.body["models"] == ["Deliberate", "Dreamshaper"]
    engine = world.engine(models="Deliberate, Dreamshaper")
    result = await engine.generate(world.job(model="dreamshaper"), world.told.append)
    assert world.body["models"] == ["Dreamshaper"]
    assert result.model == "Dreamshaper"


@pytest.mark.parametrize("name", ["No Such Model", "AlbedoBase XL", "stable_diffusion"])
async def test_a_model_that_nobody_serves_or_may_use_is_refused_by_name(world: World, name: str) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job(model=name), models="Deliberate, AlbedoBase XL")
    assert caught.value.facts == {"reason": "model", "name": name}
    assert not world.horde.requests


async def test_the_list_of_models_is_asked_for_once_in_minutes(world: World) -> None:
    engine = world.engine()
    for _ in range(3):
        await engine.probe()
    assert world.horde.routes("models") == 1
    assert world.horde.routes("heartbeat") == 3
    assert engine.capabilities().models == ("stable_diffusion", "Deliberate", "Dreamshaper")


def _marked(job: EngineJob) -> EngineJob:
    return replace(job, request=job.request.model_copy(update={"nsfw": True}))
