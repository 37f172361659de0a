"""Named queries: SQL is kept in files under `sql/`, and a repository asks for its file by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

_HEADING = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def queries(name: str) -> Mapping[str, str]:
    """Return the queries of `sql/<name>.sql` by their names; read once, at the first call.

    A query starts with a line ``-- name: get`` and goes on to the next. What the block `columns` says
    stands for ``{columns}`` in the others, so that a table's columns are listed once.
    """
    text = (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    parts = _HEADING.split(text)[1:]
    blocks = {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}
    columns = blocks.pop("columns", "")
    return MappingProxyType({title: body.replace("{columns}", columns) for title, body in blocks.items()})
