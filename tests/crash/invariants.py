"""What must hold in the database and the pictures' folder, read without any of the program's own code."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

Row = dict[str, Any]

FINAL = {"completed", "failed", "cancelled"}
STATUSES = FINAL | {"pending", "processing"}
UNFINISHED = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{32}\.part")


@dataclass(frozen=True)
class State:
    """Every row that matters, and the pictures' folder."""

    tasks: list[Row]
    ledger: list[Row]
    accounts: list[Row]
    deliveries: list[Row]
    pictures: Path

    @property
    def ids(self) -> set[str]:
        return {task["id"] for task in self.tasks}

    @property
    def live(self) -> list[Row]:
        return [task for task in self.tasks if task["status"] not in FINAL]

    def of(self, status: str) -> list[Row]:
        return [task for task in self.tasks if task["status"] == status]

    def movements(self, task: Row) -> dict[str, Row]:
        """The task's rows in the ledger by kind."""
        rows = [row for row in self.ledger if row["task"] == task["id"]]
        kinds = Counter(row["kind"] for row in rows)
        assert set(kinds.values()) <= {1}, f"{task['id']}: {kinds}"
        return {row["kind"]: row for row in rows}


def outputs(task: Row) -> list[str]:
    return list(json.loads(task["response"])["outputs"]) if task["response"] else []


def prompt(task: Row) -> str:
    return str(json.loads(task["request"])["prompt"])


def read(data: Path) -> State:
    """Read the data folder of an Easel that doesn't run, from a copy: looking must not repair anything."""
    with tempfile.TemporaryDirectory() as folder:
        for file in data.glob("easel.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder) / "easel.db")) as connection:
            connection.row_factory = sqlite3.Row
            assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
            assert list(connection.execute("PRAGMA foreign_key_check")) == []
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            rows = {
                table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - our names
                if table in tables
                else []
                for table in ("tasks", "ledger", "accounts", "deliveries")
            }
    return State(rows["tasks"], rows["ledger"], rows["accounts"], rows["deliveries"], data / "images")


def check_sound(state: State) -> None:
    """What holds at every moment, so after every kill."""
    check_points(state)
    for task in state.of("completed"):
        _check_pictures(state, task)
    if state.pictures.exists():
        _check_folder(state.pictures)


def check_points(state: State) -> None:
    """The part of it that is about rows alone."""
    for account in state.accounts:
        for pot in ("balance", "held"):
            moved = _moved(state, account["id"], pot)
            assert account[pot] == moved >= 0, f"{account['id']}: {pot} {account[pot]}, ledger {moved}"
    origins = [task["origin"] for task in state.tasks if task["origin"]]
    assert len(set(origins)) == len(origins)
    for task in state.tasks:
        _check_task(state, task)
    held = sum(task["price"] for task in state.live if "deduct" not in state.movements(task))
    assert sum(account["held"] for account in state.accounts) == held


def check_settled(state: State) -> None:
    """What holds when everything is done and shown."""
    check_sound(state)
    assert [task["id"] for task in state.live] == []
    assert [task["id"] for task in state.tasks if task["lease_id"]] == []
    assert [one["task"] for one in state.deliveries if not one["closed"]] == []
    for account in state.accounts:
        mine = [row for row in state.ledger if row["account"] == account["id"]]
        granted = sum(row["amount"] for row in mine if row["kind"] == "grant")
        revoked = sum(row["amount"] for row in mine if row["kind"] == "revoke")
        paid = sum(task["price"] for task in state.of("completed") if task["account"] == account["id"])
        assert account["balance"] == granted - revoked - paid
        assert account["held"] == 0


def _moved(state: State, account: str, pot: str) -> int:
    rows = [row for row in state.ledger if row["account"] == account]
    into = sum(row["amount"] for row in rows if row["target"] == pot)
    return int(into - sum(row["amount"] for row in rows if row["source"] == pot))


def _check_task(state: State, task: Row) -> None:
    status = task["status"]
    assert status in STATUSES
    assert (task["lease_id"] is not None) == (status == "processing"), task
    movements = state.movements(task)
    assert {row["amount"] for row in movements.values()} <= {task["price"]}, task
    assert {row["account"] for row in movements.values()} <= {task["account"]}, task
    deducted = {"deduct"} if task["started_at"] or "deduct" in movements else set()
    expected = {"hold"} | deducted | ({"refund"} if status in {"failed", "cancelled"} else set())
    assert set(movements) == (expected if task["price"] else set()), (task, movements)
    if status in {"processing", "completed"} and task["price"]:
        assert "deduct" in movements, task
    assert bool(outputs(task)) == (status == "completed"), task


def _check_pictures(state: State, task: Row) -> None:
    settings = json.loads(task["request"])["settings"]
    named = outputs(task)
    assert len(named) == len(set(named)) == settings["batch_size"], task
    for digest in named:
        with Image.open(picture_path(state.pictures, digest)) as image:
            assert image.format == "PNG"
            assert image.size == (settings["width"], settings["height"])


def picture_path(pictures: Path, digest: str) -> Path:
    return pictures / digest[:2] / f"{digest}.png"


def _check_folder(pictures: Path) -> None:
    for file in pictures.rglob("*"):
        if file.is_dir():
            continue
        if file.suffix == ".part":  # what a kill left behind, under a name that nobody reads
            assert UNFINISHED.fullmatch(file.name), file
            continue
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.stem, file
        with Image.open(file) as image:
            image.load()
