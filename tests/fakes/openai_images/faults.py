"""What a server does instead of answering, once each: put them in `FakeImagesServer.faults`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.openai_images.errors import SaidError
from tests.fakes.openai_images.streams import Streamed

if TYPE_CHECKING:
    from tests.fakes.openai_images.server import FakeImagesServer

Fault = Callable[["FakeImagesServer", web.Request], Awaitable[web.StreamResponse]]


def says(said: SaidError | Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Fault:
    """Answer with an error, a JSON body, or a stream."""

    async def answer(_: FakeImagesServer, request: web.Request) -> web.StreamResponse:
        if isinstance(said, Streamed):
            return await said.send(request)
        response = said.response() if isinstance(said, SaidError) else web.json_response(said, status=status)
        response.headers.update(headers or {})
        return response

    return answer


def writes(text: str, *, status: int = 200, content_type: str = "text/plain") -> Fault:
    """Answer with text."""

    async def answer(_: FakeImagesServer, request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=content_type)

    return answer


async def goes_silent(fake: FakeImagesServer, request: web.Request) -> web.StreamResponse:
    """Take the call, and say nothing until the server is closed."""
    await fake.closing.wait()
    return web.Response(status=503)


async def breaks_off(_: FakeImagesServer, request: web.Request) -> web.StreamResponse:
    """Take the call, and hang up."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off_in_the_stream(_: FakeImagesServer, request: web.Request) -> web.StreamResponse:
    """Begin to answer, and hang up."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(b"event: image_generation.partial_image\ndata: {")
    assert request.transport is not None
    request.transport.close()
    return response
