"""Standard input and output as plain functions, below Python's buffers.

A daemon thread that holds a buffer's lock makes the interpreter abort when it ends, and a buffer that
was not flushed complains about a closed pipe; a file descriptor does neither.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
from collections.abc import Callable
from typing import TextIO

Read = Callable[[int], bytes]
"""Returns up to that many bytes as soon as there are some; none at the end. Blocks."""

Write = Callable[[str], None]
"""Writes all of the text. Blocks; raises `OutputClosedError`."""


class OutputClosedError(Exception):
    """Nobody reads what is printed any more, or the disk that it goes to is full."""


def reader_of(stream: TextIO | None) -> Read:
    """Return how to read `stream`; where there is none, it has ended."""
    if stream is None:
        return lambda _: b""
    descriptor = _descriptor(stream)
    if descriptor is None:
        buffer: io.BufferedIOBase = stream.buffer  # type: ignore[assignment]  # BinaryIO has no read1
        return buffer.read1

    def read(size: int) -> bytes:
        try:
            while True:
                with contextlib.suppress(BlockingIOError):
                    return os.read(descriptor, size)
                select.select([descriptor], [], [])  # another program made it non-blocking
        except OSError:
            return b""  # a terminal that is gone, a folder: nothing comes from there

    return read


def writer_of(stream: TextIO | None) -> Write:
    """Return how to write to `stream`."""
    descriptor = None if stream is None else _descriptor(stream)
    encoding = (stream and stream.encoding) or "utf-8"

    def write(text: str) -> None:
        if stream is None:
            raise OutputClosedError
        try:
            if descriptor is None:
                stream.write(text)
                stream.flush()
            else:
                stream.flush()  # what the program wrote before stays before
                _write_all(descriptor, text.encode(encoding, "replace"))
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise OutputClosedError from error

    return write


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            select.select([], [descriptor], [])


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None
