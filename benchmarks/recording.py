"""A recording of what the store tells SQLite, to be told again without the store.

Nothing of the store's inside is named here: whatever connection it opens is a recording one, and its
transactions are told apart by wrapping the functions that the service hands to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from unittest.mock import patch

from core.store import Store, Transaction

T = TypeVar("T")

_GROUPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Statement(NamedTuple):
    """A statement with its parameters, and whether it answers with rows."""

    sql: str
    values: Any
    has_rows: bool


@dataclass(slots=True)
class Recording:
    """How the writing connection was opened, and its transactions without what groups them."""

    options: dict[str, Any] = field(default_factory=dict)
    setup: list[Statement] = field(default_factory=list)
    transactions: list[list[Statement]] = field(default_factory=list)
    commits: int = 0

    @property
    def transactions_a_commit(self) -> float:
        """How the store grouped them."""
        return len(self.transactions) / self.commits


class RecordingConnection(sqlite3.Connection):
    """A connection that notes its statements."""

    options: dict[str, Any]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.setup: list[Statement] = []
        self.current: list[Statement] | None = None
        self.commits = 0
        self.is_closed = False
        self.traced = 0
        self.noted = 0
        self.set_trace_callback(self._trace)

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        self.noted += 1
        cursor = super().execute(sql, values)
        if sql.lstrip().upper().startswith(_GROUPING):
            self.commits += sql.lstrip().upper().startswith("COMMIT")
        else:
            statement = Statement(sql, values, cursor.description is not None)
            (self.setup if self.current is None else self.current).append(statement)
        return cursor

    def close(self) -> None:
        self.is_closed = True
        super().close()

    def _trace(self, expanded: str) -> None:
        set_off = expanded.startswith("--") and "\n" not in expanded  # by a statement, such as a trigger
        self.traced += not set_off


class Recorder:
    """A store that notes what the store inside it tells SQLite."""

    def __init__(self, store: Store, connections: list[RecordingConnection]) -> None:
        self._store = store
        self._connections = connections
        self._writer: RecordingConnection | None = None
        self._transactions: list[list[Statement]] = []

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """As the store, with the function's statements noted apart."""

        def noted(tx: Transaction) -> T:
            writer = self._writing()
            writer.current = []
            self._transactions.append(writer.current)
            try:
                return work(tx)
            finally:
                writer.current = None

        return await self._store.write(noted)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._store.read(work)

    def recording(self) -> Recording:
        """Return what was noted so far. Fails where a statement went by unseen."""
        writer = self._writing()
        assert writer.noted == writer.traced, (writer.noted, writer.traced)
        return Recording(
            writer.options, _before_first(writer.setup), list(self._transactions), writer.commits
        )

    def _writing(self) -> RecordingConnection:
        if self._writer is None:
            (self._writer,) = (one for one in self._connections if not one.is_closed and one.in_transaction)
        return self._writer


@contextmanager
def recording_connections() -> Iterator[list[RecordingConnection]]:
    """Let every connection that is opened meanwhile be a recording one."""
    made: list[RecordingConnection] = []
    plain = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> RecordingConnection:
        connection = plain(*arguments, factory=RecordingConnection, **options)
        connection.options = options
        made.append(connection)
        return connection

    with patch.object(sqlite3, "connect", connect):
        yield made


def _before_first(setup: list[Statement]) -> list[Statement]:
    """Drop what the store asks between transactions, such as the size of its log."""
    return [one for one in setup if "checkpoint(" not in one.sql and "busy_timeout" not in one.sql]
