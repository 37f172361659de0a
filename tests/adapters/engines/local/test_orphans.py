from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.contracts.engines.local import MODEL

SECONDS = 5.0


def is_running(pid: int) -> bool:
    """Say so of a process that is neither gone nor waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.mark.crash
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes in /proc")
def test_no_child_outlives_a_parent_that_is_killed_in_mid_job(tmp_path: Path) -> None:
    model = tmp_path / "fox.gguf"
    model.write_bytes(MODEL)
    command = [sys.executable, "-m", "tests.fakes.cyllama.parent", str(model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    end = time.monotonic() + SECONDS
    while is_running(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_running(child)
