"""As much of Discord's API and gateway, over real sockets, as logging in and being refused takes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

USER = {"id": "100", "username": "easel", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION: dict[str, Any] = {
    "id": "200",
    "name": "Easel",
    "description": "",
    "icon": None,
    "rpc_origins": [],
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "owner": USER,
    "team": None,
    "summary": "",
}


@dataclass
class Loopback:
    port: int = 0
    statuses: list[int] = field(default_factory=list)
    """What the next calls are answered with; 200 after that."""
    close_codes: list[int] = field(default_factory=list)
    """What the next connections to the gateway are closed with, each after it identified itself."""
    guilds: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    identified: int = 0

    @property
    def settings(self) -> dict[str, str]:
        return {
            "token": "abc.def.ghi",
            "api_base_url": f"http://127.0.0.1:{self.port}/api/v10",
            "gateway_url": f"ws://127.0.0.1:{self.port}/gateway",
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/api/v10")
        if path == "/gateway":
            return await self._gateway(request)
        self.calls.append((request.method, path))
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return _json({"message": "no", "code": 0}, status)
        answers: dict[str, Any] = {
            "/users/@me": USER,
            "/oauth2/applications/@me": APPLICATION,
            "/users/@me/guilds": self.guilds,
        }
        if path.endswith("/commands"):
            return _json([])
        return _json(answers[path])

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45000}, "s": None, "t": None})
        async for message in socket:
            if message.type is WSMsgType.TEXT and json.loads(message.data)["op"] == 2:
                self.identified += 1
                if self.close_codes:
                    await socket.close(code=self.close_codes.pop(0))
        return socket


def _json(answer: Any, status: int = 200) -> web.Response:
    """discord.py reads as JSON only what says exactly that, as Discord does."""
    body = json.dumps(answer).encode()
    return web.Response(body=body, status=status, headers={"Content-Type": "application/json"})


@asynccontextmanager
async def a_loopback(**fields: Any) -> AsyncIterator[Loopback]:
    loopback = Loopback(**fields)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", loopback.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    loopback.port = runner.addresses[0][1]
    try:
        yield loopback
    finally:
        await runner.cleanup()
