"""Text that Discord shows as it is: no formatting, links or mentions come of what a member typed."""

from __future__ import annotations

import re

TEXT_MOST = 2000
"""Characters of an ordinary message from a bot."""

PIECES_MOST = 5
"""Messages for one answer: where a member alone has installed the bot, Discord takes no more."""

MORE = "\n…"
"""What stands for all that is beyond."""

_SPECIAL = re.compile(r"([\\*_~`|<>@\[\]]|:(?=//))")
_BULLET = re.compile(r"^(\s*)([-+#])", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d+)\.", re.MULTILINE)
_ACCOUNT = re.compile(r"\bdiscord:(\d{15,20})\b")


def plain(text: str) -> str:
    """Return `text` with everything escaped that Discord would not show literally.

    Accounts become mentions, which say a name and, as the client allows no mentions, call nobody.
    """
    escaped = _SPECIAL.sub(r"\\\1", text)
    escaped = _NUMBER.sub(r"\1\\.", _BULLET.sub(r"\1\\\2", escaped))
    return _ACCOUNT.sub(r"<@\1>", escaped)


def shortened(text: str, most: int) -> str:
    """Return the beginning of `text` in at most so many characters, cut before it is escaped."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def pieces(text: str, most: int = TEXT_MOST) -> list[str]:
    """Return `text` escaped, in parts that fit a message each, cut between lines or words where it can be."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < PIECES_MOST:
        part = _fitting(rest, most - len(MORE))
        found.append(plain(part))
        rest = rest[len(part) :].strip()
    if rest:
        found[-1] += MORE
    return found


def _fitting(text: str, most: int) -> str:
    """Return a beginning of `text` that has at most so many characters when it is escaped."""
    if len(plain(text)) <= most:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(plain(text[:middle])) <= most:
            fits = middle
        else:
            too_long = middle
    for gap in ("\n", " "):
        if (end := text.rfind(gap, 0, fits + 1)) > 0:
            return text[:end].rstrip()
    return text[:fits]
