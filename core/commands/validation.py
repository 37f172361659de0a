"""Turns what pydantic finds wrong into problems: one clear reason for each bad field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.errors import Fact, InvalidRequestError, Problem

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], data: Mapping[str, Any]) -> M:
    """Return the model made of `data`. Raises `InvalidRequestError` with every problem found."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidRequestError(problems_of(model, error)) from None


def problems_of(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Return one problem for each bad field."""
    problems: dict[str, Problem] = {}
    for details in error.errors(include_url=False):
        name = str(details["loc"][-1]) if details["loc"] else "request"
        problems.setdefault(name, _problem(model, name, details))
    return list(problems.values())


def _problem(  # noqa: PLR0911 - a table of pydantic's kinds
    model: type[BaseModel], name: str, details: ErrorDetails
) -> Problem:
    given = _given(details["input"])
    match details["type"]:
        case "missing":
            return Problem(name, "missing", _example(model, name))
        case "string_too_short":
            return Problem(name, "empty")
        case "string_too_long":
            limit = details["ctx"]["max_length"]
            return Problem(name, "too_long", {"given": len(str(details["input"])), "limit": limit})
        case "greater_than_equal" | "less_than_equal" | "int_parsing_size":
            return Problem(name, "out_of_range", {"given": given, **_range(model, name)})
        case "int_parsing" | "int_type" | "int_from_float":
            return Problem(name, "not_a_number", {"given": given, "whole": True})
        case "float_parsing" | "float_type" | "finite_number":
            return Problem(name, "not_a_number", {"given": given, "whole": False})
        case "literal_error" | "enum":
            return Problem(name, "unknown", {"given": given, "choices": details["ctx"]["expected"]})
        case "problem":
            context = details["ctx"]
            return Problem(name, context["reason"], {"given": given})
        case _:
            return Problem(name, "bad", {"given": given})


GIVEN_SHOWN = 40
"""Characters of a bad value that its refusal repeats."""


def _given(value: object) -> str:
    text = str(value)
    return text if len(text) <= GIVEN_SHOWN else text[: GIVEN_SHOWN - 1] + "…"


def _range(model: type[BaseModel], name: str) -> dict[str, Fact]:
    """Return both ends of the field's range, which may stand inside an optional type."""
    field = _schema(model).get(name, {})
    variants = [field, *field.get("anyOf", ())]
    least = next((one["minimum"] for one in variants if "minimum" in one), 0)
    most = next((one["maximum"] for one in variants if "maximum" in one), 0)
    return {"ge": least, "le": most}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schemas of the model's fields and of the models inside it, by field name."""
    schema = model.model_json_schema()
    fields: dict[str, Any] = {}
    for definition in schema.get("$defs", {}).values():
        fields.update(definition.get("properties", {}))
    fields.update(schema.get("properties", {}))
    return fields


def _example(model: type[BaseModel], name: str) -> dict[str, Fact]:
    examples = _schema(model).get(name, {}).get("examples")
    return {"example": str(examples[0])} if examples else {}
