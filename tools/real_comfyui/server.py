"""ComfyUI as a process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.real_comfyui.folder import Folder

HOST = "127.0.0.1"

START_MOST = 180.0
"""Seconds: a cold start reads 1.5 GB of packages."""

END_MOST = 30.0

_PAUSE = 0.1


class NotStartedError(Exception):
    """The process ended, or did not answer in time."""


class Server:
    """One ComfyUI, as a context manager that leaves no process behind."""

    def __init__(self, folder: Folder, *, work: Path | None = None, port: int = 0) -> None:
        """`work` is where it writes, and where its log is. 0 takes a free port, and keeps it."""
        self._folder = folder
        self._work = work or folder.work
        self._port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def log(self) -> Path:
        """All that it says, of all its starts."""
        return self._work / "comfyui.log"

    def start(self, *, seconds: float = START_MOST) -> None:
        """Start it, unless it runs, and wait until it answers. Raises `NotStartedError`."""
        if self._process is not None and self._process.poll() is None:
            return
        for path in (*self._written(), self._folder.base / "custom_nodes"):
            path.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=self._folder.comfyui,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + seconds
        while not self._answers():
            if (code := self._process.poll()) is not None:
                raise NotStartedError(f"ComfyUI ended with the code {code}; see {self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise NotStartedError(f"ComfyUI did not answer within {seconds:g} s; see {self.log}")
            time.sleep(_PAUSE)

    def kill(self) -> None:
        """End it at once, as a power cut would; a `start` may follow."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(END_MOST)

    def wait(self) -> int:
        """Wait for its end, however long that takes, and return the exit code. Raises `NotStartedError`."""
        if self._process is None:
            raise NotStartedError("ComfyUI was not started")
        return self._process.wait()

    def ask(self, path: str, body: object = None) -> Any:
        """Return what it answers to a GET, or to a POST of `body` as JSON; {} where it says nothing."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/{path}", data, headers)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read() or b"{}")

    def _answers(self) -> bool:
        try:
            self.ask("system_stats")
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False
        return True

    def _written(self) -> list[Path]:
        return [self._work / name for name in ("input", "output", "user")]

    def _command(self) -> list[str]:
        read, (given, made, user) = self._folder, self._written()
        return [
            *(str(read.python), "main.py", "--cpu", "--listen", HOST, "--port", str(self._port)),
            *("--base-directory", str(read.base), "--front-end-root", str(read.frontend)),
            *(
                "--input-directory",
                str(given),
                "--output-directory",
                str(made),
                "--user-directory",
                str(user),
            ),
            *("--temp-directory", str(self._work), "--database-url", "sqlite:///:memory:"),
            *("--disable-api-nodes", "--disable-all-custom-nodes", "--dont-print-server"),
            *("--preview-method", "latent2rgb"),
        ]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
        offline = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
        return {"OMP_NUM_THREADS": "1", **kept, **offline, "PYTHONPATH": str(self._folder.stubs)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
