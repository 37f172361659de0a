"""The published description of the Bot API, as a judge of requests and answers."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

NAME = "telegram-bot-api.json"
UNSPOKEN = {"Integer": int, "String": str, "Boolean": bool}


def folder() -> Path:
    """Return where the specification lies, if it is there."""
    default = Path(__file__).resolve().parents[4] / "shared" / "specs"
    return Path(os.environ.get("EASEL_SPECS", default))


@cache
def load() -> Spec | None:
    """Return the specification, None where there is no copy of it."""
    path = folder() / NAME
    return Spec(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


class Spec:
    """Methods and types by name."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.methods: dict[str, dict[str, Any]] = data["methods"]
        self.types: dict[str, dict[str, Any]] = data["types"]
        self._names = {name.lower(): name for name in self.methods}

    def name(self, method: str) -> str | None:
        """Return the method's name as it is written in the reference."""
        return self._names.get(method.lower())

    def request(self, method: str, values: dict[str, Any], files: set[str]) -> list[str]:
        """Return what is wrong with a request."""
        name = self.name(method)
        if name is None:
            return [f"no such method: {method}"]
        fields = {one["name"]: one for one in self.methods[name].get("fields", [])}
        pointed = {
            place.removeprefix("attach://") for place in _texts(values) if place.startswith("attach://")
        }
        faults = [f"unknown parameter {one}" for one in values if one not in fields]
        faults += [f"a file for no parameter: {one}" for one in files - set(fields) - pointed]
        faults += [f"no file for attach://{one}" for one in pointed - files]
        for field in fields.values():
            key = field["name"]
            if field["required"] and key not in values and key not in files:
                faults.append(f"missing parameter {key}")
            if key in values:
                faults += self.value(values[key], field["types"], key)
        return faults

    def answer(self, method: str, result: Any) -> list[str]:
        """Return what is wrong with a result."""
        name = self.name(method)
        assert name is not None
        return self.value(result, self.methods[name]["returns"], name)

    def value(self, value: Any, types: list[str], where: str) -> list[str]:
        """Return what is wrong with a value that may be of any of some types."""
        found: list[str] = []
        for one in types:
            faults = self._one(value, one, where)
            if not faults:
                return []
            if not found or len(faults) < len(found):
                found = faults
        return found

    def _one(self, value: Any, kind: str, where: str) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: no array"]
            inner = kind.removeprefix("Array of ")
            return [
                fault
                for place, one in enumerate(value)
                for fault in self._one(one, inner, f"{where}[{place}]")
            ]
        if kind == "Float":
            right = isinstance(value, int | float) and not isinstance(value, bool)
        elif kind == "Integer":
            right = isinstance(value, int) and not isinstance(value, bool)
        elif kind == "InputFile":
            right = isinstance(value, str) and value.startswith("attach://")
        elif kind in UNSPOKEN:
            right = isinstance(value, UNSPOKEN[kind])
        else:
            return self._object(value, kind, where)
        return [] if right else [f"{where}: {value!r:.60} is no {kind}"]

    def _object(self, value: Any, kind: str, where: str) -> list[str]:
        known = self.types[kind]
        if "subtypes" in known:
            return self.value(value, _subtypes(value, known["subtypes"], self.types), where)
        if not isinstance(value, dict):
            return [f"{where}: no {kind} object"]
        fields = {one["name"]: one for one in known.get("fields", [])}
        faults = [f"{where}.{one}: unknown field of {kind}" for one in value if one not in fields]
        for field in fields.values():
            key = field["name"]
            if key in value:
                faults += self.value(value[key], field["types"], f"{where}.{key}")
            elif field["required"]:
                faults.append(f"{where}.{key}: missing field of {kind}")
        return faults


def _subtypes(value: Any, subtypes: list[str], types: dict[str, Any]) -> list[str]:
    """Return the subtypes that fit the value's own `type`, all where none does."""
    wanted = value.get("type") if isinstance(value, dict) else None
    fitting = []
    for one in subtypes:
        field = next((field for field in types[one].get("fields", []) if field["name"] == "type"), None)
        if field and wanted and field["description"].rstrip(".”").replace("“", "").endswith(f" {wanted}"):
            fitting.append(one)
    return fitting or subtypes


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return []
