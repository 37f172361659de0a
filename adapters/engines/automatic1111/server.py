"""The server's calls, each of which means one thing."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from adapters.engines.automatic1111.state import State, state_of
from adapters.engines.automatic1111.survey import API, Offer, survey
from adapters.engines.wire.connection import Answer, Connection, Timeouts
from adapters.engines.wire.pictures import decoded
from core.errors import EngineFaultError

CONNECT = 5.0
"""Seconds to open a connection."""

_STATE_MOST = 32 * 2**20
"""Bytes of an answer about progress: it may carry a preview of full size as PNG."""

_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


class Server:
    """One server and what it said of itself at the last probe. Raises `EngineError`s only."""

    def __init__(self, address: str) -> None:
        self._connection = Connection(address)
        self.offer: Offer | None = None

    @property
    def tells(self) -> bool:
        """It says what it is at."""
        return self.offer is not None and self.offer.has_progress

    async def probe(self) -> Offer:
        """Ask for the lists and abilities anew."""
        found = await survey(self._connection)
        self.offer = found.after(self.offer) if self.offer else found
        return self.offer

    async def start(self, path: str, fields: Mapping[str, Any], seconds: float) -> Answer:
        """Send a job, and return the server's answer when it is done, `seconds` from now at the latest."""
        body = await asyncio.to_thread(lambda: json.dumps(fields).encode())
        return await self._connection.send(
            "POST",
            f"{API}/{path}",
            data=io.BytesIO(body),
            headers={"Content-Type": "application/json"},
            timeouts=Timeouts(connect=CONNECT, read=seconds, total=seconds),
        )

    async def state(self, seconds: float, *, with_preview: bool = False) -> State | None:
        """Return what it is at, within `seconds`; None where it does not tell, though it answers."""
        times = Timeouts(connect=min(CONNECT, seconds), read=seconds, total=seconds)
        if not self.tells:
            await self._connection.send("GET", f"{API}/samplers", timeouts=times, answer_most=_STATE_MOST)
            return None
        skip = "false" if with_preview and self.offer and self.offer.has_previews else "true"
        answer = await self._connection.send(
            "GET",
            f"{API}/progress",
            params={"skip_current_image": skip},
            timeouts=times,
            answer_most=_STATE_MOST,
        )
        if not answer.ok:
            return None
        found = await asyncio.to_thread(answer.json_or_none)
        return state_of(found, await _preview(found))

    async def interrupt(self, seconds: float) -> bool:
        """End whatever job runs there; False where the server can't."""
        times = Timeouts(connect=min(CONNECT, seconds), read=seconds, total=seconds)
        answer = await self._connection.send("POST", f"{API}/interrupt", timeouts=times)
        return answer.status not in _ABSENT

    async def aclose(self) -> None:
        await self._connection.aclose()


async def _preview(found: Any) -> bytes | None:
    text = found.get("current_image") if isinstance(found, dict) else None
    try:
        return await decoded(text) if text else None
    except EngineFaultError:
        return None  # a preview that can't be read is no reason to give the job up
