"""The lock that keeps a second process out."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.storage.exclusive import exclusive, holder
from core.errors import StorageUnavailableError

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from pathlib import Path
from adapters.storage.exclusive import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_one_after_another(tmp_path: Path) -> None:
    assert holder(tmp_path / "easel.db") is None
    for _ in range(2):
        with exclusive(tmp_path / "easel.db"):
            pass


def test_a_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with another_process(path) as process:
        with pytest.raises(StorageUnavailableError) as caught, exclusive(path):
            raise AssertionError("held twice")
        assert caught.value.facts == {"reason": "in_use", "path": str(path), "process": str(process.pid)}
        assert holder(path) == str(process.pid)
    assert holder(path) is None


def test_another_name_of_the_file_does_not_help(tmp_path: Path) -> None:
    path, other = tmp_path / "easel.db", tmp_path / "other.db"
    path.touch()
    other.symlink_to(path)
    with exclusive(path), pytest.raises(StorageUnavailableError), exclusive(other):
        raise AssertionError("held twice")


def test_the_kernel_releases_what_a_killed_process_held(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with another_process(path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with exclusive(path):
            pass


def test_a_half_written_holder_is_nobody(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with exclusive(path):
        (tmp_path / "easel.db.lock").write_text("")
        with pytest.raises(StorageUnavailableError) as caught, exclusive(path):
            raise AssertionError("held twice")
    assert caught.value.facts["process"] is None


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError) as caught, exclusive(tmp_path / "none" / "easel.db"):
        raise AssertionError("held nothing")
    assert caught.value.facts["reason"] == "cannot_open"
