"""LoRA tags in a prompt: ``a fox <lora:snow:0.8>``."""

from __future__ import annotations

import re
from dataclasses import dataclass

WEIGHT_MOST = 4.0
"""Beyond it, either way, pictures fall apart."""

LORAS_MOST = 8
"""Tags that count: each is a file to load."""

_WEIGHT = r"-?(?:\d{1,2}(?:\.\d{1,4})?|\.\d{1,4})"
_TAG = re.compile(rf"<lora:(?P<name>[^:<>]{{1,100}})(?::(?P<weight>{_WEIGHT}))?>", re.IGNORECASE)

_REMAINS = re.compile(r"<\s*lora\s*:[^<>]*>?", re.IGNORECASE)
"""A tag, or what looks like one: an engine would read it by rules of its own, and look for such a file."""


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA by the name that the engine knows, and how strongly it acts."""

    name: str
    weight: float = 1.0


def split_loras(prompt: str) -> tuple[str, tuple[Lora, ...]]:
    """Return the prompt without its tags, and what the tags say; the last one of a name counts.

    What looks like a tag and is none is left out too. A prompt without any is returned as it is.
    """
    found: dict[str, Lora] = {}
    for match in _TAG.finditer(prompt):
        name = match["name"].strip()
        weight = float(match["weight"]) if match["weight"] else 1.0
        if name:
            found[name] = Lora(name, max(-WEIGHT_MOST, min(weight, WEIGHT_MOST)))
    return _without_tags(prompt), tuple(found.values())[:LORAS_MOST]


def _without_tags(prompt: str) -> str:
    text = prompt
    while _REMAINS.search(text):  # what stood around a tag may make another one; each round is shorter
        text = _REMAINS.sub(" ", text)
    return text if text == prompt else re.sub(r"\s+", " ", text).strip()


def lora_tag(text: str) -> str | None:
    """Return the tag for ``snow`` or ``snow:0.8``; None where it is neither."""
    match = _TAG.fullmatch(f"<lora:{text.strip()}>")
    if match is None or not match["name"].strip():
        return None
    weight = float(match["weight"]) if match["weight"] else 1.0
    return tag_of(Lora(match["name"].strip(), max(-WEIGHT_MOST, min(weight, WEIGHT_MOST))))


def tag_of(lora: Lora) -> str:
    """Return the tag as it is typed."""
    return f"<lora:{lora.name}:{lora.weight:g}>"
