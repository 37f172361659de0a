"""What was received, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from adapters.storage.queries import queries
from adapters.storage.rows import from_micros, to_micros
from core.intake.models import Received
from core.intake.repository import PER_CHAT


class SqliteReceived:
    """`IntakeRepository` on the connection whose transaction is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._sql = queries("received")

    def add(self, received: Received) -> bool:
        values = (received.platform, received.key, received.chat, received.payload)
        return self._execute(self._sql["add"], (*values, to_micros(received.received_at))).rowcount > 0

    def waiting(self, platform: str, limit: int) -> Sequence[Received]:
        rows = self._execute(self._sql["waiting"], (platform, PER_CHAT, limit))
        return [
            Received(name, key, chat, payload, from_micros(micros))
            for name, key, chat, payload, micros in rows
        ]

    def finish(self, platform: str, keys: Collection[str], when: datetime) -> None:
        self._execute(self._sql["finish"], (to_micros(when), platform, json.dumps(list(keys))))

    def forget_before(self, when: datetime) -> int:
        return self._execute(self._sql["forget_before"], (to_micros(when),)).rowcount
