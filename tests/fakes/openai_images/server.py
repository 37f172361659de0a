"""A server with an OpenAI-style Images API on loopback, in one of three characters."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import web

from tests.fakes.openai_images.asked import Asked, read_asked
from tests.fakes.openai_images.errors import SaidError, openai_error
from tests.fakes.openai_images.faults import Fault
from tests.fakes.openai_images.localai import LocalAI
from tests.fakes.openai_images.openai import OpenAI
from tests.fakes.openai_images.sd_server import SdServer
from tests.fakes.openai_images.streams import Streamed

BODY_MOST = 64 * 2**20


class Character(Protocol):
    """How a server makes pictures, and what it minds."""

    def models(self) -> Any: ...

    def answer(self, asked: Asked, origin: str) -> Any:
        """Return a JSON body or a `Streamed`. Raises `SaidError`."""
        ...


CHARACTERS: dict[str, type[OpenAI | LocalAI | SdServer]] = {
    "openai": OpenAI,
    "localai": LocalAI,
    "sd-server": SdServer,
}


class FakeImagesServer:
    """Serves at `url` while it is entered, and tells in `asked` what it was asked.

    async with FakeImagesServer(OpenAI(), key="sk-test") as fake:
        fake.faults.append(goes_silent)
    """

    def __init__(self, character: Character, *, key: str | None = None) -> None:
        self.character = character
        self.asked: list[Asked] = []
        self.faults: deque[Fault] = deque()
        """What the next calls for pictures get instead, one each."""
        self.listing_faults: deque[Fault] = deque()
        """The same for questions about models."""
        self.began = asyncio.Event()
        """Set when a call for pictures has come in."""
        self.closing = asyncio.Event()
        self.url = ""
        self._key = key
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=BODY_MOST)
        app.add_routes(
            [
                web.get("/v1/models", self._models),
                web.post("/v1/images/generations", self._make),
                web.post("/v1/images/edits", self._make),
                web.get("/generated-images/{name}", self._file),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, at = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{at}"

    async def close(self) -> None:
        self.closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _refused(self, request: web.Request) -> web.Response | None:
        if self._key is None or request.headers.get("Authorization") == f"Bearer {self._key}":
            return None
        return openai_error(401, "invalid_api_key").response()

    async def _models(self, request: web.Request) -> web.StreamResponse:
        if self.listing_faults:
            return await self.listing_faults.popleft()(self, request)
        return self._refused(request) or web.json_response(self.character.models())

    async def _make(self, request: web.Request) -> web.StreamResponse:
        asked = await read_asked(request)
        self.asked.append(asked)
        self.began.set()
        if self.faults:
            return await self.faults.popleft()(self, request)
        if (refused := self._refused(request)) is not None:
            return refused
        try:
            said = self.character.answer(asked, self.url)
        except SaidError as error:
            return error.response()
        return await said.send(request) if isinstance(said, Streamed) else web.json_response(said)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        files = getattr(self.character, "files", {})
        picture = files.get(request.match_info["name"])
        return web.Response(status=404) if picture is None else web.Response(body=picture)
