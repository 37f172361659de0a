"""All types there are: those that Easel comes with, and those of the operator's folder."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.generation.catalog import Catalog, GenerationType
from core.generation.types.lines import line_of
from core.generation.types.reading import BadTypeError, TypeProblem, read_type
from core.generation.types.recipes import FILE_MOST, RecipeReader

BUILTIN = Path(__file__).parent / "builtin"
"""The folder of the types that Easel comes with."""

FILES_MOST = 200
"""Types that a folder may have: each is a file to read at every reload."""

ORDER = ("txt2img", "img2img", "inpaint", "variation", "upscale")
"""How the built-in ones are listed; others follow by name."""


@dataclass(frozen=True, slots=True)
class FoundTypes:
    """The types that can be offered, and what is wrong with the others."""

    types: tuple[GenerationType, ...]
    problems: tuple[TypeProblem, ...] = ()
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By type, where in its file the names of its command stand, by name."""


def find_types(readers: Mapping[str, RecipeReader], folder: Path | None = None) -> FoundTypes:
    """Read the built-in types and those of `folder`, where one takes the place of a built-in of its name.

    A bad file is left out and told of. Blocks on the disk: call it in a thread.
    """
    found: dict[str, GenerationType] = {}
    problems: list[TypeProblem] = []
    names: dict[str, GenerationType] = {}
    lines: dict[str, Mapping[str, int]] = {}
    for place in (BUILTIN, folder):
        for path in _files(place, problems):
            try:
                text = _text(path)
                one = read_type(text, path, readers)
            except BadTypeError as error:
                problems.extend(error.problems)
                continue
            if place is not BUILTIN and (taken := _taken(one, names)):
                said, line = f'another type is called "{taken}"', line_of(text, _key(taken, one))
                problems.append(TypeProblem(path.name, line, said, "take another name"))
                continue
            lines[one.name] = _command_lines(one, text)
            found[one.name] = one
            names.update(dict.fromkeys(_names(one), one))
    return FoundTypes(tuple(sorted(found.values(), key=_place)), tuple(problems), lines)


def builtin_types(readers: Mapping[str, RecipeReader]) -> tuple[GenerationType, ...]:
    """Return the types that Easel comes with. Raises `BadTypeError`, which would be a fault of ours."""
    found = find_types(readers)
    if found.problems:
        raise BadTypeError(found.problems)
    return found.types


def builtin_catalog() -> Catalog:
    """Return the built-in types alone, with no engine to make them: for what only asks about them."""
    return Catalog(_unread_types())


@functools.cache
def _unread_types() -> tuple[GenerationType, ...]:
    return builtin_types(_ANY)


class _AnyReader(Mapping[str, RecipeReader]):
    """Takes every engine's table as it is."""

    def __getitem__(self, key: str) -> RecipeReader:
        return lambda table, _: table

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_ANY = _AnyReader()


def _files(folder: Path | None, problems: list[TypeProblem]) -> Sequence[Path]:
    try:
        if folder is None or not folder.is_dir():
            return ()
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and path.is_file())
    except OSError as error:
        said = f"the folder can't be read: {error.strerror}"
        problems.append(TypeProblem(folder.name if folder else "", 1, said))
        return ()
    if len(files) > FILES_MOST:
        problems.append(TypeProblem(folder.name, 1, f"there are {len(files)} files, {FILES_MOST} are read"))
    return files[:FILES_MOST]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > FILE_MOST:
            raise BadTypeError([TypeProblem(path.name, 1, "the file is too large")])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadTypeError([TypeProblem(path.name, 1, "it is not UTF-8")]) from None
    except OSError as error:
        raise BadTypeError([TypeProblem(path.name, 1, f"it can't be read: {error.strerror}")]) from None


def _names(one: GenerationType) -> tuple[str, ...]:
    return (one.name, *one.aliases)


def _taken(one: GenerationType, names: Mapping[str, GenerationType]) -> str | None:
    """Return the name of it that another type has."""
    for name in _names(one):
        owner = names.get(name)
        if owner is not None and not (owner.name == one.name and _is_builtin(owner)):
            return name
    return None


def _key(name: str, one: GenerationType) -> tuple[str]:
    return ("name",) if name == one.name else ("aliases",)


def _command_lines(one: GenerationType, text: str) -> Mapping[str, int]:
    if one.command is None:
        return {}
    aliases = dict.fromkeys(one.command.aliases, line_of(text, ("command", "aliases")))
    return {**aliases, one.command.name: line_of(text, ("command", "name"))}


def _is_builtin(one: GenerationType) -> bool:
    return Path(one.source).parent == BUILTIN


def _place(one: GenerationType) -> tuple[int, str]:
    return (ORDER.index(one.name) if one.name in ORDER else len(ORDER), one.name)
