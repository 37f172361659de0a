"""Where in a TOML file a key stands: tomllib tells that of its own errors only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

_HEADER = re.compile(r"^\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_PART = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = re.compile(rf"^\s*(?P<name>{_PART}(?:\s*\.\s*{_PART})*)\s*=")


def line_of(text: str, path: Sequence[str]) -> int:
    """Return the line, from 1, of the key at `path`, or of the nearest table or key around or inside it.

    1 where nothing of it is written in the file.
    """
    wanted = tuple(path)
    table: tuple[str, ...] = ()
    best, best_line = 0, 1
    for number, line in enumerate(text.split("\n"), start=1):
        here: tuple[str, ...] | None = None
        if match := _HEADER.match(line):
            here = table = _parts(match["name"])
        elif match := _KEY.match(line):
            here = (*table, *_parts(match["name"]))
        if here and (shared := _shared(here, wanted)) > best:
            best, best_line = shared, number
    return best_line


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many of their first parts are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r'"[^"]*"|\'[^\']*\'|[^.]+', name))
