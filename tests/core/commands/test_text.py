from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.commands.builtin import builtin_registry
from core.commands.text import parse_command
from core.errors import InvalidRequestError, Problem, UnknownCommandError

REGISTRY = builtin_registry()
FLAGS = {"no": "negative_prompt", "ar": "aspect_ratio", "seed": "seed", "n": "batch_size", "model": "model"}


def parsed(text: str) -> tuple[str, dict[str, str]]:
    found = parse_command(text, REGISTRY)
    return found.command.name, found.arguments


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        parse_command(text, REGISTRY)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("a dog's life", {"prompt": "a dog's life"}),
        ('a sign "open', {"prompt": 'a sign "open'}),
        (
            "people --no people, cars --seed 42",
            {"prompt": "people", "negative_prompt": "people, cars", "seed": "42"},
        ),
        ("a fox —seed 42", {"prompt": "a fox", "seed": "42"}),
        ("a fox –seed 42", {"prompt": "a fox", "seed": "42"}),
        ("a fox --seed=42", {"prompt": "a fox", "seed": "42"}),
        ("a fox --seed = 42", {"prompt": "a fox", "seed": "42"}),
        ("a fox --model=a=b", {"prompt": "a fox", "model": "a=b"}),
        ("a fox — red, in snow", {"prompt": "a fox — red, in snow"}),
        ("a well-known--really--fox", {"prompt": "a well-known--really--fox"}),
        ("a fox -- red --seed 1", {"prompt": "a fox -- red", "seed": "1"}),
        ("a fox --5 of them", {"prompt": "a fox --5 of them"}),
        ("a fox ---seed 5", {"prompt": "a fox ---seed 5"}),
        ("a fox -seed 5", {"prompt": "a fox -seed 5"}),
        ("a fox --SEED 5", {"prompt": "a fox", "seed": "5"}),
        ("a fox --negative text", {"prompt": "a fox", "negative_prompt": "text"}),
        ("a fox\n--seed\n5\n", {"prompt": "a fox", "seed": "5"}),
        ("a\nred\nfox", {"prompt": "a\nred\nfox"}),
        ("--seed 5 a fox", {"seed": "5 a fox"}),
        ("--seed 5", {"seed": "5"}),
        ("a fox --no a well-lit room", {"prompt": "a fox", "negative_prompt": "a well-lit room"}),
        ("a fox --no -5 degrees", {"prompt": "a fox", "negative_prompt": "-5 degrees"}),
        ("", {}),
        ("   ", {}),
    ],
)
@pytest.mark.parametrize("start", ["", "/generate ", "/GENERATE\n", "/imagine   "])
def test_what_people_write(start: str, text: str, arguments: dict[str, str]) -> None:
    assert parsed(start + text) == ("generate", arguments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/status", ("status", {})),
        ("/cancel", ("cancel", {})),
        ("/cancel k7f3qz", ("cancel", {"task": "k7f3qz"})),
        ("  /show \t k7f3qz  ", ("show", {"task": "k7f3qz"})),
        ("/grant console:ann 50", ("grant", {"account": "console:ann", "points": "50"})),
        ("/grant console:ann\n50", ("grant", {"account": "console:ann", "points": "50"})),
        ("/grant console:ann", ("grant", {"account": "console:ann"})),
        ("/history --n 5", ("history", {"limit": "5"})),
        ("/help /generate", ("help", {"command": "/generate"})),
    ],
)
def test_other_commands(text: str, expected: tuple[str, dict[str, str]]) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "suggestion"),
    [
        ("/genrate a fox", "genrate", "generate"),
        ("/", "", None),
        ("/ generate a fox", "", None),
        ("/42", "42", None),
        (f"/{'x' * 80}", "x" * 32, None),
    ],
)
def test_an_unknown_command_gets_a_hint(text: str, name: str, suggestion: str | None) -> None:
    with pytest.raises(UnknownCommandError) as caught:
        parse_command(text, REGISTRY)
    assert caught.value.facts == {"name": name, "suggestion": suggestion}


@pytest.mark.parametrize(
    ("text", "flag", "suggestion"),
    [
        ("a fox --sed 4", "--sed", "--seed"),
        ("a fox —Sede 4", "--Sede", "--seed"),
        ("a fox --ar16:9", "--ar16:9", "--ar"),
        ("a fox --xyzzy 4", "--xyzzy", None),
        (f"a fox --{'x' * 80}", f"--{'x' * 32}", None),
        ("a fox --é", "--é", None),
    ],
)
def test_an_unknown_flag_gets_a_hint(text: str, flag: str, suggestion: str | None) -> None:
    assert problems(text) == (
        Problem(flag, "unknown_flag", {"suggestion": suggestion, "command": "generate"}),
    )


@pytest.mark.parametrize("text", ["a --seed 1 --seed 2", "a --seed 1 --seed 1 --n 2"])
def test_a_flag_is_given_once(text: str) -> None:
    assert problems(text) == (Problem("--seed", "twice"),)


def test_two_names_of_one_flag_are_the_flag_twice() -> None:
    assert problems("a --no text --negative blur") == (Problem("--negative", "twice"),)


def test_every_bad_flag_is_told_at_once() -> None:
    assert [one.field for one in problems("a --sed 1 --nn 2 --seed 3 --seed 4")] == [
        "--sed",
        "--nn",
        "--seed",
    ]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("/status now", "now"),
        ("/cancel k7f3qz and more", "and more"),
        (f"/status {'x' * 80}", "x" * 40),
    ],
)
def test_too_much_is_refused(text: str, given: str) -> None:
    command = text[1:].split(maxsplit=1)[0]
    assert problems(text) == (Problem(f"/{command}", "unexpected", {"given": given, "command": command}),)


no_flags = st.text().filter(lambda text: not re.search(r"(?:^|\s)(?:--|—|–)[^\W\d_]", text))


@given(no_flags)
def test_any_prompt_without_flags_comes_back(prompt: str) -> None:
    assume(not prompt.strip().startswith("/"))
    expected = {"prompt": prompt.strip()} if prompt.strip() else {}
    assert parsed(prompt) == ("generate", expected)
    assert parsed(f"/generate {prompt}") == ("generate", expected)


@given(
    no_flags.map(str.strip).filter(lambda text: text and not text.startswith("/")),
    st.dictionaries(
        st.sampled_from(sorted(FLAGS)), no_flags.map(str.strip).filter(lambda text: text and text[:1] != "=")
    ),
    st.sampled_from(["--", "—", "–"]),
    st.sampled_from([" ", "=", "\n", " = "]),
)
def test_any_values_of_flags_come_back(
    prompt: str, values: dict[str, str], dashes: str, between: str
) -> None:
    flags = "".join(f" {dashes}{name}{between}{value}" for name, value in values.items())
    expected = {"prompt": prompt} | {FLAGS[name]: value for name, value in values.items()}
    assert parsed(f"/generate {prompt}{flags}") == ("generate", expected)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        found = parse_command(text, REGISTRY)
    except (InvalidRequestError, UnknownCommandError):
        return
    assert set(found.arguments) <= set(found.command.arguments.model_fields)


@pytest.mark.parametrize("text", ["a fox --seed", "a fox --seed --no cars", "a fox --seed="])
def test_a_flag_without_its_value_is_said(text: str) -> None:
    assert problems(text) == (Problem("--seed", "no_value", {"command": "generate"}),)


def test_the_same_fault_is_said_once() -> None:
    assert problems("a fox --sed 1 --sed 2" + " --seed 1" * 5) == (
        Problem("--sed", "unknown_flag", {"suggestion": "--seed", "command": "generate"}),
        Problem("--seed", "twice"),
    )


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("/generate a fox --nsfw", {"prompt": "a fox", "nsfw": "true"}),
        ("/generate a fox --nsfw --seed 7", {"prompt": "a fox", "nsfw": "true", "seed": "7"}),
        ("/generate a fox --nsfw no", {"prompt": "a fox", "nsfw": "no"}),
    ],
)
def test_a_flag_that_says_yes_needs_no_value(text: str, given: dict[str, str]) -> None:
    assert parse_command(text, REGISTRY).arguments == given


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a fox --no-nsfw in snow", Problem("--no-nsfw", "bad", {"given": "in snow"})),
        ("a fox --nsfw --no-nsfw", Problem("--no-nsfw", "twice")),
        (
            "a fox --no-seed",
            Problem("--no-seed", "unknown_flag", {"suggestion": "--seed", "command": "generate"}),
        ),
    ],
)
def test_only_a_switch_is_switched_off_and_without_more_words(text: str, problem: Problem) -> None:
    assert problems(text) == (problem,)


def test_a_switch_is_switched_off() -> None:
    assert parsed("a fox --no-nsfw --seed 7")[1] == {"prompt": "a fox", "nsfw": "false", "seed": "7"}
