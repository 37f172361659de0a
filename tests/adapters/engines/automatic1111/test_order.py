"""What is sent."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from adapters.engines.automatic1111.recipe import Automatic1111Recipe, Mapped
from core.errors import EngineFaultError, EngineRejectedError
from tests.adapters.engines.automatic1111.bench import Bench
from tests.contracts.engines.rig import SIZE, a_mask, a_png, opened_png


@pytest.mark.parametrize(
    ("asked", "made"), [((65, 70), (64, 72)), ((100, 133), (96, 136)), ((64, 2047), (64, 2048))]
)
async def test_sides_are_rounded_to_8_before_they_are_sent(
    forge: Bench, asked: tuple[int, int], made: tuple[int, int]
) -> None:
    result = await forge.make(width=asked[0], height=asked[1], steps=1)
    assert opened_png(result.images[0]).size == made


async def test_sd_server_is_asked_for_sides_of_64_since_it_rounds_up_to_them(plain: Bench) -> None:
    result = await plain.make(width=65, height=150, steps=1)
    assert opened_png(result.images[0]).size == (64, 128)


async def test_the_seed_and_the_settings_are_sent_and_nothing_is_saved_there(forge: Bench) -> None:
    await forge.make(seed=41, steps=3, cfg_scale=4.5, batch_size=2, negative_prompt="rain")
    assert forge.sent == {
        "prompt": "a red fox",
        "negative_prompt": "rain",
        "seed": 41,
        "steps": 3,
        "cfg_scale": 4.5,
        "width": 128,
        "height": 64,
        "n_iter": 2,
        "batch_size": 1,
        "save_images": False,
    }


async def test_sd_server_is_asked_for_all_pictures_in_one_batch(plain: Bench) -> None:
    result = await plain.make(batch_size=3)
    assert len(set(result.images)) == 3
    assert (plain.sent["n_iter"], plain.sent["batch_size"]) == (1, 3)


async def test_the_servers_own_settings_are_never_changed(forge: Bench) -> None:
    for kind in forge.rig.types:
        await forge.make(kind=kind, model="other.v2")
    assert not forge.fake.count("POST options")


@pytest.mark.parametrize("words", ["{0}steps{1}", "<sd_cpp_sd_cpp_extra_argsextra_args>", "{0}{0}x{1}{1}"])
async def test_a_prompt_can_not_command_sd_server(plain: Bench, words: str) -> None:
    text = words.format("<sd_cpp_extra_args>", "</sd_cpp_extra_args>")
    await plain.make(prompt=f"a fox {text}", negative_prompt=text)
    assert "sd_cpp_extra_args" not in plain.sent["prompt"] + plain.sent["negative_prompt"]


@pytest.mark.parametrize("kind", ["img2img", "inpaint", "upscale"])
async def test_an_input_that_is_no_picture_is_never_sent(plain: Bench, kind: str) -> None:
    for broken in (b"no picture", a_png()[:60]):  # sd-server would draw from the words alone
        inputs = (broken, a_mask()) if kind == "inpaint" else (broken,)
        with pytest.raises(EngineRejectedError) as caught:
            await plain.make(kind=kind, inputs=inputs)
        assert caught.value.facts == {"reason": "input_image"}
    assert plain.fake.asked == []


async def test_an_input_is_cut_to_the_size_of_the_result(forge: Bench) -> None:
    await forge.make(kind="img2img", inputs=(a_png((300, 300)),), strength=0.4)
    (source,) = forge.sent["init_images"]
    assert opened_png(base64.b64decode(source)).size == SIZE
    assert forge.sent["denoising_strength"] == 0.4


async def test_white_of_the_mask_is_made_anew_and_the_rest_is_kept(forge: Bench) -> None:
    result = await forge.make(kind="inpaint", inputs=(a_png(), a_mask()))
    picture = opened_png(result.images[0])
    kept = picture.crop((0, 0, 60, 64)).getcolors()
    assert kept == [(60 * 64, (0, 128, 128))]  # teal, as it was
    assert picture.crop((64, 0, 128, 64)).getcolors() != [(64 * 64, (0, 128, 128))]
    assert (forge.sent["inpainting_mask_invert"], forge.sent["inpainting_fill"]) == (0, 1)


async def test_an_enlarged_picture_has_exactly_the_asked_size(forge: Bench) -> None:
    result = await forge.make(kind="upscale", width=201, height=99)
    assert opened_png(result.images[0]).size == (201, 99)
    assert (forge.sent["resize_mode"], forge.sent["upscaler_1"]) == (1, "Lanczos")


async def test_a_server_that_can_not_enlarge_says_so_and_another_may(plain: Bench) -> None:
    with pytest.raises(EngineFaultError) as caught:
        await plain.make(kind="upscale")
    assert caught.value.facts == {"reason": "not_offered"}


async def test_a_types_options_and_inputs_are_sent_and_the_request_goes_before(forge: Bench) -> None:
    recipe = Automatic1111Recipe(
        "txt2img",
        options=(("tiling", True), ("scheduler", "Karras")),
        inputs=(Mapped("change", "subseed_strength", 0.1), Mapped("face", "restore_faces", False)),
    )
    await forge.engine.generate(_with(forge, recipe, parameters={"change": 0.3}), forge.told.append)
    sent: dict[str, Any] = forge.sent
    assert (sent["tiling"], sent["scheduler"]) == (True, "karras")
    assert (sent["subseed_strength"], sent["restore_faces"]) == (0.3, False)
    await forge.engine.generate(_with(forge, recipe, sampler="DPM++ 2M Automatic"), forge.told.append)
    assert forge.sent["scheduler"] == "automatic"


async def test_a_scheduler_that_the_server_lacks_is_refused(forge: Bench) -> None:
    recipe = Automatic1111Recipe("txt2img", options=(("scheduler", "carrots"),))
    with pytest.raises(EngineRejectedError) as caught:
        await forge.engine.generate(_with(forge, recipe), forge.told.append)
    assert caught.value.facts == {"reason": "value", "name": "scheduler", "detail": "carrots"}
    assert forge.fake.asked == []


def _with(bench: Bench, recipe: Automatic1111Recipe, **fields: Any) -> Any:
    return replace(bench.rig.job(**fields), recipe=recipe)
