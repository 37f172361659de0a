"""The machine: its shape, and how much of it others used."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from pathlib import Path

_STAT = Path("/proc/stat")
_IDLE = (3, 4)  # idle and waiting for a disk, among the columns of /proc/stat


def describe() -> str:
    """Say what the figures were measured on."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"load {load():.2f}, {time.strftime('%Y-%m-%d')}"
    )


def load() -> float:
    """Return the load average of the last minute; 0 where the system has none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


class OthersMeter:
    """How much of all processors was used by other programs since it was made."""

    def __init__(self) -> None:
        self._start = _ticks()
        self._own = _own_seconds()

    def share(self) -> float | None:
        """Return it from 0 to 1; None where there is no /proc/stat."""
        now = _ticks()
        if now is None or self._start is None:
            return None
        busy, total = (after - before for after, before in zip(now, self._start, strict=True))
        own = (_own_seconds() - self._own) * os.sysconf("SC_CLK_TCK")
        return min(1.0, max(0.0, (busy - own) / total)) if total else None


def _ticks() -> tuple[int, int] | None:
    """Return busy and all ticks of all processors."""
    if not _STAT.exists():
        return None
    columns = [int(column) for column in _STAT.read_text().splitlines()[0].split()[1:9]]
    total = sum(columns)
    return total - sum(columns[index] for index in _IDLE), total


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
