from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.loras import LORAS_MOST, WEIGHT_MOST, Lora, lora_tag, split_loras, tag_of


@pytest.mark.parametrize(
    ("prompt", "text", "loras"),
    [
        ("a fox", "a fox", ()),
        ("a fox <lora:snow:0.8> in the snow", "a fox in the snow", (Lora("snow", 0.8),)),
        ("<lora:snow>a fox", "a fox", (Lora("snow", 1.0),)),
        ("a fox <lora:snow:.5>", "a fox", (Lora("snow", 0.5),)),
        ("a fox <LoRA: old film :-0.5>", "a fox", (Lora("old film", -0.5),)),
        ("a <lora:b:1> fox <lora:a:2>", "a fox", (Lora("b", 1), Lora("a", 2))),
        ("a <lora:b:1> fox <lora:b:2>", "a fox", (Lora("b", 2),)),
        ("a fox <lora:snow:99>", "a fox", (Lora("snow", WEIGHT_MOST),)),
        ("a fox <lora:snow:-99>", "a fox", (Lora("snow", -WEIGHT_MOST),)),
        ("a fox <lora: :1>", "a fox", ()),
        ("a fox <lora::1>", "a fox", ()),
        ("a fox <lora:>", "a fox", ()),
        ("a fox <lora:snow:1e9> here", "a fox here", ()),
        ("a fox <lora:../../x:1e0>", "a fox", ()),
        ("a fox <lora:detail:x>", "a fox", ()),
        ("a fox < LoRA :snow:nan>", "a fox", ()),
        ("a fox <lora:snow:1:2>", "a fox", ()),
        ("a fox <lora:snow", "a fox", ()),
        (f"a fox <lora:{'x' * 101}>", "a fox", ()),
        ("a fox <<lora:a:x>lora:b:1>", "a fox", ()),
        ("a fox <lora> in the <flora:1>", "a fox <lora> in the <flora:1>", ()),
        (" a fox,\n  in  snow ", " a fox,\n  in  snow ", ()),
        ("", "", ()),
    ],
)
def test_tags_are_taken_out_of_a_prompt(prompt: str, text: str, loras: tuple[Lora, ...]) -> None:
    assert split_loras(prompt) == (text, loras)


def test_so_many_count() -> None:
    prompt = "a fox" + "".join(f" <lora:l{number}>" for number in range(LORAS_MOST + 2))
    text, loras = split_loras(prompt)
    assert text == "a fox"
    assert loras == tuple(Lora(f"l{number}") for number in range(LORAS_MOST))


NAMES = st.text(st.characters(exclude_characters=":<>", exclude_categories=["Cs"]), min_size=1, max_size=100)
LORAS = st.builds(
    Lora,
    NAMES.map(str.strip).filter(bool),
    st.integers(-40_000, 40_000).map(lambda weight: weight / 10_000),
)


@given(st.lists(LORAS, max_size=LORAS_MOST, unique_by=lambda lora: lora.name))
def test_a_tag_that_is_written_is_read(loras: list[Lora]) -> None:
    assert split_loras(" ".join(["a fox", *map(tag_of, loras)])) == ("a fox", tuple(loras))


@given(st.text("<lora:>.-019 x", max_size=200))
def test_whatever_is_left_has_nothing_like_a_tag_and_is_the_prompt_or_has_single_spaces(prompt: str) -> None:
    text, loras = split_loras(prompt)
    assert "<lora:" not in text.replace(" ", "")
    assert text in {prompt, " ".join(text.split())}
    assert len(loras) <= LORAS_MOST
    assert all(-WEIGHT_MOST <= lora.weight <= WEIGHT_MOST for lora in loras)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("snow", "<lora:snow:1>"),
        (" snow:0.8 ", "<lora:snow:0.8>"),
        ("snow:-0.5", "<lora:snow:-0.5>"),
        ("snow:99", f"<lora:snow:{WEIGHT_MOST:g}>"),
        ("styles/snow.safetensors:0.8", "<lora:styles/snow.safetensors:0.8>"),
        ("snow:much", None),
        ("snow>evil<lora:x", None),
        (":0.8", None),
        ("", None),
    ],
)
def test_a_lora_by_its_name_alone_becomes_a_tag(text: str, tag: str | None) -> None:
    assert lora_tag(text) == tag
