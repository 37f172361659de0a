from __future__ import annotations

import pytest

from adapters.console.wrapping import wrapped


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 10, [""]),
        ("a fox", 5, ["a fox"]),
        ("a fox in snow", 8, ["a fox in", "snow"]),
        ("one\ntwo three", 5, ["one", "two", "three"]),
        ("see /a/very/long/path there", 8, ["see", "/a/very/long/path", "there"]),
        ("狐狸 狐狸 狐狸", 9, ["狐狸 狐狸", "狐狸"]),
        ("  --n   how many pictures", 18, ["  --n   how many", "        pictures"]),
        ("/again TASK   Make it again", 16, ["/again TASK", "  Make it again"]),
        ("x", 0, ["x"]),
    ],
)
def test_lines_break_at_words(text: str, columns: int, lines: list[str]) -> None:
    assert wrapped(text, columns).split("\n") == lines
