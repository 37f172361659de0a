"""What may be printed: no text from outside speaks to the terminal."""

from __future__ import annotations

import unicodedata

_KEPT_FORMATS = {"\u200c", "\u200d"}  # Persian spelling and emoji sequences need them


def printable(text: str) -> str:
    """Return `text` without control characters, lines kept.

    An escape sequence becomes visible and harmless; characters that reorder what others see go.
    """
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def one_line(text: str) -> str:
    """Return `text` as `printable`, on one line."""
    return printable(text).replace("\n", " ")


def _shown(character: str) -> str:
    if character.isprintable() or character == "\n" or character in _KEPT_FORMATS:
        return character
    category = unicodedata.category(character)
    if character == "\t" or category in {"Zl", "Zp", "Zs"}:
        return " "
    if character == "\r" or category == "Cf":
        return ""
    return "\ufffd"
