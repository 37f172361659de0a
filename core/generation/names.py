"""Names of models and LoRAs as people write them: without the ending of the file."""

from __future__ import annotations

from collections.abc import Iterable

_ENDINGS = (".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".sft")


def resolved(given: str, known: Iterable[str]) -> str | None:
    """Return the known name that is meant: the same one, or the only one that differs in its ending.

    None where there is none, or more than one.
    """
    names = list(known)
    if given in names:
        return given
    wanted = _plain(given)
    fitting = [name for name in names if _plain(name) == wanted]
    return fitting[0] if len(fitting) == 1 else None


def _plain(name: str) -> str:
    lower = name.casefold()
    ending = next((one for one in _ENDINGS if lower.endswith(one)), "")
    return lower.removesuffix(ending)
