"""Removals in SQLite: messages to be taken out of their chats."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from adapters.storage.queries import queries
from adapters.storage.rows import from_micros_or_none, to_micros, to_micros_or_none
from core.delivery.models import MessageRef, Removal


class SqliteRemovals:
    """`RemovalRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._sql = queries("removals")

    def add(self, ref: MessageRef) -> None:
        self._execute(self._sql["add"], _key(ref))

    def due(self, platform: str, now: datetime, limit: int) -> Sequence[Removal]:
        rows = self._execute(self._sql["due"], (platform, to_micros(now), limit))
        return [
            Removal(MessageRef(platform, chat, message or None, thread or None), failures, _time(not_before))
            for _, chat, message, thread, failures, not_before in rows
        ]

    def next_due(self, platform: str) -> datetime | None:
        (micros,) = self._execute(self._sql["next_due"], (platform,)).fetchone()
        return _time(micros)

    def update(self, removal: Removal) -> None:
        values = (removal.failures, to_micros_or_none(removal.not_before), *_key(removal.ref))
        self._execute(self._sql["update"], values)

    def finish(self, ref: MessageRef) -> None:
        self._execute(self._sql["finish"], _key(ref))


_time = from_micros_or_none


def _key(ref: MessageRef) -> tuple[str, str, str, str]:
    return (ref.platform, ref.chat, ref.message or "", ref.thread or "")
