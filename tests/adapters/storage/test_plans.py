"""The hot queries take one index each, in its own order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.migrations import Migrator
from adapters.storage.queries import queries


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "easel.db"
    Migrator().migrate(path)
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def plan(connection: sqlite3.Connection, file: str, name: str) -> list[str]:
    sql = queries(file)[name]
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["1"] * sql.count("?"))
    return [detail for _, _, _, detail in rows]


@pytest.mark.parametrize(
    ("file", "name", "index"),
    [
        ("tasks", "get", "sqlite_autoindex_tasks_1"),
        ("tasks", "by_origin", "sqlite_autoindex_tasks_2"),
        ("tasks", "update", "sqlite_autoindex_tasks_1"),
        ("tasks", "renew", "sqlite_autoindex_tasks_1"),
        ("tasks", "next_pending", "tasks_claim"),
        ("tasks", "queue", "tasks_claim"),
        ("tasks", "count_pending", "tasks_claim"),
        ("tasks", "leased", "tasks_leased"),
        ("tasks", "expired", "tasks_leased"),
        ("tasks", "for_account", "tasks_account"),
        ("tasks", "for_account_in", "tasks_account"),
        ("tasks", "standing", "tasks_account_live"),
        ("tasks", "standing", "tasks_claim"),
        ("tasks", "finished_before", "tasks_ended"),
        ("tasks", "recent_durations", "tasks_ended"),
        ("tasks", "unreferenced", "task_images_image"),
        ("points", "entry", "sqlite_autoindex_ledger_1"),
        ("points", "entries", "ledger_account"),
        ("deliveries", "get", "sqlite_autoindex_deliveries_1"),
        ("deliveries", "due", "deliveries_due"),
        ("deliveries", "next_due", "deliveries_postponed"),
        ("deliveries", "open_count", "deliveries_open"),
        ("deliveries", "waiting", "tasks_claim"),
    ],
)
def test_its_index_is_used_and_nothing_sorted(
    connection: sqlite3.Connection, file: str, name: str, index: str
) -> None:
    steps = plan(connection, file, name)
    assert any(f"INDEX {index}" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps
    needed = ("INDEX", "VIRTUAL TABLE", "subquery", "CONSTANT ROW")  # what a scan may be of: no table
    tables = [step for step in steps if "SCAN" in step and not any(one in step for one in needed)]
    assert tables == []


def test_counting_never_reads_the_tasks_themselves(connection: sqlite3.Connection) -> None:
    steps = [step for step in plan(connection, "tasks", "counts") if "tasks" in step]
    assert len(steps) == 5
    assert all("INDEX tasks_" in step for step in steps), steps  # a partial index that says the status itself


def test_an_accounts_live_tasks_are_not_looked_for_in_its_history(connection: sqlite3.Connection) -> None:
    steps = plan(connection, "tasks", "for_account_live")
    assert any("INDEX tasks_account_live" in step for step in steps), steps


@pytest.mark.parametrize("file", ["tasks", "points", "deliveries"])
def test_every_query_is_good_sql(connection: sqlite3.Connection, file: str) -> None:
    for name in queries(file):
        assert plan(connection, file, name) or name in {"add", "append", "add_image", "raise_served_rank"}
