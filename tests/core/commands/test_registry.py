from __future__ import annotations

import re
from collections import Counter

import pytest

from core.access import Permission
from core.commands.builtin import builtin_registry
from core.commands.registry import Registry
from core.commands.spec import AnyCommand, Command, Flag, ImageInput, NoArguments, Positional, marker
from core.commands.text import parse_command
from core.commands.validation import validated
from tests.fakes.commands import answer

REGISTRY = builtin_registry()
COMMANDS = list(REGISTRY)
NAMES = [name for command in COMMANDS for name in (command.name, *command.aliases)]
every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


def test_no_two_commands_share_a_name() -> None:
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_that_every_platform_takes(name: str) -> None:
    assert re.fullmatch(r"[a-z]{1,32}", name)


@every_command
def test_a_summary_is_a_short_line(command: AnyCommand) -> None:
    assert 1 <= len(command.summary) <= 100
    assert "\n" not in command.summary
    assert not command.summary.endswith(".")


@every_command
def test_every_argument_has_a_short_description(command: AnyCommand) -> None:
    for name, field in command.arguments.model_fields.items():
        assert field.description, name
        assert len(field.description) <= 100


@every_command
def test_every_arguments_name_is_one_that_every_platform_takes(command: AnyCommand) -> None:
    for name in command.arguments.model_fields:
        assert re.fullmatch(r"[a-z_]{1,32}", name)
    assert len(command.arguments.model_fields) <= 25


@every_command
def test_every_argument_can_be_typed(command: AnyCommand) -> None:
    for name, field in command.arguments.model_fields.items():
        is_flag, is_positional = marker(field, Flag) is not None, marker(field, Positional) is not None
        assert is_flag is not is_positional, name


@every_command
def test_a_flag_belongs_to_one_argument(command: AnyCommand) -> None:
    flags = [
        flag
        for field in command.arguments.model_fields.values()
        if (mark := marker(field, Flag)) is not None
        for flag in (mark.name, *mark.aliases)
    ]
    assert sorted(flags) == sorted(command.flags())
    assert all(re.fullmatch(r"[a-z]+", flag) for flag in flags)


@every_command
def test_only_the_last_positional_takes_the_rest_and_none_required_follows_an_optional(
    command: AnyCommand,
) -> None:
    places = command.positionals()
    assert not any(place.rest for _, place in places[:-1])
    required = [command.arguments.model_fields[name].is_required() for name, _ in places]
    assert required == sorted(required, reverse=True)


@every_command
def test_what_must_be_given_is_typed_without_a_flag(command: AnyCommand) -> None:
    positionals = {name for name, _ in command.positionals()}
    for name, field in command.arguments.model_fields.items():
        assert name in positionals or not field.is_required()


@every_command
def test_every_example_is_a_command_as_it_would_be_given(command: AnyCommand) -> None:
    for example in command.examples:
        found = parse_command(example, REGISTRY)
        assert found.command is command
        assert validated(command.arguments, found.arguments)


@every_command
def test_a_command_is_found_by_each_of_its_names(command: AnyCommand) -> None:
    for name in (command.name, *command.aliases):
        assert REGISTRY.find(name) is command
        assert REGISTRY.find(name.upper()) is command


def test_text_without_a_command_is_a_prompt() -> None:
    assert REGISTRY.default.name == "generate"


def test_only_the_admins_commands_are_for_admins() -> None:
    admins = {command.name for command in COMMANDS if command.permission is Permission.ADMIN}
    assert admins == {"grant", "revoke", "queue", "pause", "resume", "reload", "stats"}


def test_an_unknown_name_is_found_nowhere() -> None:
    assert REGISTRY.find("nothing") is None
    assert REGISTRY.find("") is None


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("genrate", "generate"), ("STATUSS", "status"), ("imagin", "imagine"), ("xyzzy", None), ("", None)],
)
def test_the_name_that_was_probably_meant(name: str, suggestion: str | None) -> None:
    assert REGISTRY.suggest(name) == suggestion


@pytest.mark.parametrize(("name", "aliases"), [("one", ()), ("two", ("one",)), ("two", ("two",))])
def test_two_commands_of_one_name_are_refused(name: str, aliases: tuple[str, ...]) -> None:
    first = Command("one", "First", NoArguments, answer)
    second = Command(name, "Second", NoArguments, answer, aliases=aliases)
    with pytest.raises(ValueError, match=f"two commands are called {'two' if 'two' in aliases else 'one'}"):
        Registry([first, second], default=first)


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("generate", "/generate PROMPT [--flags]"),
        ("status", "/status"),
        ("cancel", "/cancel [TASK]"),
        ("show", "/show TASK"),
        ("history", "/history [--flags]"),
        ("grant", "/grant ACCOUNT POINTS"),
    ],
)
def test_how_a_command_is_typed(name: str, usage: str) -> None:
    command = REGISTRY.find(name)
    assert command is not None
    assert command.usage() == usage


def test_a_marker_is_found_by_its_kind() -> None:
    fields = REGISTRY.default.arguments.model_fields
    assert marker(fields["image"], ImageInput) == ImageInput()
    assert marker(fields["prompt"], ImageInput) is None
    assert marker(fields["negative_prompt"], Flag) == Flag("no", ("negative",))


# Those of types, which come and go


def plain(name: str, *aliases: str, summary: str = "Does it") -> AnyCommand:
    return Command(name, summary, NoArguments, answer, aliases=aliases)


def a_registry() -> Registry:
    first, second = plain("first"), plain("second", "other")
    return Registry([first, second], default=first)


def test_commands_of_types_come_after_the_default_one() -> None:
    registry = a_registry()
    assert registry.replace_own([plain("b"), plain("a")])
    assert [one.name for one in registry] == ["first", "b", "a", "second"]


def test_they_take_the_place_of_those_before() -> None:
    registry = a_registry()
    registry.replace_own([plain("a", "b")])
    registry.replace_own([plain("c")])
    assert registry.find("a") is registry.find("b") is None
    assert registry.find("C") is not None
    assert registry.suggest("d") is None


def test_names_that_are_fixed_are_nobody_elses() -> None:
    registry = a_registry()
    registry.replace_own([plain("a")])
    assert registry.fixed_names == {"first", "second", "other"}


@pytest.mark.parametrize("clashing", [[plain("first")], [plain("a", "other")], [plain("a"), plain("b", "a")]])
def test_a_clash_changes_nothing(clashing: list[AnyCommand]) -> None:
    registry = a_registry()
    told: list[str] = []
    registry.replace_own([plain("kept")])
    registry.watch(lambda: told.append("changed"))
    with pytest.raises(ValueError, match="two commands are called"):
        registry.replace_own(clashing)
    assert [one.name for one in registry] == ["first", "kept", "second"]
    assert registry.find("kept") is not None
    assert told == []


def test_who_watches_is_told_of_changes_alone() -> None:
    registry = a_registry()
    told: list[str] = []
    end = registry.watch(lambda: told.append("one"))
    registry.watch(lambda: told.append("two"))
    assert registry.replace_own([plain("a")])
    assert not registry.replace_own([plain("a")])
    assert told == ["one", "two"]
    end()
    registry.replace_own([])
    assert told == ["one", "two", "two"]
