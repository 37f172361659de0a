"""Groups that became supergroups: the same chat under another id."""

from __future__ import annotations

from dataclasses import replace

from adapters.telegram.refs import PLATFORM, Place
from core.clock import Clock
from core.store import Store


class Migrations:
    """Knows where chats have moved to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def learn(self, old: int, new: int) -> None:
        """Keep that a chat has moved."""
        now = self._clock.now()
        await self._store.write(lambda tx: tx.notes.put(PLATFORM, _name(old), str(new), now))

    async def follow(self, place: Place, new: int) -> Place:
        """Keep that a place's chat has moved, and return the place there: its messages stay behind."""
        await self.learn(place.chat, new)
        return _in(place, new)

    async def moved(self, place: Place) -> Place:
        """Return the place in the chat as it is now. Supergroups and private chats stay where they are."""
        if place.is_private or place.chat < -(10**12):
            return place
        found = await self._store.read(lambda tx: tx.notes.get(PLATFORM, _name(place.chat)))
        return place if found is None else _in(place, int(found))


def _in(place: Place, chat: int) -> Place:
    return replace(place, chat=chat, answers=None, message=None, further=())


def _name(chat: int) -> str:
    return f"migrated:{chat}"
