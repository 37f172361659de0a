"""Commands as text: ``/generate a red fox --ar 16:9 --no text``, for every platform where one types.

Neither shlex (``a dog's life``) nor argparse (``--no people, cars``) can read what people write.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from core.commands.registry import Registry
from core.commands.spec import AnyCommand
from core.errors import InvalidRequestError, Problem, UnknownCommandError

_FLAG = re.compile(r"(?:(?<=\s)|^)(?:--|—|–)(?=[^\W\d_])")
"""A flag begins after white space, with two hyphens or the dash that a phone makes of them."""


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A command and its arguments by field name, as text, not yet checked."""

    command: AnyCommand
    arguments: dict[str, str]


def parse_command(text: str, registry: Registry) -> ParsedCommand:
    """Read a line. Text that does not begin with a slash is a prompt.

    Raises `UnknownCommandError` and `InvalidRequestError`, with hints.
    """
    text = text.strip()
    if not text.startswith("/"):
        return _parse_arguments(registry.default, text)
    name, _, rest = re.sub(r"\s+", " ", text[1:], count=1).partition(" ")
    command = registry.find(name)
    if command is None:
        raise UnknownCommandError(name[:32], registry.suggest(name))
    return _parse_arguments(command, rest)


def _parse_arguments(command: AnyCommand, text: str) -> ParsedCommand:
    text_before, *flagged = _FLAG.split(text)
    arguments = _positionals(command, text_before.strip())
    flags = command.flags()
    problems: dict[str, Problem] = {}
    for part in flagged:
        name, _, value = re.sub(r"[\s=]+", " ", part, count=1).partition(" ")
        field, is_off = flags.get(name.lower()), False
        if field is None and name.lower().startswith("no-"):
            field = _switch(name.lower().removeprefix("no-"), flags, command)
            is_off = field is not None
        if field is None:
            problems.setdefault(name, _unknown_flag(name, flags, command))
        elif field in arguments:
            problems.setdefault(name, Problem(f"--{name}", "twice"))
        elif is_off and value.strip():
            problems.setdefault(name, Problem(f"--{name}", "bad", {"given": value.strip()[:40]}))
        elif not value.strip() and _switch(name.lower(), flags, command):
            arguments[field] = "true"
        elif is_off:
            arguments[field] = "false"
        elif not value.strip():
            problems.setdefault(name, Problem(f"--{name}", "no_value", {"command": command.name}))
        else:
            arguments[field] = value.strip()
    if problems:
        raise InvalidRequestError(list(problems.values()))
    return ParsedCommand(command, arguments)


def _switch(name: str, flags: dict[str, str], command: AnyCommand) -> str | None:
    """Return the field of a flag that is on or off; None where there is none of that name."""
    field = flags.get(name)
    return field if field and command.arguments.model_fields[field].annotation is bool else None


def _positionals(command: AnyCommand, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, place in command.positionals():
        if not text:
            break
        if place.rest:
            found[name], text = text, ""
        else:
            found[name], _, text = re.sub(r"\s+", " ", text, count=1).partition(" ")
    if text:
        raise InvalidRequestError.of(f"/{command.name}", "unexpected", given=text[:40], command=command.name)
    return found


def _unknown_flag(name: str, flags: dict[str, str], command: AnyCommand) -> Problem:
    close = difflib.get_close_matches(name.lower(), flags, n=1, cutoff=0.5)
    suggestion = f"--{close[0]}" if close else None
    return Problem(f"--{name[:32]}", "unknown_flag", {"suggestion": suggestion, "command": command.name})
