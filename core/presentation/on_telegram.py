"""What is said on Telegram alone."""

from __future__ import annotations

from core.presentation.messages import count

AS_FILE = "As file"
AS_FILES = "As files"
"""The buttons that send the original pictures."""

OLD_BUTTON = "That button is from an older Easel; /help lists what there is."
ON_ITS_WAY = "On its way."
CAN_NOT_ASK = "I can't take an answer to that just now: give the command with all its words, please."
NO_PICTURES_HERE = "The pictures may not be shown here; /history in a private chat with me has them."
NO_FILES = "Those pictures are gone."
WRITE_AS_YOURSELF = "Write as yourself, please: nobody can tell whose points a group or a channel has."
PICTURE_BY_CAPTION = (
    "Send the picture with the command as its caption, or give the command in reply to the picture."
)
INLINE_EMPTY = "Nothing yet: make a picture"
"""Stands above an empty list of one's own pictures, and leads to the bot."""

FILE_TOO_BIG_MIB = 20
"""What Telegram lets a bot download."""


def say_first_of(pictures: int) -> str:
    """Return what becomes of several pictures sent together."""
    return f"Of your {count(pictures, 'picture')}, the first is used."


def say_unknown_person(name: str) -> str:
    """Return why somebody can't be meant by their name."""
    return f"I don't know {name[:40]}: they have to write to me once, or you reply to a message of theirs."


def say_identity(username: str | None, user_id: int, api: str) -> str:
    return f"@{username} (id {user_id}) at {api}"


def say_privacy(*, reads_all: bool) -> str:
    if reads_all:
        return "privacy mode is off: it is sent every message of its groups, and reads what is meant for it"
    return "privacy mode is on: in groups it is sent commands, mentions and answers to its messages"


def say_inline(*, is_on: bool) -> str:
    if is_on:
        return "inline mode is on"
    return "inline mode is off: /setinline at @BotFather lets members send their pictures anywhere"


def say_groups(*, may_join: bool) -> str:
    return (
        "may be added to groups" if may_join else "may not be added to groups: /setjoingroups at @BotFather"
    )


def say_receiving(*, wanted: bool, is_set: bool, waiting: int, error: str | None) -> str:
    """Return how updates come, and what is wrong with that."""
    way = "by webhook" if wanted else "by polling"
    lines = [f"updates come {way}, {count(waiting, 'update')} waiting"]
    if wanted != is_set:
        lines.append("as set at the next start: " + ("no webhook is set" if wanted else "a webhook is set"))
    if wanted and error:
        lines.append(f"Telegram could not reach the webhook: {error}")
    return "; ".join(lines)
