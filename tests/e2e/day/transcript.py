"""What was said and shown in a chat, as Markdown that is the same every time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from tests.fakes.ids import CountingIds

_MASKED = (
    (re.compile(r"Done in \d+\.\d s"), "Done in 4.2 s"),
    (re.compile(r"about \d+ (?:s|min)\b"), "about 5 s"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"), "2026-01-02 12:00 UTC"),
    (re.compile(r"easel-[0-9a-f]{12}\."), "easel-1a2b3c4d5e6f."),
    (re.compile("\u2060"), ""),
)
"""What is another at every run, and what stands for it here."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def steady_ids() -> CountingIds:
    """Return ids that look as they do in life, and are the same every time."""
    return CountingIds(_drawn())


def _drawn() -> Iterator[str]:
    chance = random.Random(7)
    while True:
        yield "".join(chance.choices(_ALPHABET, k=6))


class Transcript:
    """One chat's day, written down as it happens."""

    def __init__(self, title: str) -> None:
        self._parts = [f"## {title}"]

    def chapter(self, title: str) -> None:
        self._parts.append(f"### {title}")

    def note(self, text: str) -> None:
        """Write down what happened beside what was said."""
        self._parts.append(f"*{text}*")

    def does(self, who: str, what: str) -> None:
        self._parts.append(f"**{who}** {what}")

    def types(self, who: str, text: str, where: str = "") -> None:
        place = f" {where}" if where else ""
        self.does(who, f"writes{place}:")
        self.box([text])

    def box(self, lines: Sequence[str]) -> None:
        """Write down some lines as they stand."""
        self._parts.append(_boxed(lines))

    def shows(self, label: str, lines: Sequence[str]) -> None:
        """Write down a message, or something else that a member sees."""
        self._parts.append(f"**Easel** {label}:")
        self.box(lines)

    @property
    def text(self) -> str:
        return "\n\n".join(self._parts) + "\n"


def rows(buttons: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row of buttons."""
    return ["  ".join(f"[ {label} ]" for label in row) for row in buttons]


def picture(number: int = 1, note: str = "") -> str:
    what = "picture" if number == 1 else f"{number} pictures"
    return f"({what}{', ' if note else ''}{note})"


def _boxed(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    for pattern, instead in _MASKED:
        text = pattern.sub(instead, text)
    text = "\n".join(line.rstrip() for line in text.splitlines())
    return f"```text\n{text}\n```"
