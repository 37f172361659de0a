"""Text, cards, forms and refs: what they are made of, and that they keep Discord's limits."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.addresses import Asked, Lent, Sent, address_of, ref_to
from adapters.discord.inspection import NEEDED, missing_permissions
from adapters.discord.markdown import pieces, plain
from adapters.discord.modals import Forms, submitted
from adapters.discord.render import card, progress_bar
from core.delivery.models import MessageRef
from core.generation.models import GenerationStatus
from core.ids import ImageId, TaskId
from core.presentation import forms, on_discord
from core.presentation.views import Action, Form, StatusView


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a red fox, 16:9 (really)", "a red fox, 16:9 (really)"),
        ("**b** _i_ ~~s~~ `c` ||h||", r"\*\*b\*\* \_i\_ \~\~s\~\~ \`c\` \|\|h\|\|"),
        ("@everyone <@1> <#2> <t:1>", r"\@everyone \<\@1\> \<#2\> \<t:1\>"),
        ("[x](https://e.example)", r"\[x\](https\://e.example)"),
        ("# h\n- l\n-# s\n> q\n1. n", "\\# h\n\\- l\n\\-# s\n\\> q\n1\\. n"),
        ("\\*", r"\\\*"),
        ("discord:123456789012345678 has it", "<@123456789012345678> has it"),
    ],
)
def test_nothing_is_formatted(text: str, escaped: str) -> None:
    assert plain(text) == escaped


@given(st.text(max_size=6000))
def test_what_is_said_fits_a_message(text: str) -> None:
    parts = pieces(text)
    assert len(parts) <= 5
    assert all(part and len(part) <= 2000 for part in parts)
    assert bool(parts) == bool(text.strip())


def test_what_does_not_fit_goes_on_in_another_message() -> None:
    lines = ["x" * 900] * 3
    assert pieces("\n".join(lines)) == ["\n".join(lines[:2]), lines[2]]
    assert "".join(pieces("*" * 2500)) == r"\*" * 2500
    parts = pieces(f"prompt: {'a fox ' * 500}\nseed: 7")
    assert parts[-1].endswith("seed: 7")
    assert " ".join(parts).count("a fox") == 500
    assert pieces("*" * 9000)[-1].endswith("\n…")


def test_options_stand_for_flags() -> None:
    said = on_discord.say_options
    assert said("Strength says how much; add --image.") == "Strength says how much; add the option image."
    assert said("--width with --negative-prompt") == "the option width with the option negative_prompt"
    assert said("a--b, a -- b, k7f3qz") == "a--b, a -- b, k7f3qz"


def a_view(pictures: int = 1, prompt: str = "a fox") -> StatusView:
    actions = tuple(
        tuple(Action(command, TaskId("k7f3qz"), f"{command} {number}", number) for number in range(1, 5))
        for command in ("vary", "upscale", "use", "again")
    )
    return StatusView(
        TaskId("k7f3qz"),
        GenerationStatus.COMPLETED,
        prompt,
        "x" * 3000,
        "*" * 3000,
        0.5,
        tuple(ImageId(str(number)) for number in range(pictures)),
        actions,
    )


@given(st.text(min_size=1, max_size=2000), st.integers(0, 10))
async def test_a_card_keeps_every_limit(prompt: str, pictures: int) -> None:
    view = a_view(pictures, prompt)
    names = [(f"{number}.png", view.alt_text(number)) for number in range(1, pictures + 1)]
    layout = card(view, names, ["*" * 3000])
    assert layout.is_finished()
    assert layout.content_length() <= 4000
    assert layout.total_children_count <= 40
    assert all(len(alt) <= 1024 for _, alt in names)


async def test_a_bar_is_as_long_as_it_is_far() -> None:
    assert progress_bar(0).count("░") == 12
    assert progress_bar(0.5) == f"`{'█' * 6}{'░' * 6}` 50%"
    assert progress_bar(1.0).count("█") == 12


async def test_a_form_carries_all_it_has_to_know() -> None:
    form = forms.ask_use(TaskId("k7f3qz"), 3, "a fox").form
    assert form is not None
    modal = Forms().modal(form)
    assert modal is not None
    data = {
        "custom_id": modal.custom_id,
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": "a cat"}},
            {"type": 1, "components": [{"type": 4, "custom_id": "negative_prompt", "value": "fog"}]},
        ],
    }
    assert submitted(data) == (
        "use",
        {"task": "k7f3qz", "picture": "3", "prompt": "a cat", "negative_prompt": "fog"},
    )
    assert submitted({"custom_id": "another's"}) is None


async def test_a_form_that_has_too_much_to_carry_is_none() -> None:
    assert Forms().modal(Form("x" * 99, "generate", {"model": "m" * 90})) is None
    modal = Forms().modal(Form("x" * 99, "generate"))
    assert modal is not None
    assert len(modal.title) == 45


@pytest.mark.parametrize("address", [Asked(1, 2, "aW50.x-_="), Lent(1, "aW50.x-_=", 3), Sent(4)])
def test_an_address_is_read_as_it_was_written(address: Asked | Lent | Sent) -> None:
    assert address_of(ref_to("9", address)) == address


def test_a_ref_without_a_message_has_no_address() -> None:
    assert address_of(MessageRef("discord", "9")) is None


def test_permissions_that_are_missing() -> None:
    assert missing_permissions(NEEDED) == []
    assert missing_permissions(discord.Permissions(administrator=True)) == []
    lacking = missing_permissions(discord.Permissions(NEEDED.value & ~discord.Permissions.attach_files.flag))
    assert lacking == ["attach files"]


def test_every_sentence_of_a_place_names_the_task() -> None:
    task = TaskId("k7f3qz")
    for sentence in (
        on_discord.say_shown_elsewhere(task),
        on_discord.say_may_stop(task),
        on_discord.say_fewer(1, 4, task),
        on_discord.say_too_large(task),
    ):
        assert "k7f3qz" in sentence
    assert "/history" in on_discord.say_shown_elsewhere()
