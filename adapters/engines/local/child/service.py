"""The child's life: it says what it can do, and makes one order after another."""

from __future__ import annotations

import os
import queue
import signal
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from adapters.engines.local.child.hearing import Hearing
from adapters.engines.local.child.library import Library, ModelFileError
from adapters.engines.local.child.pipes import Answers, listen, take_pipes
from adapters.engines.local.frames import Frame
from adapters.engines.local.order import Order

_NICENESS = 5
"""Behind Easel itself, which has chats to answer while all cores compute."""


class Service:
    """Orders come in one thread and are made in another, the process's first."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._orders: queue.SimpleQueue[tuple[Order, tuple[bytes, ...]]] = queue.SimpleQueue()
        self._library: Library | None = None
        self._unwanted = 0
        """The last job that was to be stopped."""

    def hear(self, frame: Frame) -> None:
        """Take what the parent says. The parent gives one order at a time."""
        if frame.header["do"] == "make":
            self._orders.put((Order(**frame.header["order"]), frame.pictures))
        elif frame.header["do"] == "stop":
            self._unwanted = frame.header["job"]
            if self._library is not None:
                self._library.stop()

    def run(self) -> None:
        """Make orders for as long as the process lives, or return where the library can't be had."""
        try:
            library = self._library = Library()
            able = {"samplers": library.samplers, "stops": library.can_stop, "shows": library.has_previews}
        except Exception:  # noqa: BLE001 - whatever a broken installation raises at import
            traceback.print_exc()
            self._answers.send({"is": "unable", "reason": "extra"})
            return
        self._answers.send({"is": "ready"} | able)
        while True:
            self._make(library, *self._orders.get())

    def _make(self, library: Library, order: Order, start: tuple[bytes, ...]) -> None:
        def say(what: str, *pictures: bytes, **facts: Any) -> None:
            self._answers.send({"is": what, "job": order.job, **facts}, pictures)

        def tell(step: int, steps: int, preview: bytes | None) -> None:
            if self._unwanted == order.job:
                library.stop()  # it was asked to before it had begun, and took no notice
            say("step", *([preview] if preview else []), step=step, steps=steps)

        hearing = Hearing(order, bool(start), tell)
        try:
            library.load(order, hearing)
            for picture in library.pictures(order, start, hearing):
                say("picture", picture)
                if self._unwanted == order.job:
                    break
        except Exception as error:  # noqa: BLE001 - its text names files, so that only its kind is told
            traceback.print_exc()
            say("failed", reason=_reason(error, hearing), kind=type(error).__name__)
        else:
            say("done")


def _reason(error: Exception, hearing: Hearing) -> str:
    if isinstance(error, MemoryError) or hearing.short_of_memory:
        return "out_of_memory"
    return "model" if isinstance(error, ModelFileError) else "library"


def main() -> None:
    """Serve the parent at the other end of standard input and output."""
    orders, answers = take_pipes()
    _stand_back()
    service = Service(Answers(answers))
    listen(orders, service.hear)
    service.run()


def _stand_back() -> None:
    """Leave the parent the say: it ends the child, is served first, and outlives it where memory is short."""
    for one in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which has a job to finish
        signal.signal(one, signal.SIG_IGN)
    with suppress(OSError):
        os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
