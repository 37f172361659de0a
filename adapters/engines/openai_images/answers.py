"""The pictures in an answer: as base 64, or at an address that is fetched."""

from __future__ import annotations

from typing import Any

from adapters.engines.wire.connection import Connection, Timeouts
from adapters.engines.wire.fetching import fetch
from adapters.engines.wire.pictures import decoded
from core.errors import EngineFaultError, EngineTimeoutError, EngineUnavailableError

FETCHING = Timeouts(connect=10, read=30, total=120)


async def pictures_in(body: Any, most: int, server: Connection) -> list[bytes]:
    """Return the files of an answer with one to `most` pictures: some servers make one at a time.

    Raises `EngineFaultError` with the reason `no_pictures` or `wrong_number`; else as `picture_in`.
    """
    items = body.get("data") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise EngineFaultError(reason="no_pictures")
    if len(items) > most:
        raise EngineFaultError(reason="wrong_number", asked=most, given=len(items))
    return [await picture_in(item, server) for item in items]


async def picture_in(item: Any, server: Connection) -> bytes:
    """Return the file of one picture. Raises `EngineFaultError`.

    Its reason is `picture_lost` where nothing can be had at the address: that host's fault need not be the
    server's, which has done its part.
    """
    if not isinstance(item, dict):
        raise EngineFaultError(reason="no_pictures")
    inline, address = item.get("b64_json"), item.get("url")
    if not inline and isinstance(address, str) and not address.startswith("data:"):
        try:
            return await fetch(address, server, timeouts=FETCHING)
        except (EngineUnavailableError, EngineTimeoutError):
            raise EngineFaultError(reason="picture_lost") from None
    return await decoded(inline or address)
