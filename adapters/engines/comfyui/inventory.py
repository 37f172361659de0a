"""What a server has: models, LoRAs and samplers, by its own names for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES_MOST = 2000
"""Names of a kind that are kept."""

_NAME_MOST = 200


@dataclass(frozen=True, slots=True)
class Inventory:
    """The names; None where the server has not said."""

    models: tuple[str, ...] | None = None
    loras: tuple[str, ...] | None = None
    samplers: tuple[str, ...] | None = None


def names_in(answer: Any) -> tuple[str, ...] | None:
    """Return the names in a list that a server sent; None where it is no list."""
    if not isinstance(answer, list):
        return None
    return tuple(name for name in answer[:NAMES_MOST] if isinstance(name, str) and len(name) <= _NAME_MOST)


def samplers_in(answer: Any) -> tuple[str, ...] | None:
    """Return the samplers that the description of a KSampler node lists."""
    match answer:
        case {"KSampler": {"input": {"required": {"sampler_name": [list() as names, *_]}}}}:
            return names_in(names)
        case {"KSampler": {"input": {"required": {"sampler_name": ["COMBO", {"options": list() as names}]}}}}:
            return names_in(names)
        case _:
            return None


def resolved(wanted: str, known: Sequence[str] | None) -> str | None:
    """Return the known name that `wanted` means: without its folder, ending or capitals, it may be."""
    for meaning in (_whole, _without_ending, _last_part):
        names: Mapping[str, str] = {meaning(name): name for name in reversed(known or ())}
        if found := names.get(_whole(wanted)):
            return found
    return None


def _whole(name: str) -> str:
    return name.replace("\\", "/").lower()


def _without_ending(name: str) -> str:
    stem, dot, ending = _whole(name).rpartition(".")
    return stem if dot and "/" not in ending else _whole(name)


def _last_part(name: str) -> str:
    return _without_ending(name).rpartition("/")[2]
