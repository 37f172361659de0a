"""The lists of a server: what is usable in them, by its names. What is odd is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.engines.automatic1111.names import Named

Entries = Sequence[Mapping[str, Any]]

_NAME_MOST = 200


def samplers(entries: Entries | None) -> Iterator[Named]:
    for entry in entries or ():
        name = text_of(entry.get("name"))
        if name and name.casefold() != "default":  # what stands for another one can't be told from a stand-in
            yield Named(name, name, _lower(entry.get("aliases")))


def schedulers(entries: Entries | None) -> Iterator[Named]:
    for entry in entries or ():
        if name := text_of(entry.get("name")):
            label = text_of(entry.get("label")) or name
            yield Named(label, name, _lower(entry.get("aliases")))


def models(entries: Entries | None) -> Iterator[Named]:
    for entry in entries or ():
        title = text_of(entry.get("title")) or text_of(entry.get("model_name"))
        if title:
            name = text_of(entry.get("model_name")) or title
            file = title.rpartition(" [")[0] or title
            # Results name a model by its file alone, without folder and ending.
            path = text_of(entry.get("filename")) or file
            base = path.replace("\\", "/").rpartition("/")[2]
            yield Named(name, title, _lower([file, base, stem(base), stem(file), entry.get("hash")]))


def upscalers(entries: Entries | None) -> Iterator[Named]:
    for entry in entries or ():
        name = text_of(entry.get("name"))
        if name and name.casefold() != "none":
            yield Named(name, name)


def loras(entries: Entries | None) -> Iterator[Named]:
    for entry in entries or ():
        if name := text_of(entry.get("name")):
            yield Named(name, text_of(entry.get("path")) or name, _lower([entry.get("alias")]))


def stem(file: str) -> str:
    """Return a model file's name without its ending; other dots are part of the name."""
    name, dot, ending = file.rpartition(".")
    return name if dot and ending.casefold() in {"safetensors", "ckpt", "gguf", "pt", "pth", "sft"} else file


def _lower(values: Any) -> frozenset[str]:
    texts = map(text_of, values) if isinstance(values, list) else ()
    return frozenset(text.casefold() for text in texts if text)


def text_of(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and 0 < len(value.strip()) <= _NAME_MOST else None
