"""The last message that was seen in each chat: what is sent next has a higher id."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 20_000

SUPERGROUPS_BELOW = -1_000_000_000_000
"""Chats with lower ids count their messages each by itself; all others of a bot are counted together."""


class Sightings:
    """Ids of messages as they are met, in memory."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, int] = OrderedDict()
        self._together = 0

    def saw(self, chat: int, message: int) -> None:
        """Note a message, anybody's."""
        self._last[chat] = max(message, self._last.get(chat, 0))
        self._last.move_to_end(chat)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        if chat > SUPERGROUPS_BELOW:
            self._together = max(self._together, message)

    def marks(self, chat: int, answers: int | None) -> list[int]:
        """Return the ids just after which the next message of the chat can be: by its own, by all's."""
        own = max(self._last.get(chat, 0), answers or 0)
        return sorted({own, max(own, self._together)}) if chat > SUPERGROUPS_BELOW else [own]
