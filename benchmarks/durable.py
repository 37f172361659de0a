"""One durable commit of one row through the bare sqlite3 module: what a disk's answer costs."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

NAME = "a bare durable commit"


def plain_database(path: Path) -> sqlite3.Connection:
    """Return a connection to a new database, each of whose statements is a durable commit."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE commits (number INTEGER PRIMARY KEY, body TEXT)")
    return connection


def commit(connection: sqlite3.Connection, index: int) -> float:
    """Commit a row; return the milliseconds that it took."""
    began = time.perf_counter()
    connection.execute("INSERT INTO commits (body) VALUES (?)", (f"{index:0300}",))
    return (time.perf_counter() - began) * 1000
