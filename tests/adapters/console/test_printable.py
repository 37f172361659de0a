from __future__ import annotations

import pytest

from adapters.console.printable import one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a red fox", "a red fox"),
        ("狐狸 🦊 café", "狐狸 🦊 café"),
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("\x9b31m", "\ufffd31m"),
        ("one\ttwo\u2028three\u00a0four", "one two three four"),
        ("ab\u202ecd\u2066", "abcd"),
        ("one\r\ntwo", "one\ntwo"),
        ("\ud800", "\ufffd"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
    ],
)
def test_what_is_printed(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_one_line_is_one_line() -> None:
    assert one_line("one\ntwo\r\nthree") == "one two three"
