from __future__ import annotations

import pytest

from adapters.engines.openai_images.wording import plain_prompt
from core.errors import EngineRejectedError

TAG = '<sd_cpp_extra_args>{"seed": 1}</sd_cpp_extra_args>'


@pytest.mark.parametrize(
    "text",
    [
        f"a red {TAG} fox",
        f"a red {TAG}{TAG} fox",
        f"a red {TAG.upper()} fox",
        'a red < SD_cpp_extra_args x="1" >{} \n </ sd_cpp_extra_args > fox',
        f"a red <sd_cpp_extra{TAG}_args>{{}}</sd_cpp_extra_args> fox",
        f"a red <sd_cpp_{TAG}extra_args>{{}}</sd_cpp_{TAG}extra_args> fox",
        "a red </sd_cpp_extra_args> fox",
        "a red fox <sd_cpp_extra_args>{",
        "a red fox <sd_cpp_extra_args",
        "a red fox",
    ],
)
def test_no_tag_of_sd_server_is_left_in_what_a_member_wrote(text: str) -> None:
    plain = plain_prompt(text)
    assert "sd_cpp_extra_args" not in plain.lower()
    assert plain.startswith("a red")


def test_what_is_around_a_tag_is_kept() -> None:
    assert plain_prompt(f"a red {TAG} fox <in> snow") == "a red fox <in> snow"


def test_tags_of_loras_are_left_out() -> None:
    assert plain_prompt("a <lora:snow:0.8> fox < LORA:../../x:9e9>") == "a fox"


def test_a_prompt_of_nothing_but_a_tag_is_refused() -> None:
    with pytest.raises(EngineRejectedError) as caught:
        plain_prompt(TAG)
    assert caught.value.facts["reason"] == "no_prompt"
