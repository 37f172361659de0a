"""Types' files, and readers of an engine's table that do what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.generation.catalog import GenerationType
from core.generation.types.reading import BadTypeError, read_type
from core.generation.types.recipes import RecipeReader, TypeContext

PATH = Path("/types/pixelart.toml")

PLAIN = """\
summary = "square and few colours"

[price]
base = 10

[lute]
tune = "greensleeves"
"""
"""The shortest type there can be."""


class Luthier:
    """Reads the table of an engine called lute, and remembers what it may know of the type."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.contexts: list[TypeContext] = []

    def __call__(self, table: Mapping[str, Any], context: TypeContext) -> object:
        self.contexts.append(context)
        if self._error is not None:
            raise self._error
        return dict(table)


def readers(reader: RecipeReader | None = None) -> dict[str, RecipeReader]:
    return {"lute": reader or Luthier(), "drum": Luthier()}


def read(text: str, *, path: Path = PATH, reader: RecipeReader | None = None) -> GenerationType:
    return read_type(text, path, readers(reader))


def refused(text: str, *, path: Path = PATH, reader: RecipeReader | None = None) -> list[str]:
    """Return what is wrong with the file, a line each as an operator reads it."""
    with pytest.raises(BadTypeError) as caught:
        read(text, path=path, reader=reader)
    assert str(caught.value).splitlines() == [str(one) for one in caught.value.problems]
    return str(caught.value).splitlines()
