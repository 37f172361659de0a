"""Says what is wrong with a setting, and never its value: it may be a secret in the wrong line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.settings import NESTING, PREFIX

NOT_A_TABLE = 'must be JSON, such as {"name": 1}'

PATTERNS = {
    r"^https?://": "must begin with http:// or https://",
    r"^https?://[^/]+.*[^/]$": "must begin with http:// or https://, name a host, and not end with /",
    r"^wss?://": "must begin with ws:// or wss://",
    r"^[^:/\s]+:\d{1,5}$": "must be a host and a port, such as 127.0.0.1:8080",
    r"^[A-Za-z0-9_-]{0,40}$": "may have letters, digits, dashes and underscores only, at most 40",
    r"^[\w.-]+$": "may have letters, digits, dots, dashes and underscores only",
}
"""By the pattern that a value has to match."""

_SENTENCES = {
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "dict_type": NOT_A_TABLE,
    "string_too_long": "may have at most %(max_length)s characters",
    "value_error": "%(error)s",  # of our own validators
}
"""By pydantic's name for the error, with its facts."""
_OUT_OF_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
_NO_SUCH_NUMBER = {"int_parsing_size", "finite_number"}
"""More digits than anybody means; infinity."""


def say_bad_value(error: ErrorDetails, schema: Mapping[str, Any]) -> str:
    """Return what is expected of the value, by the JSON schema of its setting."""
    kind, facts = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        *others, last = schema["enum"]
        return f"must be {', '.join(others)} or {last}"
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(facts["pattern"], "can't be used as it is")
    if kind in _OUT_OF_RANGE | _NO_SUCH_NUMBER:
        return _say_range(dict(_bounds(schema)), is_number=kind in _OUT_OF_RANGE)
    return _SENTENCES.get(kind, "can't be used as it is") % facts


def _bounds(schema: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Return the bounds of the number that is somewhere in it: it may be optional, or one of a table's."""
    for name, part in schema.items():
        if name in {"minimum", "exclusiveMinimum", "maximum"}:
            yield name, part
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, Mapping):
                yield from _bounds(inner)


def _say_range(bounds: Mapping[str, float], *, is_number: bool) -> str:
    least, above, most = (bounds.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    lower = f"more than {above}" if above is not None else f"at least {least}"
    if most is None:
        return f"must be {lower}" if is_number else f"must be {lower}, and not that large"
    if least is not None:
        return f"must be from {least} to {most}"
    return f"must be {lower} and at most {most}" if above is not None else f"must be at most {most}"


def say_broken_rule(name: str, section: type[BaseModel], error: ErrorDetails) -> str:
    """Return what a rule over several settings wants, with the variable for each field that it names.

    `name` is the section's.
    """
    variables = {part: f"{PREFIX}{name}{NESTING}{part}".upper() for part in section.model_fields}
    said = _SENTENCES["value_error"] % error["ctx"] if error["type"] == "value_error" else ""
    sentence = re.sub(r"\w+", lambda word: variables.get(word[0], word[0]), said)
    if sentence == said:  # no field is named
        among = f"{PREFIX}{name}{NESTING}*".upper()
        sentence = f"{among}: {said or 'these settings do not go together'}"
    return f"{sentence[0].upper()}{sentence[1:]}."
