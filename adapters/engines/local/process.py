"""The parent's end of a child process: started, spoken to, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from typing import Any, cast

from adapters.engines.local.frames import BrokenFrameError, Frame, packed, unpacking

logger = logging.getLogger(__name__)

FRAMES_MOST = 32
"""Frames that wait to be received; behind them the child waits."""

CHATTER_MOST = 2**16
"""Bytes of a child's standard error that are logged; the rest is read and dropped."""

_SIGNALS = {one.value: one.name for one in signal.Signals}


class ChildGoneError(Exception):
    """The child has ended, or what it says can't be read; `signal` names what ended it, where one did."""

    def __init__(self, signal_name: str | None = None) -> None:
        self.signal = signal_name
        super().__init__(signal_name)


class Child:
    """One run of the child. It reads its standard input, and ends when that is closed."""

    def __init__(self, process: Process) -> None:
        """`process` has all three pipes."""
        self._process = process
        self._stdin = cast("asyncio.StreamWriter", process.stdin)
        self._stdout = cast("asyncio.StreamReader", process.stdout)
        self._stderr = cast("asyncio.StreamReader", process.stderr)
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue(FRAMES_MOST)
        self._is_killed = False
        self._pumping = asyncio.create_task(self._pump())
        self._draining = asyncio.create_task(self._drain())

    @classmethod
    async def start(cls, command: Sequence[str]) -> Child:
        """Raises `OSError` where the system starts no more processes."""
        return cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE))

    @property
    def is_usable(self) -> bool:
        """It has neither ended, as far as is known, nor been killed."""
        return self._process.returncode is None and not self._is_killed

    @property
    def pid(self) -> int:
        """The system's number of it."""
        return self._process.pid

    async def send(self, header: Mapping[str, Any], pictures: Sequence[bytes] = ()) -> None:
        """Write a frame. Raises `ChildGoneError`."""
        try:
            self._stdin.write(packed(header, pictures))
            await self._stdin.drain()
        except (OSError, BrokenFrameError):
            raise await self._gone() from None

    async def receive(self) -> Frame:
        """Wait for the next frame. Raises `ChildGoneError` when there will be no more."""
        frame = await self._frames.get()
        if frame is None:
            raise await self._gone()
        return frame

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._is_killed = True
        if self._process.returncode is None:
            # Not Process.kill: it polls first, and takes the exit code of a process that has just died away
            # from asyncio, which then knows none.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    async def aclose(self) -> None:
        """Kill it, and return when nothing is left of it. May be called again."""
        self.kill()
        self._pumping.cancel()
        await asyncio.wait([self._pumping, self._draining])
        await self._process.wait()
        self._stdin.close()
        await self._stdout.read()  # to the end that the killed process left: only then is the pipe let go

    async def _gone(self) -> ChildGoneError:
        """Return why it is gone. What is broken without having ended is killed."""
        self.kill()
        return ChildGoneError(_SIGNALS.get(-await self._process.wait()))

    async def _pump(self) -> None:
        """Queue whole frames, so that a receiver that is cancelled leaves none half read."""
        try:
            while True:
                await self._frames.put(await _frame_from(self._stdout))
        except (asyncio.IncompleteReadError, BrokenFrameError, OSError):
            await self._frames.put(None)

    async def _drain(self) -> None:
        """Read what the library prints. It has paths in it, so that nobody sees it above DEBUG."""
        logged = 0
        while piece := await self._stderr.read(4096):
            if logged < CHATTER_MOST:
                logged += len(piece)
                logger.debug("the child says: %s", piece.decode("utf-8", "replace"))


async def _frame_from(stdout: asyncio.StreamReader) -> Frame:
    unpacked = unpacking()
    needed = next(unpacked)
    while True:
        piece = await stdout.readexactly(needed)
        try:
            needed = unpacked.send(piece)
        except StopIteration as end:
            frame: Frame = end.value
            return frame
