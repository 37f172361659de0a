from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.types.lines import line_of

TEXT = """\
# [price] is further down
name = "x"
aliases = [
    "a",
]
"quoted key" = 1
dotted.inner.key = 2
"quoted".then."dotted" = 3

[price]
base = 10  # name = "y"
inline = {first = 1, second = 2}

  [ inputs . style ]  # a comment
kind = "text"

["odd.one".'other']
key = 1

[[many]]
key = 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["name"], 2),
        (["aliases"], 3),
        (["quoted key"], 6),
        (["dotted", "inner", "key"], 7),
        (["quoted", "then", "dotted"], 8),
        (["price"], 10),
        (["price", "base"], 11),
        (["price", "inline"], 12),
        (["inputs", "style"], 14),
        (["inputs", "style", "kind"], 15),
        (["odd.one", "other"], 17),
        (["odd.one", "other", "key"], 18),
        (["many"], 20),
        (["many", "key"], 21),
    ],
)
def test_a_key_stands_where_it_is_written(path: list[str], line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["price", "per_picture"], 10),
        (["price", "inline", "second"], 12),
        (["inputs", "style", "kind", "deeper", "still"], 15),
        (["nothing"], 1),
        (["nothing", "at", "all"], 1),
        ([], 1),
    ],
)
def test_what_is_not_written_stands_at_what_is_around_it(path: list[str], line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    "text", ["a = 1\r\n\r\n[b]\r\nc = 2\r\n", 'a = "\u2028\x85"\n# \u2029\n[b]\nc = 2\n', "a=1\n\n[b]\nc=2"]
)
def test_lines_are_counted_as_toml_counts_them(text: str) -> None:
    assert line_of(text, ["b"]) == 3
    assert line_of(text, ["b", "c"]) == 4


def test_the_first_of_two_is_the_one() -> None:
    assert line_of("[a]\nb = 1\n[a.b]\nc = 1", ["a", "b"]) == 2


KEYS = st.text("abcdefgh_-0123456789", min_size=1, max_size=5)
ODD_KEYS = st.text("ab .[]=#{}", min_size=1, max_size=5).map(lambda key: f'"#{key}"')
TABLES = st.dictionaries(KEYS, st.dictionaries(KEYS | ODD_KEYS, st.integers(0, 9), max_size=4), max_size=4)


@given(TABLES, st.lists(st.sampled_from(["", "# a = 1", "   # [b]"]), max_size=3))
def test_every_key_is_found_on_its_line(tables: dict[str, dict[str, int]], between: list[str]) -> None:
    lines: list[str] = []
    expected: dict[tuple[str, ...], int] = {}
    for table, keys in tables.items():
        lines += [*between, f"[{table}]"]
        expected[table,] = len(lines)
        for key, value in keys.items():
            lines += [*between, f"{key} = {value}"]
            expected[table, key.strip('"')] = len(lines)
    text = "\n".join(lines)
    assert paths_in(tomllib.loads(text)) == set(expected)
    assert {path: line_of(text, path) for path in expected} == expected


def paths_in(tables: dict[str, Any]) -> set[tuple[str, ...]]:
    return {(name,) for name in tables} | {(name, key) for name, table in tables.items() for key in table}
