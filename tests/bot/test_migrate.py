"""``easel migrate``."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.migrate import migrate


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_missing_is_applied_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate() == 0
    assert capsys.readouterr().out.splitlines()[0] == "data/easel.db: applied 0001_initial"
    assert migrate() == 0
    assert capsys.readouterr().out == "data/easel.db: up to date\n"


def test_a_failure_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").touch()
    assert migrate() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("data/easel.db can't be opened")
    assert said.err.count("\n") == 1


def test_bad_settings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "many")
    assert migrate() == 2
    assert capsys.readouterr().err.startswith("EASEL_WORKER__SLOTS: ")
