"""The command line: help, versions, and what is asked for wrongly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main
from tests.e2e.program import GUARD, Finished, easel, environment

HEAVY = (
    "pydantic",
    "pydantic_settings",
    "numpy",
    "PIL",
    "aiosqlite",
    "structlog",
    "prompt_toolkit",
    "asyncio",
)


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for command in ("run", "console", "check", "migrate"):
        assert f"    {command} " in said


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"easel {__version__}\n"


def test_nothing_asked_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: easel" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["rnu"], ["run", "--once", "x"], ["console", "--once"]])
def test_bad_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, contextlib, bot.cli\n"
        "with contextlib.suppress(SystemExit): bot.cli.main(['--help'])\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment({}, measured=False),
        capture_output=True,
        timeout=GUARD,
        check=True,
    )
    assert done.stderr == b"[]\n"


def test_ctrl_c_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.start.start", interrupted)
    assert main(["run"]) == 130


def test_bad_settings_are_2(tmp_path: Path) -> None:
    wrong = {"worker__slots": "many", "worker__slotz": "1"}
    sentences = (
        "EASEL_WORKER__SLOTS: must be a whole number.\n"
        "EASEL_WORKER__SLOTZ: there is no such setting; did you mean EASEL_WORKER__SLOTS?\n"
    )
    for command in ("run", "migrate"):
        assert easel(command, folder=tmp_path, settings=wrong) == Finished(2, "", sentences)
    assert list(tmp_path.iterdir()) == []
