from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

import adapters.engines.openai_images.events as module
from adapters.engines.openai_images.events import events
from core.errors import EngineFaultError

TEXT = (
    b": keep-alive\r\n\r\n"
    b'event: one\r\ndata: {"a": 1}\r\n\r\n'
    b"data: no json\n\n"
    b"data: [1]\n\n"
    b'event: two\nid: 7\ndata: {"type": "named",\ndata: "b": "\xc3\xa4"}\n\n'
    b'data:{"last": true}'
)


async def found_in(*pieces: bytes) -> list[dict[str, Any]]:
    async def given() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return [event async for event in events(given())]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_events_are_read_however_they_are_cut(size: int) -> None:
    pieces = [TEXT[start : start + size] for start in range(0, len(TEXT), size)]
    assert await found_in(*pieces) == [
        {"type": "one", "a": 1},
        {"type": "named", "b": "ä"},
        {"type": "", "last": True},
    ]


async def test_nothing_is_read_beyond_the_mark_of_the_end() -> None:
    assert await found_in(b'data: [DONE]\n\ndata: {"a": 1}\n\n') == []


@pytest.mark.parametrize("piece", [b"x" * 60, b"data: " + b"x" * 40 + b"\n"])
async def test_a_line_and_an_event_have_a_bound(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_MOST", 100)
    with pytest.raises(EngineFaultError) as caught:
        await found_in(*[piece] * 4)
    assert caught.value.facts["reason"] == "answer_too_large"
