"""A server that speaks the AUTOMATIC1111 API as Forge, SD.Next or sd-server does, with its traps."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.automatic1111.dialects import DIALECTS, DialectName
from tests.fakes.automatic1111.pictures import as_base64, drawn, opened, repainted
from tests.fakes.automatic1111.rendering import Rendering

API = "/sdapi/v1"


class FakeAutomatic1111:
    """Listens on loopback. What a test changes is in its fields; `until` waits for what it does."""

    def __init__(self, dialect: DialectName = "forge") -> None:
        self.dialect = DIALECTS[dialect]
        self.lists: dict[str, Any] = dict(self.dialect.lists())
        self.rendering = Rendering()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """Jobs as they came: path and body."""
        self.calls: list[str] = []
        """Every call, as "GET progress"."""
        self.answers: deque[tuple[int, str]] = deque()
        """Statuses and bodies that the next jobs are answered with."""
        self.info: dict[str, Any] = {}
        """What is told of the next pictures in place of the truth."""
        self.authorization: str | None = None
        """What must be in that header."""
        self.speaks = asyncio.Event()
        """Cleared, nothing is answered any more."""
        self.speaks.set()
        self.drops = 0
        """Polls whose connection breaks off before an answer."""
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 2**20, middlewares=[self._middleware])
        app.router.add_get(API + "/{name:" + "|".join(self.lists) + "}", self._list)
        app.router.add_post(f"{API}/txt2img", self._draw)
        app.router.add_post(f"{API}/img2img", self._draw)
        if self.dialect.has_extras:
            app.router.add_post(f"{API}/extra-single-image", self._enlarge)
        if self.dialect.has_progress:
            app.router.add_get(f"{API}/progress", self._progress)
        if self.dialect.interrupt_status is not None:
            app.router.add_post(f"{API}/interrupt", self._interrupt)
        self._runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def close(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Wait for a change after which it is true."""
        async with asyncio.timeout(5), self.rendering.changed:
            await self.rendering.changed.wait_for(predicate)

    def count(self, call: str) -> int:
        return self.calls.count(call)

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path.removeprefix(API + '/')}")
        await self.rendering.set()
        await self.speaks.wait()
        if self.authorization and request.headers.get("Authorization") != self.authorization:
            return _json({"detail": "Not authenticated"}, 401)
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPException as error:
            return _json({"detail": error.reason}, error.status)
        return response

    async def _list(self, request: web.Request) -> web.Response:
        found = self.lists[request.match_info["name"]]
        return _json({"detail": "Not Found"}, 404) if found is None else _json(found)

    async def _progress(self, request: web.Request) -> web.Response:
        if self.drops and request.transport is not None:
            self.drops -= 1
            request.transport.abort()
        found = self.rendering.progress()
        if request.query.get("skip_current_image") == "true":
            found["current_image"] = None
        return _json(found)

    async def _interrupt(self, _: web.Request) -> web.Response:
        await self.rendering.set(interrupted=True)
        if self.dialect.interrupt_status == 204:
            return web.Response(status=204)
        return _json({})

    async def _body(self, request: web.Request) -> tuple[str, dict[str, Any]] | web.Response:
        path = request.path.removeprefix(f"{API}/")
        try:
            body: dict[str, Any] = json.loads(await request.read())
        except ValueError:
            if self.dialect.checks_values:
                return _json({"detail": [{"loc": ["body", 0], "msg": "bad", "type": "json_invalid"}]}, 422)
            return _json({"error": "server_error", "message": "parse error at /build/server.cpp"}, 500)
        self.asked.append((path, body))
        if self.answers:
            status, text = self.answers.popleft()
            return web.Response(status=status, text=text)
        return path, body

    async def _draw(self, request: web.Request) -> web.Response:
        read = await self._body(request)
        if isinstance(read, web.Response):
            return read
        path, body = read
        refusal = self._refusal(path, body) if self.dialect.checks_values else None
        if refusal is not None:
            return refusal
        size = self.dialect.side(int(body["width"])), self.dialect.side(int(body["height"]))
        source = opened((body.get("init_images") or [None])[0]) if path == "img2img" else None
        mask = opened(body.get("mask"))
        seed = int(body["seed"])

        def draw(number: int) -> Any:
            if source is None:  # sd-server makes a picture of the words, and says nothing
                return drawn(seed + number, size)
            return repainted(source, mask, seed + number, size)

        number = int(body["batch_size"])
        if self.dialect.name != "sd-server":
            number *= int(body["n_iter"])
        pictures = await self.rendering.run(number, max(1, int(body["steps"])), draw)
        images = [await asyncio.to_thread(as_base64, picture) for picture in pictures]
        info = json.dumps(self._truth(body) | self.info) if self.dialect.has_info else ""
        return _json({"images": images, "parameters": body, "info": info})

    async def _enlarge(self, request: web.Request) -> web.Response:
        read = await self._body(request)
        if isinstance(read, web.Response):
            return read
        _, body = read
        source = opened(body.get("image"))
        if source is None:
            return _json({"detail": "Invalid encoded image"}, 500)
        if body["resize_mode"] == 1:
            size = int(body["upscaling_resize_w"]), int(body["upscaling_resize_h"])
        else:
            size = source.width * 4, source.height * 4
        (picture,) = await self.rendering.run(1, 4, lambda _: source.convert("RGB").resize(size))
        return _json({"html_info": "", "image": as_base64(picture)})

    def _refusal(self, path: str, body: dict[str, Any]) -> web.Response | None:
        if not isinstance(body["steps"], int):
            where = [{"loc": ["body", "steps"], "msg": "not an integer: /srv/x", "type": "int_parsing"}]
            return _json({"detail": where}, 422)
        if body["steps"] < 1:
            return _json({"error": "RuntimeError", "message": "steps in /srv/webui/processing.py"}, 500)
        if path == "img2img" and not body.get("init_images"):
            return _json({"detail": "Init image not found"}, 404)
        if path == "img2img" and opened(body["init_images"][0]) is None:
            return _json({"detail": "Invalid encoded image"}, 500)
        return None

    def _truth(self, body: dict[str, Any]) -> dict[str, Any]:
        """What was really used: an unknown sampler or model gives way to the server's own."""
        samplers = [one["name"] for one in self.lists["samplers"] or ()]
        titles = {one["title"]: one for one in self.lists["sd-models"]}
        override = body.get("override_settings", {}).get("sd_model_checkpoint")
        model = titles.get(override, self.lists["sd-models"][0])
        sampler = body.get("sampler_name")
        return {
            "seed": body["seed"],
            "sampler_name": sampler if sampler in samplers else "Euler",
            "sd_model_name": model["filename"].rpartition("/")[2].removesuffix(".safetensors"),
            "version": "f2.0.1",
        }


def _json(found: Any, status: int = 200) -> web.Response:
    return web.json_response(found, status=status)
