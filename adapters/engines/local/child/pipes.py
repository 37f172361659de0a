"""The child's two pipes to its parent, kept apart from what native code reads and prints."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, NoReturn

from adapters.engines.local.frames import BrokenFrameError, Frame, packed, unpacking

OnFrame = Callable[[Frame], None]


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return what the parent writes to and reads from, and give 0 and 1 other ends.

    Native code prints to 1 whatever Python does with `sys.stdout`: what it prints goes to standard error.
    """
    orders, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(orders, "rb"), os.fdopen(answers, "wb", buffering=0)


class Answers:
    """Frames to the parent, from one thread at a time."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._turn = threading.Lock()

    def send(self, header: Mapping[str, Any], pictures: Sequence[bytes] = ()) -> None:
        """Raises `BrokenFrameError` where that is too much for one frame."""
        rest = memoryview(packed(header, pictures))
        with self._turn:
            while rest:  # an unbuffered pipe takes what it has room for
                rest = rest[self._pipe.write(rest) :]


def listen(pipe: BinaryIO, on_frame: OnFrame) -> None:
    """Hand every frame to `on_frame` in a thread of its own, and end the process with the parent.

    However the parent dies, the pipe is closed: the child goes even while native code computes.
    """
    threading.Thread(target=_listen, args=(pipe, on_frame), name="orders", daemon=True).start()


def _listen(pipe: BinaryIO, on_frame: OnFrame) -> NoReturn:
    try:
        while (frame := _next(pipe)) is not None:
            on_frame(frame)
    finally:
        os._exit(0)  # sys.exit would wait for the native code


def _next(pipe: BinaryIO) -> Frame | None:
    """Return the next frame, or None where there will be no more."""
    unpacked = unpacking()
    needed = next(unpacked)
    while True:
        piece = pipe.read(needed)
        if len(piece) < needed:
            return None
        try:
            needed = unpacked.send(piece)
        except StopIteration as end:
            frame: Frame = end.value
            return frame
        except BrokenFrameError:
            return None
