"""A past: finished tasks by the million, with the pictures, ledger rows and deliveries that they left."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.workload import ACCOUNTS, image_id, orders

PRICE = 6
"""Points of a picture at the defaults."""

SPACING = 2_000_000
"""Microseconds between two tasks: a million of them are 23 days."""

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_VALUES = 32**6

_TASKS = """
INSERT INTO tasks (
    id, account, request, origin, price, work, priority, rank, created_at, status, revision, attempts,
    response, started_at, completed_at
)
WITH RECURSIVE numbers (n, at) AS (
    SELECT 0, :start
    UNION ALL
    SELECT n + 1, at + :spacing FROM numbers WHERE n + 1 < :count
)
SELECT
    task_id(n), 'bench:' || (n % :accounts), replace(:request, 'NUMBER', n), 'past' || n, :price, :work, 0,
    n + 1, at, 'completed', 3, 1, replace(:response, 'IMAGE', image_id(n)), at + 50000, at + 1550000
FROM numbers
"""
_IMAGES = """
INSERT INTO task_images (task, image)
SELECT id, json_extract(response, '$.outputs[0]') FROM tasks ORDER BY seq
"""
_LEDGER = """
INSERT INTO ledger (key, account, kind, amount, source, target, task, note, created_at)
SELECT kind || ':' || id, account, kind, price, source, target, id, '', created_at
FROM tasks
CROSS JOIN (
    SELECT 'hold' AS kind, 'balance' AS source, 'held' AS target
    UNION ALL
    SELECT 'deduct', 'held', 'spent'
)
ORDER BY seq
"""
_BALANCES = """
UPDATE accounts
SET balance = balance - (SELECT COALESCE(SUM(price), 0) FROM tasks WHERE tasks.account = accounts.id)
"""
_DELIVERIES = """
INSERT INTO deliveries (task, platform, chat, message, revision, shown_revision, failures, closed, ended)
SELECT id, 'bench', account, id, revision, revision, 0, 1, 1 FROM tasks ORDER BY seq
"""


def add_past(path: Path, count: int) -> None:
    """Fill a prepared database with `count` finished tasks.

    Written by a few statements, so it takes seconds, into the schema as it is, every index included.
    """
    (sample,) = orders(1, 0)
    values = {
        "count": count,
        "start": time.time_ns() // 1000 - count * SPACING,
        "spacing": SPACING,
        "accounts": ACCOUNTS,
        "price": PRICE,
        "work": sample.request.settings.work,
        "request": sample.request.model_dump_json().replace("a red", "NUMBER"),
        "response": sample.response.model_dump_json().replace(image_id(0), "IMAGE"),
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.create_function("task_id", 1, _task_id, deterministic=True)
        connection.create_function("image_id", 1, image_id, deterministic=True)
        connection.execute("BEGIN")
        connection.execute(_TASKS, values)
        for statement in (_IMAGES, _LEDGER, _BALANCES, _DELIVERIES):
            connection.execute(statement)
        connection.execute("INSERT INTO served (priority, rank) VALUES (0, ?)", (count,))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _task_id(number: int) -> str:
    """Return an id in no order: the numbers up to 32⁶, mixed by a factor that shares nothing with it."""
    value = number * 654_435_761 % _ID_VALUES
    return "".join(_ID_ALPHABET[value >> shift & 31] for shift in range(25, -1, -5))
