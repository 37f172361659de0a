"""Whether what a worker made is what was asked for."""

from __future__ import annotations

from adapters.engines.horde.answers import Generation
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.loras import split_loras


def accept(generation: Generation, prompt: str) -> None:
    """Raise unless it is a picture of what was asked for. `prompt` has its LoRA tags.

    `EngineRejectedError` with the reason `censored` for a placeholder, or `lora` (and its name) where one
    could not be had; `EngineFaultError` where the worker went without the input picture.
    """
    if generation.is_censored:
        raise EngineRejectedError(reason="censored")
    if lora := generation.failed("lora"):
        raise EngineRejectedError(reason="lora", name=_tagged(str(lora.ref), prompt))
    if generation.failed("source_image") or generation.failed("source_mask"):
        raise EngineFaultError(reason="input_lost")


def _tagged(name: str, prompt: str) -> str:
    """Return the name of the tag that is meant: in the member's own spelling, never in the worker's."""
    names = [lora.name for lora in split_loras(prompt)[1]]
    return next((one for one in names if one.casefold() == name.casefold()), ", ".join(names))
