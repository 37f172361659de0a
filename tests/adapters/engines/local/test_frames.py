from __future__ import annotations

import json
import struct

import pytest

from adapters.engines.local.frames import (
    HEADER_MOST,
    PICTURES_MOST,
    BrokenFrameError,
    Frame,
    packed,
    unpacking,
)


def unpacked(data: bytes) -> Frame:
    """Feed it piece by piece, each as long as was asked for."""
    steps = unpacking()
    needed = next(steps)
    try:
        while True:
            piece, data = data[:needed], data[needed:]
            assert len(piece) == needed
            needed = steps.send(piece)
    except StopIteration as end:
        assert not data
        frame: Frame = end.value
        return frame


def with_header(header: object) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("!I", len(text)) + text


@pytest.mark.parametrize("pictures", [(), (b"one",), (b"one", b"\0\0\0\7" * 9)])
def test_what_was_packed_is_unpacked(pictures: tuple[bytes, ...]) -> None:
    frame = unpacked(packed({"is": "step", "text": "Füchse 🦊"}, pictures))
    assert frame == Frame({"is": "step", "text": "Füchse 🦊"}, pictures)


def test_a_header_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(BrokenFrameError):
        unpacked(struct.pack("!I", HEADER_MOST + 1))


@pytest.mark.parametrize("lengths", [[PICTURES_MOST, 1], [-1], [0], ["9"], [True], None, "9", 9])
def test_lengths_that_make_no_sense_are_refused_before_anything_is_read(lengths: object) -> None:
    with pytest.raises(BrokenFrameError):
        unpacked(with_header({"is": "step", "lengths": lengths}))


@pytest.mark.parametrize("header", [[], {}, "step", None])
def test_what_is_no_header_is_refused(header: object) -> None:
    with pytest.raises(BrokenFrameError):
        unpacked(with_header(header))


def test_what_a_library_prints_is_no_frame() -> None:
    with pytest.raises(BrokenFrameError):
        unpacked(b"  |====>    | 493/1130 - 2.50MB/s")


def test_more_than_the_other_side_would_read_is_not_packed() -> None:
    with pytest.raises(BrokenFrameError):
        packed({"prompt": "x" * HEADER_MOST})
