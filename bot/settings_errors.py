"""Reads the settings, and names what is wrong in them by the variable that an operator wrote."""

from __future__ import annotations

import difflib
import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args, get_origin

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.setting_sentences import NOT_A_TABLE, say_bad_value, say_broken_rule
from bot.settings import ENV_FILE, NESTING, PREFIX, Settings, at_home


class BadSettingsError(Exception):
    """Some settings are bad; `problems` has one sentence for each, none with the value of a secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def read_settings() -> Settings:
    """Return the settings. Raises `BadSettingsError` with all that is wrong."""
    in_file, problems = _env_file()
    overruled = {name.upper() for name, value in os.environ.items() if value} - _tables()
    in_force = {name: value for name, value in in_file.items() if name.upper() not in overruled}
    problems += _problems(os.environ) + _problems(in_force)
    if problems:
        raise BadSettingsError(list(dict.fromkeys(problems)))
    try:
        return Settings()
    except ValidationError as error:  # each value is right by itself
        raise BadSettingsError([*_broken_rules(error)]) from None


def _broken_rules(error: ValidationError) -> Iterator[str]:
    sections = Settings.sections()
    for one in error.errors(include_input=False, include_url=False):
        name = str(one["loc"][0])
        yield say_broken_rule(name, sections[name], one)


def variables() -> dict[str, FieldInfo]:
    """Return every variable that sets something, with what it sets."""
    return {
        f"{PREFIX}{name}{NESTING}{part}".upper(): setting
        for name, section in Settings.sections().items()
        for part, setting in section.model_fields.items()
    }


def _tables() -> set[str]:
    """Return the variables whose entries may come from the environment and the file together."""
    return {name for name, setting in variables().items() if _is_table(setting)}


def _problems(environment: Mapping[str, str | None]) -> list[str]:
    """Return a sentence for each variable with our prefix that sets nothing, or can't be read."""
    known = variables()
    return [
        f"{name}: {problem}"
        for name, value in environment.items()
        if name.upper().startswith(PREFIX) and (problem := _problem(name.upper(), value, known))
    ]


def _problem(name: str, value: str | None, known: Mapping[str, FieldInfo]) -> str | None:
    table = next((one for one in _tables() if name.startswith(f"{one}{NESTING}")), None)
    if name not in known and table is None:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        hint = f"did you mean {close[0]}?" if close else ".env.example lists the settings."
        return f"there is no such setting; {hint}"
    problem = _bad_value(name, value, known[table or name]) if value else None  # empty is the default
    return f"{problem}." if problem else None


def _bad_value(name: str, value: str, setting: FieldInfo) -> str | None:
    """Say what is wrong with the variable by itself, so that one bad value hides no other."""
    section_name, part, *entry = name.removeprefix(PREFIX).lower().split(NESTING, 2)
    section = Settings.sections()[section_name]
    given: object = {entry[0]: value} if entry else value
    if _is_table(setting) and not entry:
        try:
            given = json.loads(value)
        except ValueError:
            return NOT_A_TABLE
    try:
        if Path in {setting.annotation, *get_args(setting.annotation)}:
            at_home(Path(value))
        section.model_validate({part: given})
    except ValidationError as error:
        schema = section.model_json_schema()["properties"][part]
        own = [one for one in error.errors(include_input=False, include_url=False) if one["loc"]]
        return say_bad_value(own[0], schema) if own else None  # a rule over several is looked at with them
    except ValueError as error:
        return str(error)
    return None


def _is_table(setting: FieldInfo) -> bool:
    return get_origin(setting.annotation) is dict


def _env_file() -> tuple[dict[str, str | None], list[str]]:
    """Return what the file sets, and its lines that the library would skip with a warning."""
    path = Path(ENV_FILE)
    if not path.is_file():
        return {}, []
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return {}, [f"{ENV_FILE} can't be read: {what}."]
    bad = [f"{ENV_FILE}: line {_line(one)} is not NAME=VALUE." for one in lines if one.error]
    good = "".join(one.original.string for one in lines if not one.error)
    return dict(dotenv_values(stream=io.StringIO(good))), bad


def _line(binding: Binding) -> int:
    """Return the line that it stands on: empty lines before it are counted as its own."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
