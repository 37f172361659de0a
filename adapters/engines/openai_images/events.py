"""Server-sent events, from pieces of an answer: bounded, since a server is not to be trusted with memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from core.errors import EngineFaultError

LINE_MOST = 32 * 2**20
"""Bytes: a picture of 2048 × 2048 as PNG in base 64 has about 11 million."""

END = "[DONE]"


async def lines(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Split what comes at line ends. Raises `EngineFaultError` with `answer_too_large` at a longer line."""
    rest = bytearray()
    async for piece in pieces:
        seen = len(rest)
        rest += piece
        start = 0
        while (end := rest.find(b"\n", max(start, seen))) >= 0:
            yield bytes(rest[start:end]).rstrip(b"\r")
            start = end + 1
        del rest[:start]
        if len(rest) > LINE_MOST:
            raise EngineFaultError(reason="answer_too_large")
    if rest:
        yield bytes(rest).rstrip(b"\r")


async def events(pieces: AsyncIterable[bytes]) -> AsyncIterator[dict[str, Any]]:
    """Yield what each event says; `type` is the event's name where what it says has none.

    What is no JSON object is skipped. Ends with the pieces, or at OpenAI's mark of an end.
    """
    name, data = "", bytearray()
    async for line in lines(pieces):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            name = value.decode("utf-8", "replace")
        elif field == b"data":
            data += value + b"\n"
            if len(data) > LINE_MOST:
                raise EngineFaultError(reason="answer_too_large")
        if not line:
            if data.strip() == END.encode():
                return
            if (event := _event(name, data)) is not None:
                yield event
            name, data = "", bytearray()
    if (event := _event(name, data)) is not None:
        yield event


def _event(name: str, data: bytearray) -> dict[str, Any] | None:
    try:
        said = json.loads(data) if data else None
    except ValueError:
        return None
    return {"type": name, **said} if isinstance(said, dict) else None
