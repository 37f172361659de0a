"""Sentences and tables in a terminal of any width: broken at words, never within them."""

from __future__ import annotations

import re

from prompt_toolkit.utils import get_cwidth

_WORD = re.compile(r" *[^ ]+")
_SECOND_COLUMN = re.compile(r"(?<=[^ ]) {2,}(?=[^ ])")


def wrapped(text: str, columns: int) -> str:
    """Return `text` with each line broken at words to that many columns, wide characters counted as two.

    What follows a gap of several spaces stays a column of its own, where there is room for one. A word
    that is longer than a line, such as a path, is left whole for the terminal to break.
    """
    return "\n".join(_wrapped_line(line, columns) for line in text.split("\n"))


def _wrapped_line(line: str, columns: int) -> str:
    if get_cwidth(line) <= columns:
        return line
    indent = " " * _hanging(line, columns)
    lines = [""]
    for word in _WORD.findall(line):
        if lines[-1].strip() and get_cwidth(lines[-1] + word) > columns:
            lines.append(indent + word.lstrip())
        else:
            lines[-1] += word
    return "\n".join(lines)


def _hanging(line: str, columns: int) -> int:
    """Return how far the lines after the first are indented."""
    own = len(line) - len(line.lstrip(" "))
    gap = _SECOND_COLUMN.search(line)
    if gap is None:
        return own
    second = get_cwidth(line[: gap.end()])
    return second if second <= columns // 2 else own + 2
