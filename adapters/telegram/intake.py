"""The intake: what Telegram sends is stored before Telegram is told that it is taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.telegram.people import People
from adapters.telegram.refs import PLATFORM
from core.clock import Clock
from core.intake.models import Received
from core.store import Store, Transaction

KEPT = timedelta(days=2)
"""How long handled updates are known. Telegram repeats one that was not confirmed for a day."""


FORGOTTEN_NOTES = ("sending", "form:")
"""Notes that nobody asks for after that time."""


class Intake:
    """Keeps updates until they are handled."""

    def __init__(self, store: Store, people: People, clock: Clock) -> None:
        self._store = store
        self._people = people
        self._clock = clock
        self.bell = asyncio.Event()
        """Set when something came in."""

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store the updates, each once. Raises `StorageError`, and then none is taken."""
        now = self._clock.now()
        received = [
            Received(PLATFORM, str(one["update_id"]), lane_of(one), json.dumps(one), now) for one in updates
        ]

        def keep(tx: Transaction) -> None:
            for one, update in zip(received, updates, strict=True):
                if tx.received.add(one):
                    self._people.meet(tx, update)

        await self._store.write(keep)
        for update in updates:
            self._people.met(update)
        self.bell.set()

    async def waiting(self, limit: int) -> Sequence[Received]:
        """Return what is to be handled, in order. Raises `StorageError`."""
        return await self._store.read(lambda tx: tx.received.waiting(PLATFORM, limit))

    async def finish(self, done: Sequence[Received]) -> None:
        """Mark updates as handled. Raises `StorageError`."""
        keys, now = [one.key for one in done], self._clock.now()
        await self._store.write(lambda tx: tx.received.finish(PLATFORM, keys, now))

    async def prune(self) -> None:
        """Forget what nobody can repeat any more. Raises `StorageError`."""
        before = self._clock.now() - KEPT

        def forget(tx: Transaction) -> None:
            tx.received.forget_before(before)
            for prefix in FORGOTTEN_NOTES:
                tx.notes.forget_before(PLATFORM, prefix, before)

        await self._store.write(forget)


def lane_of(update: Mapping[str, Any]) -> str:
    """Return what is handled in order: a chat's messages; somebody's presses, which can't wait so long.

    An update that nobody can read has a lane too: it must be taken, or it comes again for ever.
    """
    try:
        message = update.get("message") or update.get("edited_message") or update.get("my_chat_member")
        if message:
            return str(message["chat"]["id"])
        for kind in ("callback_query", "inline_query"):
            if kind in update:
                return f"{kind}:{update[kind]['from']['id']}"
    except (KeyError, TypeError):
        pass
    return ""
