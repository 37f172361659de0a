"""An AI Horde of our own, in memory.

async with FakeHorde() as horde:
    engine = HordeEngine(HordeSettings(enabled=True, url=horde.url), notes)
    ...
    horde.knobs.censor = {0}      # see `Knobs`
    horde.requests[0].body        # what was asked
    horde.limits.refused          # calls that came too early
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.horde.limits import Limits
from tests.fakes.horde.queue import Queue
from tests.fakes.horde.refusals import RefusalError
from tests.fakes.horde.requests import Knobs

_BODY_MOST = 64 * 2**20


class FakeHorde(Queue):
    """The queue, served. `scale` shortens the windows of its rate limits."""

    def __init__(self, *, scale: float = 0.01, knobs: Knobs | None = None) -> None:
        super().__init__(knobs)
        self.limits = Limits(scale)
        self.calls: list[tuple[str, dict[str, str]]] = []
        """Every call: the route, and its headers."""
        self.looked = asyncio.Event()
        """Set at every look at a request."""
        self.answers = asyncio.Event()
        """Cleared, new requests are taken but not answered."""
        self.answers.set()
        self._runner: web.AppRunner | None = None
        self._origin = ""

    @property
    def url(self) -> str:
        """As the setting has it."""
        return f"{self._origin}/api"

    def routes(self, name: str) -> int:
        """Return how often a route was called."""
        return sum(route == name for route, _ in self.calls)

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=_BODY_MOST)
        app.add_routes(
            [
                web.post("/api/v2/generate/async", self._async),
                web.get("/api/v2/generate/check/{id}", self._check),
                web.get("/api/v2/generate/status/{id}", self._status),
                web.delete("/api/v2/generate/status/{id}", self._delete),
                web.get("/api/v2/status/models", self._models),
                web.get("/api/v2/status/heartbeat", self._heartbeat),
                web.get("/api/v2/find_user", self._user),
                web.get("/pictures/{name}", self._picture),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # --- routes -----------------------------------------------------------------------------------

    async def _async(self, request: web.Request) -> web.Response:
        body, key = await request.json(), request.headers["apikey"]
        answer = self._within("async", request, lambda: self.ask(body, key))
        await self.answers.wait()
        return answer

    async def _check(self, request: web.Request) -> web.Response:
        self.looked.set()
        if self.knobs.silent:
            await asyncio.Event().wait()
        if self.knobs.broken:
            self.knobs.broken -= 1
            return web.Response(status=500, text="<html>Internal Server Error</html>")
        return self._within("check", request, lambda: (200, self.look(request.match_info["id"])))

    async def _status(self, request: web.Request) -> web.Response:
        return self._within(
            "status", request, lambda: (200, self.show(request.match_info["id"], self._origin))
        )

    async def _delete(self, request: web.Request) -> web.Response:
        return self._within("delete", request, lambda: (200, self.delete(request.match_info["id"])))

    async def _models(self, request: web.Request) -> web.Response:
        return self._within("models", request, lambda: (200, self.served()))

    async def _heartbeat(self, request: web.Request) -> web.Response:
        return self._within("heartbeat", request, lambda: (200, {"message": "OK", "version": "5.1.5"}))

    async def _user(self, request: web.Request) -> web.Response:
        return self._within("user", request, lambda: (200, self.user(request.headers["apikey"])))

    async def _picture(self, request: web.Request) -> web.Response:
        self.calls.append(("picture", dict(request.headers)))
        body = self.files.get(request.match_info["name"])
        if self.knobs.late or body is None:
            self.knobs.late -= 1
            return web.Response(status=404)
        return web.Response(body=body, content_type="image/webp")

    def _within(
        self, route: str, request: web.Request, answer: Callable[[], tuple[int, Any]]
    ) -> web.Response:
        """Answer, unless the call comes too early."""
        self.calls.append((route, dict(request.headers)))
        allowed, headers = self.limits.take(route)
        if not allowed:
            return web.json_response({"message": "2 per 1 second"}, status=429, headers=headers)
        try:
            status, body = answer()
        except RefusalError as refusal:
            status, body = refusal.status, refusal.body
            if not self.knobs.codes:
                body.pop("rc")
        return web.json_response(body, status=status, headers=headers)
