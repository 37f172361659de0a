"""Frames between Easel and the child: a JSON header, and the pictures that belong to it.

A frame is four bytes with the header's length, the header, and the pictures one after another; their
lengths are in the header. Nothing here reads or writes: both sides do that in their own way.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEADER_MOST = 2**18
"""Bytes: two prompts, each character of which may be six of them."""

PICTURES_MOST = 64 * 2**20
"""Bytes of all pictures of one frame."""

_LENGTH = struct.Struct("!I")
_LENGTHS = "lengths"


class BrokenFrameError(Exception):
    """What came is no frame, so that nothing after it can be read either."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`header` says what it is about; `pictures` are files."""

    header: Mapping[str, Any]
    pictures: tuple[bytes, ...] = ()


def packed(header: Mapping[str, Any], pictures: Sequence[bytes] = ()) -> bytes:
    """Return the frame as bytes. Raises `BrokenFrameError` where it would be too large to be read."""
    lengths = [len(picture) for picture in pictures]
    text = json.dumps({**header, _LENGTHS: lengths}).encode("ascii")
    if len(text) > HEADER_MOST or sum(lengths) > PICTURES_MOST:
        raise BrokenFrameError("too large")
    return b"".join((_LENGTH.pack(len(text)), text, *pictures))


def unpacking() -> Generator[int, bytes, Frame]:
    """Yield how many bytes are needed next, be sent them, and return the frame at last.

    Raises `BrokenFrameError` before more than a frame may have is asked for.
    """
    (length,) = _LENGTH.unpack((yield _LENGTH.size))
    if length > HEADER_MOST:
        raise BrokenFrameError("the header is too large")
    header, lengths = _header_of((yield length))
    pictures = []
    for size in lengths:
        pictures.append((yield size))  # noqa: PERF401 - a comprehension can't yield
    return Frame(header, tuple(pictures))


def _header_of(text: bytes) -> tuple[dict[str, Any], list[int]]:
    try:
        header = json.loads(text)
        lengths = header.pop(_LENGTHS)
        is_sound = all(type(size) is int and size > 0 for size in lengths) and sum(lengths) <= PICTURES_MOST
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BrokenFrameError("the header can't be read") from None
    if not is_sound:
        raise BrokenFrameError("the pictures are too large")
    return header, lengths
