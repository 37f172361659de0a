"""Server-sent events, as a server writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

PIECE = 1000
"""Bytes of one write: events are cut anywhere on their way."""


@dataclass(frozen=True)
class Streamed:
    """An answer of named events. A body that is text is written as it is."""

    events: tuple[tuple[str, Any], ...]

    async def send(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        for name, said in self.events:
            body = said if isinstance(said, str) else json.dumps({"type": name, **said})
            text = f": still at it\r\nevent: {name}\r\ndata: {body}\r\n\r\n".encode()
            for start in range(0, min(len(text), 8 * PIECE), PIECE):
                await response.write(text[start : start + PIECE])
            await response.write(text[8 * PIECE :])
        await response.write_eof()
        return response
