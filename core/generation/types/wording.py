"""What is wrong with a type's file, in the words of a file and not of a library."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import Problem

_NOUNS = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number and not inf or nan",
    "list_type": "a list of texts",
    "tuple_type": "a list of texts",
    "dict_type": "a section",
    "model_type": "a section",
    "plain_type": "text, a number, true or false",
}
"""What a value must be, by pydantic's word for what it is not."""

_LISTS = {
    "text": "a list of texts",
    "a whole number": "a list of whole numbers",
    "a number": "a list of numbers",
}

Path = tuple[str, ...]


def worded(
    error: ValidationError, table: Mapping[str, Any], *, without_missing: bool = False
) -> Iterator[tuple[Path, str, str]]:
    """Yield for each thing that is wrong in `table` the keys that lead there, what it is, and what to do.

    What a value of several possible kinds must be is told once. Where what is missing is known to stand
    elsewhere, it may be left out.
    """
    found = [(*_path(details, table), details) for details in error.errors(include_url=False)]
    nouns: dict[Path, dict[str, None]] = {}
    for path, in_list, details in found:
        if noun := _NOUNS.get(details["type"]):
            nouns.setdefault(path, {})[_LISTS.get(noun, noun) if in_list else noun] = None
    told: set[Path] = set()
    for path, _, details in found:
        name = path[-1] if path else "the file"
        if path not in nouns:
            if not (without_missing and details["type"] == "missing"):
                yield path, *_wording(name, details)
        elif path not in told:
            told.add(path)
            yield path, f"{name} must be {_either(list(nouns[path]))}", ""


def _path(details: ErrorDetails, table: Mapping[str, Any]) -> tuple[Path, bool]:
    """Return the keys of the file that lead there, and whether it is one of a list.

    Pydantic's way has more: the kinds that a value might have been, and what of a table's entry is meant.
    """
    here: Any = table
    path: list[str] = []
    in_list = False
    for part in details["loc"]:
        if isinstance(part, str) and isinstance(here, Mapping) and part in here:
            path.append(part)
            here, in_list = here[part], False
        elif isinstance(part, int) and isinstance(here, list):
            here, in_list = here[part], True
    if details["type"] == "missing":
        path.append(str(details["loc"][-1]))
    return tuple(path), in_list


def _wording(name: str, details: ErrorDetails) -> tuple[str, str]:  # noqa: PLR0911 - a table of kinds
    context = details.get("ctx", {})
    match details["type"]:
        case "missing":
            return f'"{name}" is missing', ""
        case "extra_forbidden":
            return f'there is no setting "{name}" here', ""
        case "string_pattern_mismatch":
            return (
                f'"{details["input"]}" is not a name',
                "take up to 32 small letters, digits and _, a letter first",
            )
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            bound = next(iter(context.values()), "?")
            side = "less" if "greater" in details["type"] else "more"
            return f"{name} is {details['input']}, which is {side} than {bound}", ""
        case "string_too_short":
            return f"{name} must not be empty", ""
        case "string_too_long":
            return f"{name} must have at most {context['max_length']} characters", ""
        case "too_long":
            return f"{name} must have at most {context['max_length']} entries", ""
        case "enum" | "literal_error":
            return f"{name} must be one of {str(context['expected']).replace(' or ', ', ')}".replace(
                "'", ""
            ), ""
        case "value_error":
            return f"{name}: {context.get('error')}", ""
        case _:
            return f"{name}: {details['msg'][:1].lower()}{details['msg'][1:]}", ""


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def close(name: str, known: Iterable[str]) -> str:
    """Return a hint at the name that was probably meant, or at all there are."""
    meant = closest(name, known := list(known))
    return f"did you mean {meant}?" if meant else f"there are {', '.join(sorted(known))}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the name that was probably meant."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), None)


def reason(problem: Problem) -> str:
    """Return why a default can't be given."""
    facts = problem.facts
    match problem.reason:
        case "out_of_range":
            return f"{facts['given']} is not from {facts['ge']:g} to {facts['le']:g}"
        case "unknown":
            return f"{facts['given']} is not one of {facts['choices']}"
        case _:
            return f"{facts['given']} is of another kind"
