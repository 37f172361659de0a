"""What Easel costs before it does anything: the time of `easel --help`, the memory of an idle one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.alternation import Scale, alternate
from benchmarks.figures import Figure, Goal

ROOT = Path(__file__).resolve().parent.parent
HELP = ("-m", "bot", "--help")
RUN = ("-m", "bot", "run")
NOTHING = ("-c", "pass")
BARE_LOOP = ("-c", "import asyncio, sqlite3, sys; sys.stdin.read()")

SETTLED = 5
"""Readings in a row, a fifth of a second apart, that differ by less than a hundredth."""

PATIENCE = 30.0
"""Seconds until a process that doesn't settle is measured as it is."""


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """Run the program as a user does, in an empty folder, without settings."""
    times = alternate(
        {"help": partial(_seconds, HELP, folder), "nothing": partial(_seconds, NOTHING, folder)},
        scale.pick(5, 1),
    )
    figures = [
        Figure.of(
            "easel --help", "s", times["help"], "python -c pass", times["nothing"],
            goal=Goal("measured", "<", 0.5),
        )
    ]  # fmt: skip
    if Path("/proc/self/status").exists():
        sizes = alternate(
            {"run": partial(_resident, RUN, folder), "loop": partial(_resident, BARE_LOOP, folder)},
            scale.pick(2, 1),
        )
        figures.append(
            Figure.of("idle easel run", "MiB", sizes["run"], "python with asyncio and sqlite3", sizes["loop"])
        )
    return figures


def _environment() -> dict[str, str]:
    """Without settings of the machine's owner."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("EASEL_")}
    return {**plain, "PYTHONPATH": str(ROOT)}


def _seconds(arguments: Sequence[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - began


def _resident(arguments: Sequence[str], folder: Path) -> float:
    """Return the MiB in memory of a process whose standard input stays open and silent."""
    with (
        (folder / "output.txt").open("wb") as output,
        subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            size = _settled(process.pid)
            assert process.poll() is None, (folder / "output.txt").read_text()
        finally:
            process.terminate()
            process.wait(PATIENCE)
    return size


def _settled(pid: int) -> float:
    deadline = time.monotonic() + PATIENCE
    readings: list[float] = []
    while time.monotonic() < deadline:
        time.sleep(0.2)
        readings.append(_resident_now(pid))
        last = readings[-SETTLED:]
        if len(last) == SETTLED and max(last) < 1.01 * min(last):
            break
    return readings[-1]


def _resident_now(pid: int) -> float:
    """Return the process's MiB in memory; 0 where it has ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
