"""A stop by a signal: nothing more is started, what runs is finished or handed back unspent."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.crash.invariants import check_settled, check_sound, read
from tests.e2e.program import Finished, Program, easel, environment

pytestmark = pytest.mark.crash

LARGE = "/generate a whale --w 2048 --h 2048 --steps 150 --n 8\n"
"""Takes longer than any test."""

STOPPING = (
    "Stopping: 1 running task may still finish; what doesn't goes on at the next start. "
    "Once more stops at once."
)

RICH = {"points__starting_grant": "1000000"}


def stopped(
    folder: Path, commands: str, number: signal.Signals, settings: Mapping[str, str] = RICH
) -> Finished:
    """Wait until a picture is being drawn, send the signal, and wait for the end."""
    with Program("console", folder=folder, settings=settings) as program:
        program.send(commands)
        program.expect("Drawing")
        assert program.together(lambda: len(program.tasks()) == commands.count("/generate"))
        program.signal(number)
        code = program.wait()
        return Finished(code, "\n".join(program.lines), "\n".join(program.errors))


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_what_runs_is_finished_and_what_waits_stays(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    commands = "/generate a fox --w 1024 --h 1024 --steps 60\n" + LARGE * 2
    done = stopped(tmp_path, commands, number)
    assert (done.code, done.err) == (code, STOPPING)
    state = read(tmp_path / "data")
    check_sound(state)
    assert [task["status"] for task in state.tasks] == ["completed", "pending", "pending"]
    assert [task["attempts"] for task in state.tasks] == [1, 0, 0]
    assert len(done.images()) == 1  # its end was shown before the program ended


def test_what_takes_longer_is_handed_back_unspent(tmp_path: Path) -> None:
    done = stopped(tmp_path, LARGE, signal.SIGTERM, RICH | {"worker__drain": "0"})
    assert (done.code, done.err) == (143, STOPPING)
    (task,) = read(tmp_path / "data").tasks
    assert (task["status"], task["attempts"], task["lease_id"]) == ("pending", 0, None)
    assert done.lines[-1].startswith(f"{task['id']} Queued")

    cancelled = easel("console", folder=tmp_path, stdin=f"/pause\n/cancel {task['id']}\n/resume\n")
    assert cancelled.code == 0, cancelled
    check_settled(read(tmp_path / "data"))


def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    settings = RICH | {"worker__drain": "3000", "log__level": "INFO"}
    with Program("console", folder=tmp_path, settings=settings) as program:
        program.send(LARGE)
        program.expect("Drawing")
        program.signal(signal.SIGINT)
        program.expect_error("stopping")
        program.signal(signal.SIGINT)
        assert program.wait() == 130
    (task,) = read(tmp_path / "data").tasks
    assert (task["status"], task["attempts"]) == ("pending", 0)


def test_ctrl_c_at_rest(tmp_path: Path) -> None:
    with Program("console", folder=tmp_path) as program:
        program.send("/points\n")
        program.expect("You have")
        program.signal(signal.SIGINT)
        assert program.wait() == 130
        assert program.errors == []


def test_once_finishes_what_it_was_asked_for(tmp_path: Path) -> None:
    asked = "/generate a fox --w 1024 --h 1024 --steps 60"
    with Program("console", "--once", asked, folder=tmp_path, settings=RICH) as program:
        program.expect("Drawing")
        program.signal(signal.SIGTERM)
        assert program.wait() == 143
    (task,) = read(tmp_path / "data").tasks
    assert (task["status"], task["attempts"]) == ("completed", 1)


def test_a_terminal_that_is_closed_is_a_stop(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "console"],
        cwd=tmp_path,
        env=environment(RICH | {"console__pictures": "false"}) | {"TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        read_until(ours, b"easel>")
        os.write(ours, b"a fox --w 1024 --h 1024 --steps 60\r")
        read_until(ours, b"Drawing")
        os.close(ours)
        assert process.wait(60) in {0, 1}  # 0 where the end of input is noticed first; nobody reads it
    finally:
        process.kill()
        process.wait()
    (task,) = read(tmp_path / "data").tasks
    assert (task["status"], task["attempts"]) == ("completed", 1)


def read_until(terminal: int, wanted: bytes) -> None:
    """Read what the program writes, answering where the cursor is, until `wanted` comes."""
    seen = b""
    while wanted not in seen:
        assert select.select([terminal], [], [], 60)[0], seen
        said = os.read(terminal, 65536)
        if b"\x1b[6n" in said:
            os.write(terminal, b"\x1b[1;1R")
        seen += said
