"""Names of models, samplers and LoRAs, as members write them and as the engines know them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from core.commands.services import Offer
from core.errors import Fact, InvalidRequestError
from core.generation.loras import split_loras
from core.generation.names import resolved

CHOICES_SAID = 12
"""Names that a refusal lists: a server may have hundreds of models."""


def known_names(engine: Offer, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the model and the sampler that were given by the names that the engines have for them.

    Raises `InvalidRequestError` for what they do not have, and for LoRAs in the prompts that they do not
    have: servers replace or ignore those without a word. Before each could be asked, anything goes.
    """
    capabilities = engine.capabilities()
    lists = {"model": capabilities.models, "sampler": capabilities.samplers}
    found = {field: _known(field, given[field], lists[field], engine) for field in lists if field in given}
    text, loras = split_loras(given["prompt"])
    if not text:
        raise InvalidRequestError.of("prompt", "empty")
    for lora in (*loras, *split_loras(given.get("negative_prompt", ""))[1]):
        if capabilities.loras:
            _known("lora", lora.name, capabilities.loras, engine)
    return found


def _known(field: str, given: str, names: Sequence[str], engine: Offer) -> str:
    name = resolved(given, names)
    if name is None:
        if not engine.is_surveyed():
            return given  # one that was not asked yet may know it
        raise InvalidRequestError.of(field, "unknown", given=given[:40], **_choices(given, names))
    return name


def _choices(given: str, names: Sequence[str]) -> dict[str, Fact]:
    """Return what to say of the right names: the one that was meant, or the first few."""
    close = difflib.get_close_matches(given, names, n=1)
    few = ", ".join(names[:CHOICES_SAID])
    more = ", …" if len(names) > CHOICES_SAID else ""
    return {"suggestion": close[0] if close else None, "choices": f"{few}{more}"}
