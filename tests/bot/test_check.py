"""``easel check`` says what is there, and leaves everything as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.check import check
from bot.migrate import migrate
from tests.e2e.program import Program

LABELS = ["settings", "storage", "images", "points", "engine", "console"]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return what was said of each part."""
    lines = capsys.readouterr().out.splitlines()
    return {line[:12].strip(): line[12:].strip() for line in lines}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_before_the_first_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    parts = said(capsys)
    assert list(parts) == LABELS
    assert {text.split()[0] for text in parts.values()} == {"on"}
    assert parts["storage"] == "on     data/easel.db, made at the first start"
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate() == 0
    capsys.readouterr()
    before = files(tmp_path)
    assert check() == 0
    assert said(capsys)["storage"] == "on     data/easel.db, 0 tasks"
    assert files(tmp_path) == before


def test_what_a_start_would_migrate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "data" / "easel.db"
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE something (name TEXT)")
    before = files(tmp_path)
    assert check() == 0
    assert "brought up to date at the next start (0001_initial" in said(capsys)["storage"]
    assert files(tmp_path) == before


def test_an_easel_at_work_and_one_that_was_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both leave a write-ahead log beside the database."""
    with Program("console", folder=tmp_path) as program:
        program.send("/pause\n/generate a fox\n")
        program.expect("Queued")
        assert check() == 0
        assert said(capsys)["storage"] == f"on     data/easel.db, 1 task, in use by process {program.pid}"
        program.kill()
    before = files(tmp_path)
    assert check() == 0
    assert said(capsys)["storage"] == "on     data/easel.db, 1 task"
    after = files(tmp_path)
    assert set(after) == set(before)
    assert before["data/easel.db-wal"]  # still to be recovered
    before.pop("data/easel.db-shm")  # the index of the log, which every reader may make anew
    assert {name: after[name] for name in before} == before


def test_a_database_that_was_never_finished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A kill while it was made leaves SQLite's journal, which only a writer may roll back."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "easel.db").write_bytes(bytes(4096))
    (tmp_path / "data" / "easel.db-journal").write_bytes(bytes(512))
    before = files(tmp_path)
    assert check() == 0
    assert said(capsys)["storage"] == "on     data/easel.db"
    assert files(tmp_path) == before


def test_off(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EASEL_POINTS__ENABLED", "false")
    assert check() == 0
    assert said(capsys)["points"] == "off    everything is free: EASEL_POINTS__ENABLED is false"


def test_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text("a shopping list\n" * 1000)
    monkeypatch.setenv("EASEL_STORAGE__PATH", "list.txt")
    monkeypatch.setenv("EASEL_IMAGES__PATH", "list.txt/images")
    assert check() == 1
    parts = said(capsys)
    assert parts["storage"].startswith("WRONG  list.txt is not a database")
    assert parts["images"].startswith("WRONG  list.txt/images can't be written")
    assert parts["engine"].startswith("on")


def test_a_newer_database_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    migrate()
    with closing(sqlite3.connect(tmp_path / "data" / "easel.db")) as newer, newer:
        newer.execute("INSERT INTO migrations VALUES (9999, '9999_later', 0)")
    capsys.readouterr()
    assert check() == 1
    assert said(capsys)["storage"].startswith("WRONG  data/easel.db was written by a newer Easel")


def test_a_database_that_may_not_be_written_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate()
    capsys.readouterr()
    monkeypatch.setattr("os.access", lambda path, _: Path(path).suffix != ".db")  # root may write everything
    assert check() == 1
    assert said(capsys)["storage"].startswith("WRONG  data/easel.db can't be written")


def test_bad_settings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "many")
    assert check() == 2
    assert said(capsys)["settings"].startswith("WRONG  EASEL_WORKER__SLOTS: ")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert check() == 0
    assert said(capsys)["console"].endswith("pip install 'easel[console]'")
