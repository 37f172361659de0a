"""One call and its answer: pictures at once, or events with previews until they are there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

from adapters.engines.openai_images.answers import picture_in, pictures_in
from adapters.engines.openai_images.calls import Call
from adapters.engines.openai_images.events import events
from adapters.engines.openai_images.payment import Spending, was_never_sent
from adapters.engines.openai_images.refusals import Refusal, is_unsure, raise_refusal
from adapters.engines.wire.connection import ANSWER_MOST, Answer, Connection, Timeouts
from adapters.engines.wire.pictures import checked, decoded
from core.errors import EngineError, EngineFaultError, EngineUnavailableError

OnPreview = Callable[[int, bytes | None], None]
"""Told which preview of the picture it is, from 0, and the file."""

CONNECT = 10.0
"""Seconds."""

_STREAM = "text/event-stream"
_SUCCESS = 2
"""The first digit of its statuses."""


class Exchange:
    """Makes calls to one server. `silence` is in seconds, for each picture of a call."""

    def __init__(self, server: Connection, silence: float, previews: int) -> None:
        self._server = server
        self._silence = silence
        self._previews = previews

    async def pictures(
        self, call: Call, model: str | None, spending: Spending, on_preview: OnPreview
    ) -> tuple[bytes, ...]:
        """Return PNG files of the call's size: at least one, and no more than it asks for.

        Raises `EngineError`s only.
        """
        spending.is_open = True
        is_answered = False
        try:
            async with self._server.stream(
                "POST",
                call.path,
                headers={"Idempotency-Key": call.key},
                timeouts=self._timeouts(call),
                **call.body(),
            ) as response:
                is_answered = True
                if response.status // 100 != _SUCCESS:
                    spending.is_open = is_unsure(response.status)
                    raise_refusal(await _answer(response), model)
                files = await self._read(response, call, model, on_preview)
        except EngineError as error:
            if not is_answered and was_never_sent(error):
                spending.is_open = False
            raise
        pictures = await checked(files, call.size)
        spending.is_open, spending.is_spent = False, True
        return pictures

    def _timeouts(self, call: Call) -> Timeouts:
        silence = self._silence * call.number
        return Timeouts(connect=CONNECT, read=silence, total=CONNECT + silence * (2 + self._previews))

    async def _read(
        self, response: aiohttp.ClientResponse, call: Call, model: str | None, on_preview: OnPreview
    ) -> list[bytes]:
        """Read the answer as what it is: many servers know no stream, and answer at once."""
        if response.content_type != _STREAM:
            answer = await _answer(response)
            return await pictures_in(answer.json(), call.number, self._server)
        async for event in events(_pieces(response)):
            kind = str(event["type"])
            if kind.endswith(".partial_image"):
                index = event.get("partial_image_index")
                on_preview(index if isinstance(index, int) else 0, await _preview(event))
            elif kind.endswith(".completed"):
                return [await picture_in(event, self._server)]
            elif kind == "error" or "error" in event:
                _raise_event(event, model)
        raise EngineUnavailableError(reason="broken_off")


def _raise_event(event: dict[str, Any], model: str | None) -> None:
    nested = isinstance(event.get("error"), dict)
    Refusal.of(event if nested else {"error": event}).raise_by_code(model)
    raise EngineFaultError(reason="in_stream")


async def _preview(event: dict[str, Any]) -> bytes | None:
    """Return the file; None for what is no base 64, since a job does not fail for a preview."""
    try:
        return await decoded(event.get("b64_json"))
    except EngineFaultError:
        return None


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    body = b"".join([piece async for piece in _pieces(response)])
    return Answer(response.status, response.headers, body)


async def _pieces(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield the body. Raises `EngineFaultError` before more than `ANSWER_MOST` bytes were read."""
    size = 0
    async for piece in response.content.iter_chunked(2**18):
        size += len(piece)
        if size > ANSWER_MOST:
            raise EngineFaultError(reason="answer_too_large")
        yield piece
