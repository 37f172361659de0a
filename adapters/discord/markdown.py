"""Text that Discord shows as it is: no formatting, links or mentions come of what a member typed."""

from __future__ import annotations

import re

TEXT_MOST = 2000
"""Characters of an ordinary message from a bot."""

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


def said(text: str, most: int = TEXT_MOST) -> str:
    """Return `text` escaped, with as many of its lines as one message takes."""
    escaped = plain(text)
    if len(escaped) <= most:
        return escaped
    kept: list[str] = []
    room = most - 2  # for the line that says that there is more
    for line in map(plain, text.splitlines()):
        if len(line) + 1 > room:
            break
        kept.append(line)
        room -= len(line) + 1
    return "\n".join([*kept, "…"]) if kept else f"{plain(text[: most // 2 - 1])}…"
