"""Reads the settings, and names what is wrong in them by the variable that an operator wrote."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import get_origin

from dotenv.parser import Binding, parse_stream
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.settings import ENV_FILE, NESTING, PREFIX, Settings


class BadSettingsError(Exception):
    """Some settings are bad; `problems` has one sentence for each, none with the value of a secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def read_settings() -> Settings:
    """Return the settings. Raises `BadSettingsError`."""
    if problems := _problems(os.environ) + _problems(_env_file()):
        raise BadSettingsError(problems)
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettingsError([_sentence(one["loc"], one["msg"]) for one in error.errors()]) from None


def variables() -> dict[str, FieldInfo]:
    """Return every variable that sets something, with what it sets."""
    return {
        f"{PREFIX}{name}{NESTING}{part}".upper(): setting
        for name, section in Settings.sections().items()
        for part, setting in section.model_fields.items()
    }


def _problems(environment: Mapping[str, str | None]) -> list[str]:
    """Return a sentence for each variable with our prefix that sets nothing, or can't be read."""
    known = variables()
    return [
        problem
        for name, value in environment.items()
        if name.upper().startswith(PREFIX) and (problem := _problem(name, value, known))
    ]


def _problem(given: str, value: str | None, known: Mapping[str, FieldInfo]) -> str | None:
    name = given.upper()
    if name in known:
        return f"{given}: this is not JSON." if _is_table(known[name]) and not _is_json(value) else None
    if any(name.startswith(f"{table}{NESTING}") for table in known if _is_table(known[table])):
        return None  # an entry of a table, such as EASEL_POINTS__BASE__TXT2IMG
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    hint = f"did you mean {close[0]}?" if close else ".env.example lists the settings."
    return f"{given}: there is no such setting; {hint}"


def _is_table(setting: FieldInfo) -> bool:
    return get_origin(setting.annotation) is dict


def _is_json(value: str | None) -> bool:
    try:
        json.loads(value or "{}")
    except ValueError:
        return False
    return True


def _env_file() -> dict[str, str | None]:
    """Return what the file sets. A line that the library would skip with a warning is an error here."""
    path = Path(ENV_FILE)
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadSettingsError([f"{ENV_FILE} can't be read: {what}."]) from None
    if bad := [f"{ENV_FILE}: line {_line(one)} is not NAME=VALUE." for one in lines if one.error]:
        raise BadSettingsError(bad)
    return {one.key: one.value for one in lines if one.key}


def _line(binding: Binding) -> int:
    """Return the line that it stands on: empty lines before it are counted as its own."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    variable = PREFIX + NESTING.join(str(part) for part in location).upper()
    message = message.removeprefix("Value error, ")
    return f"{variable}: {message[:1].lower()}{message[1:]}."
