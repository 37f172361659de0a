"""What an engine makes of its table in a type's file: the port of its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from core.generation.catalog import TypeInput

FILE_MOST = 4 * 2**20
"""Bytes of a file beside the type's: a large workflow has 200 kB."""

STANDARD_INPUTS = (
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "steps",
    "cfg_scale",
    "seed",
    "sampler",
    "batch_size",
    "strength",
    "model",
    "image",
    "mask",
)
"""What every request has, by the names that a type's file uses for them."""


class RecipeError(Exception):
    """An engine's table is wrong. `path` leads to the key inside the table; `hint` says what to do."""

    def __init__(self, problem: str, *, path: Sequence[str] = (), hint: str = "") -> None:
        self.problem = problem
        self.path = tuple(path)
        self.hint = hint
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class TypeContext:
    """What a reader may know of the type beside its own table."""

    name: str
    folder: Path
    needs_image: bool = False
    takes_mask: bool = False
    inputs: Mapping[str, TypeInput] = field(default_factory=dict)
    """The inputs of the type's own."""

    def takes(self, name: str) -> bool:
        """Say whether the type has an input of that name."""
        if name == "image":
            return self.needs_image
        if name == "mask":
            return self.takes_mask
        return name in STANDARD_INPUTS or name in self.inputs

    def read(self, name: str) -> str:
        """Return the text of a file beside the type's. Raises `RecipeError`."""
        if Path(name).name != name or name[:1] in {"", "."} or "\0" in name:
            raise RecipeError(f'"{name}" is not a plain file name', hint="put it beside the type's file")
        path = self.folder / name
        try:
            if path.stat().st_size > FILE_MOST:
                raise RecipeError(f"{name} is larger than {FILE_MOST // 2**20} MiB")
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise RecipeError(f"there is no file {name}", hint="put it beside the type's file") from None
        except UnicodeDecodeError:
            raise RecipeError(f"{name} is not UTF-8") from None
        except OSError as error:
            raise RecipeError(f"{name} can't be read: {error.strerror}") from None


class RecipeReader(Protocol):
    """Checks an engine's table, and returns what the engine is to find in `EngineJob.recipe`."""

    def __call__(self, table: Mapping[str, Any], context: TypeContext) -> object:
        """Raises `RecipeError`, or pydantic's `ValidationError` about the table."""
        ...


@runtime_checkable
class Selective(Protocol):
    """A recipe that knows which of the standard inputs its engine will use."""

    def takes(self, name: str, /) -> bool:
        """Say whether a value of that input changes anything."""
        ...
