"""Easel as a process of its own, in a folder of its own, with an environment of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

ROOT = Path(__file__).parents[2]

GUARD = 90.0
"""Seconds after which a process that should have done something long ago is given up."""

NONE: Mapping[str, str] = {}
"""The settings that nobody changed."""

STATUS = re.compile(r"(?P<task>[0-9a-z]{6}) (?P<status>Queued|Drawing|Done|Failed|Cancelled)\b")
"""A task's line on standard output."""

IMAGE = "image: "


def environment(settings: Mapping[str, str], *, measured: bool = True) -> dict[str, str]:
    """Return this process's environment with `settings` alone: `worker__slots` is ``EASEL_WORKER__SLOTS``.

    `measured` lets coverage watch the process, where it watches this one.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EASEL_")}
    if not measured:
        kept = {name: value for name, value in kept.items() if not name.startswith("COV")}
    ours = {f"EASEL_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **ours}


@dataclass(frozen=True)
class Finished:
    """What a process did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def images(self) -> list[Path]:
        """The pictures that were announced."""
        return [Path(line.removeprefix(IMAGE)) for line in self.lines if line.startswith(IMAGE)]

    def task(self) -> str:
        """The first task that was shown."""
        return next(found["task"] for line in self.lines if (found := STATUS.match(line)))


def easel(
    *arguments: str,
    folder: Path,
    stdin: str | bytes = "",
    settings: Mapping[str, str] = NONE,
    launcher: Sequence[str] = (),
) -> Finished:
    """Run Easel to its end. `launcher` is what starts it, with the command line behind."""
    done = subprocess.run(
        [*launcher, sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment(settings),
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=GUARD,
        check=False,
    )
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())


class Program:
    """Easel while it runs: a context manager that leaves no process behind."""

    _changed = threading.Condition()
    """One for all: some wait for what several processes say together."""

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        code: Sequence[str] = ("-m", "bot"),
        settings: Mapping[str, str] = NONE,
        measured: bool = True,
    ) -> None:
        """`code` is what Python runs, with `arguments` behind; `measured` is as in `environment`."""
        self._process = subprocess.Popen(
            [sys.executable, *code, *arguments],
            cwd=folder,
            env=environment(settings, measured=measured),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._open = 2
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, self.lines)),
            threading.Thread(target=self._read, args=(self._process.stderr, self.errors)),
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[bytes], lines: list[str]) -> None:
        with stream:
            for line in stream:
                if line.endswith(b"\n"):  # else it was cut short by a kill
                    with self._changed:
                        lines.append(line.decode().rstrip("\n"))
                        self._changed.notify_all()
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tasks(self) -> set[str]:
        """The tasks that were shown so far."""
        return {found["task"] for line in self.lines if (found := STATUS.match(line))}

    def send(self, text: str) -> None:
        """Type `text`; a process that is gone doesn't hear it."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()

    def end_input(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def said(self, number: int, *, seconds: float = GUARD) -> bool:
        """Wait until that many lines were printed, and return whether they were before the end."""
        return self._wait(lambda: len(self.lines) >= number, seconds)

    @classmethod
    def together(cls, condition: Callable[[], bool], *, seconds: float = GUARD) -> bool:
        """Wait until `condition`, which looks at the lines of several, holds; return whether it does."""
        with cls._changed:
            return cls._changed.wait_for(condition, seconds)

    def expect(self, pattern: str, *, seconds: float = GUARD) -> str:
        """Wait for a line in which `pattern` is found, and return it."""

        return self._expect(pattern, self.lines, seconds)

    def expect_error(self, pattern: str, *, seconds: float = GUARD) -> str:
        """The same for standard error."""
        return self._expect(pattern, self.errors, seconds)

    def _expect(self, pattern: str, lines: list[str], seconds: float) -> str:
        def found() -> str | None:
            return next((line for line in lines if re.search(pattern, line)), None)

        self._wait(lambda: found() is not None, seconds)
        line = found()
        assert line is not None, f"no line like {pattern!r} in {self.lines}, {self.errors}"
        return line

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: condition() or not self._open, seconds)
            return condition()

    def ends_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> bool:
        """Send SIGKILL, and return whether it found the process alive; `lines` is all that it printed."""
        self._process.kill()
        return self.wait() == -signal.SIGKILL

    def wait(self) -> int:
        """Wait for the end and return the exit code."""
        code = self._process.wait(GUARD)
        for reader in self._readers:
            reader.join(GUARD)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self.wait()
        self.end_input()
