"""The prompt as a server gets it: no tag of a server in what a member wrote, and ours where it takes one."""

from __future__ import annotations

import json
import re

from core.errors import EngineRejectedError
from core.generation.engine import EngineJob

_NAME = "sd_cpp_extra_args"
_TAG = re.compile(rf"<\s*{_NAME}\b[^>]*>.*?(?:<\s*/\s*{_NAME}\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_LORA = re.compile(r"<\s*lora\s*:[^>]*>", re.IGNORECASE)
_STRAY = re.compile(rf"<\s*/?\s*{_NAME}\b[^>]*>?", re.IGNORECASE)


def plain_prompt(text: str) -> str:
    """Return the text without sd-server's tags, which would set anything there; an open one goes to the end.

    Tags of LoRAs go too: this API has none, and some servers behind it would look for the file.
    Raises `EngineRejectedError` with the reason `no_prompt` where nothing is left.
    """
    before = ""
    while before != text:  # what is left around a tag may make another one; each round is shorter
        before, text = text, _LORA.sub(" ", _STRAY.sub(" ", _TAG.sub(" ", text)))
    plain = re.sub(r"\s+", " ", text).strip()
    if not plain:
        raise EngineRejectedError(reason="no_prompt")
    return plain


def with_numbers(prompt: str, job: EngineJob, *, seed: int) -> str:
    """Return the prompt with sd-server's tag, the only place it takes these from.

    They are numbers alone, so that nothing in them can end the tag.
    """
    settings = job.request.settings
    numbers: dict[str, object] = {"seed": seed, "sample_params": {"sample_steps": settings.steps}}
    if job.input_images:
        numbers["strength"] = settings.strength
    return f"{prompt}<{_NAME}>{json.dumps(numbers)}</{_NAME}>"
