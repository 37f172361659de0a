import json
import re

import pytest

from core.generation.models import GenerationMetadata, GenerationRequest, GenerationSettings
from core.generation.parameters import parameters_text
from core.ids import AccountId, ImageId

ACCOUNT = AccountId("console:operator")


def request(**fields: object) -> GenerationRequest:
    return GenerationRequest.model_validate({"account": ACCOUNT, "prompt": "a red fox", **fields})


def test_everything_is_said_in_the_order_that_tools_know() -> None:
    asked = request(
        negative_prompt="text, blurry",
        settings=GenerationSettings(sampler="Euler a", model="asked-for", seed=8),
    )
    made = GenerationMetadata(seed=8, engine="sketch", model="used")
    assert parameters_text(asked, made) == (
        "a red fox\n"
        "Negative prompt: text, blurry\n"
        "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 8, Size: 768x768, Model: used, Version: Easel"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert parameters_text(request(), GenerationMetadata()) == (
        "a red fox\nSteps: 20, CFG scale: 7, Size: 768x768, Version: Easel"
    )


@pytest.mark.parametrize("index", [0, 1, 7])
def test_the_seed_counts_on_from_the_first_picture(index: int) -> None:
    text = parameters_text(request(), GenerationMetadata(seed=40), index)
    assert f"Seed: {40 + index}," in text


def test_a_seed_of_zero_is_a_seed() -> None:
    asked = request(settings=GenerationSettings(seed=5))
    assert "Seed: 0," in parameters_text(asked, GenerationMetadata(seed=0))


def test_the_seed_and_model_that_were_asked_for_stand_in_for_what_the_engine_did_not_say() -> None:
    asked = request(settings=GenerationSettings(seed=5, model="dreams"))
    text = parameters_text(asked, GenerationMetadata(), 1)
    assert "Seed: 6," in text
    assert "Model: dreams," in text


@pytest.mark.parametrize("kind", ["img2img", "variation"])
def test_the_strength_is_said_where_a_picture_was_redrawn(kind: str) -> None:
    asked = request(
        type=kind,
        input_images=(ImageId("0" * 64),),
        settings=GenerationSettings(strength=0.6, cfg_scale=7.25),
    )
    text = parameters_text(asked, GenerationMetadata(seed=1))
    assert "CFG scale: 7.25," in text
    assert text.endswith("Size: 768x768, Denoising strength: 0.6, Version: Easel")


@pytest.mark.parametrize("model", ["flux, dev", "org:model", 'a "b": c'])
def test_a_value_that_would_end_the_pair_is_quoted(model: str) -> None:
    last = parameters_text(request(), GenerationMetadata(seed=1, model=model)).splitlines()[-1]
    # the reading rule of the tools: a quoted string, or anything up to the next comma
    pairs = dict(re.findall(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)', last))
    assert json.loads(pairs["Model"]) == model
    assert pairs["Version"] == "Easel"


def test_a_line_break_in_a_models_name_does_not_break_the_line() -> None:
    text = parameters_text(request(), GenerationMetadata(seed=1, model="a\nSteps: 99\n"))
    assert text.count("\n") == 1


def test_letters_of_every_script_stay() -> None:
    assert parameters_text(request(prompt="рыжая лиса 🦊"), GenerationMetadata()).startswith(
        "рыжая лиса 🦊\n"
    )
