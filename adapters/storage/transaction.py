"""The repositories joined in one SQLite transaction."""

from __future__ import annotations

import sqlite3

from adapters.storage.deliveries import SqliteDeliveries
from adapters.storage.notes import SqliteNotes
from adapters.storage.points import SqlitePoints
from adapters.storage.received import SqliteReceived
from adapters.storage.removals import SqliteRemovals
from adapters.storage.tasks import SqliteTasks


class SqliteTransaction:
    """`core.store.Transaction` on a connection.

    It holds nothing of its own, so one serves every transaction of its connection in turn.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.tasks = SqliteTasks(connection)
        self.points = SqlitePoints(connection)
        self.deliveries = SqliteDeliveries(connection, self.tasks)
        self.removals = SqliteRemovals(connection)
        self.received = SqliteReceived(connection)
        self.notes = SqliteNotes(connection)
