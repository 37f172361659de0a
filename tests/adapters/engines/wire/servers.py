"""Small servers on 127.0.0.1 that do one thing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.engines.wire.connection import Connection, Timeouts

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answering(status: int = 200, body: bytes = b"", **headers: str) -> Handler:
    async def handle(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, headers=named)

    return handle


async def silent(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


@asynccontextmanager
async def a_server(handler: Handler) -> AsyncIterator[TestServer]:
    """Serve every path and method by the handler."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app, host="127.0.0.1", shutdown_timeout=0)
    async with server:
        yield server


@asynccontextmanager
async def connected(
    handler: Handler, path: str = "", *, timeouts: Timeouts | None = None, **headers: str
) -> AsyncIterator[Connection]:
    """A connection to such a server."""
    async with a_server(handler) as server:
        connection = Connection(str(server.make_url(path)), timeouts=timeouts, headers=headers)
        try:
            yield connection
        finally:
            await connection.aclose()


@asynccontextmanager
async def a_port_that_never_answers() -> AsyncIterator[str]:
    """The address of a port whose queue of connections is full, so that no more are taken."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
