"""The generation types of this Easel, the built-in ones and the operator's own; and ``easel types``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from bot.engines import READERS, engines_on
from bot.settings import Settings
from bot.settings_errors import BadSettingsError, read_settings
from core.commands.builtin import builtin_registry
from core.commands.own import offer
from core.generation.catalog import Catalog, GenerationType
from core.generation.types.folder import BUILTIN, FoundTypes, find_types
from core.generation.types.reading import TypeProblem


def read_types(settings: Settings) -> FoundTypes:
    """Return the types that can be offered, and what is wrong with other files. Blocks on the disk.

    Raises `BadSettingsError` where a price is set for a type that there isn't: it would be the usual one,
    and nobody told.
    """
    found = find_types(READERS, settings.types.folder)
    if problem := _bad_price(settings, found):
        raise BadSettingsError([*map(str, found.problems), str(problem)])  # a bad file may be why
    return found


def reread_types(settings: Settings) -> FoundTypes:
    """Do the same while Easel runs: a price for a type that there isn't is one more thing that is wrong."""
    found = find_types(READERS, settings.types.folder)
    problem = _bad_price(settings, found)
    return replace(found, problems=(*found.problems, problem)) if problem else found


def _bad_price(settings: Settings, found: FoundTypes) -> TypeProblem | None:
    known = [one.name for one in found.types]
    strange = ", ".join(name for name in settings.points.base if name not in known)
    if not strange:
        return None
    return TypeProblem(
        "EASEL_POINTS__BASE", 0, f"there is no type {strange}", f"there are {', '.join(known)}"
    )


def types() -> int:
    """``easel types``: list the types and check every file; return 0, 1 where one is bad, 2 for settings."""
    try:
        settings = read_settings()
        found = read_types(settings)
    except BadSettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    catalog, registry = Catalog(()), builtin_registry()
    problems = offer(found, catalog, registry)
    on = engines_on(settings)
    print(*(_line(one, on) for one in catalog), sep="\n")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _line(kind: GenerationType, on: list[str]) -> str:
    """Return what a type is, and whether an engine that is switched on makes it."""
    able = [engine for engine in kind.recipes if engine in on]
    made = f"by {', '.join(able)}" if able else f"needs {' or '.join(kind.recipes)}"
    command = f", /{kind.command.name}" if kind.command else ""
    own = "" if Path(kind.source).parent == BUILTIN else f"  [{kind.source}]"
    return f"{kind.name:<{_NAME}} {kind.summary} ({made}{command}){own}"


_NAME = 12
