"""Prompts are untrusted text: what is kept of one."""

from __future__ import annotations

import re
import unicodedata

PROMPT_MAX = 2000
"""Characters. Chat platforms show at most 2,000 to 4,096 in a message; models read a few hundred."""

_JOINERS = "\u200c\u200d"  # Persian spelling and emoji sequences need them
_SPACES = re.compile(r"\s+")

_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""A black flag and the tag characters that make it England's, Scotland's or Wales's."""
_TAGS = re.compile(f"({_FLAG})|[\U000e0020-\U000e007f]+")

_UNSEEN = re.compile(f"[ {_JOINERS}\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
"""What is kept beside what is seen, and is nothing alone: joiners, fillers, variation selectors."""


def clean_prompt(text: str) -> str:
    """Return `text` on one line, without characters that nobody sees or that reorder what others see.

    Control characters become spaces; zero-width, bidirectional control and stray tag characters go;
    letters of right-to-left scripts stay. A text of invisible characters alone becomes empty.
    """
    if text.isascii() and text.isprintable():  # nearly every prompt, at a tenth of the cost
        return _SPACES.sub(" ", text).strip()
    kept = "".join(map(_keep, text))
    # Composed after the filter: what it takes out may have stood between a letter and its accent.
    cleaned = _SPACES.sub(" ", _TAGS.sub(r"\1", unicodedata.normalize("NFC", kept))).strip()
    return "" if _UNSEEN.fullmatch(cleaned) else cleaned


def _keep(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category in {"Cf", "Cs", "Co", "Cn"} and character not in _JOINERS and not _is_tag(character):
        return ""
    return character


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"
