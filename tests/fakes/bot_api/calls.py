"""The desk where calls arrive: recorded, judged, worked off, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from tests.fakes.bot_api import spec
from tests.fakes.bot_api.errors import ApiError, too_many_requests
from tests.fakes.bot_api.faults import Faults
from tests.fakes.bot_api.journal import Call
from tests.fakes.bot_api.media import MAX_UPLOAD
from tests.fakes.bot_api.methods import editing, lookups, profile, queries, receiving, sending
from tests.fakes.bot_api.webhook import Webhook
from tests.fakes.bot_api.wire import Params, read
from tests.fakes.bot_api.world import World

Method = Callable[[World, Params], Awaitable[Any]]

COUNTED = frozenset(
    {"sendmessage", "sendphoto", "senddocument", "sendmediagroup", "copymessage"}
    | {name.lower() for name in editing.METHODS if name.startswith("edit")}
)
"""What counts against the rates."""

BAD_GATEWAY = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>"
)
TEXTS = {
    400: "Bad Request: fault",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
}


class Desk:
    """Answers the bot."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self.faults = Faults()
        self.calls: list[Call] = []
        self.webhook = Webhook(world)
        self._working: set[asyncio.Task[Any]] = set()
        found: dict[str, Method] = {
            "getUpdates": receiving.get_updates,
            "setWebhook": partial(receiving.set_webhook, delivery=self.webhook),
            "deleteWebhook": partial(receiving.delete_webhook, delivery=self.webhook),
            "getWebhookInfo": partial(receiving.get_webhook_info, delivery=self.webhook),
        }
        for topic in (sending, editing, lookups, profile, queries):
            found |= topic.METHODS
        self._methods = {name.lower(): (name, one) for name, one in found.items()}

    @property
    def busy(self) -> bool:
        """Whether a call other than a long poll is under way."""
        return any(one.status is None and one.method != "getUpdates" for one in self.calls)

    async def close(self) -> None:
        await self.webhook.stop()
        for one in self._working:
            one.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    # --- answering --------------------------------------------------------------------------------

    async def answer(self, request: web.Request) -> web.StreamResponse:
        wanted = request.match_info["method"].lower()
        name = self._methods.get(wanted, (request.match_info["method"], None))[0]
        call = Call(name, {}, {}, self._world.clock())
        try:
            params, size = await read(request)
            call.params, call.files = params.values, params.files
            self.calls.append(call)
            self._admit(request, size)
            call.fault = self.faults.next(wanted)
            if (early := await self._trouble(call, request)) is not None:
                return early
            result = await self._finish(wanted, call, params)
        except ApiError as error:
            if error.breaks:
                self._world.violate(error.breaks, name, error.description)
            answer = self._refuse(call, error)
            return self._cut(call, request) if call.dropped else answer
        except asyncio.CancelledError:
            call.status = 0
            raise
        finally:
            self._world.changes.tell()
        if call.dropped:
            return self._cut(call, request)
        call.status = 200
        return web.json_response({"ok": True, "result": result})

    def _admit(self, request: web.Request, size: int = 0) -> None:
        if request.match_info["token"] != self._token:
            raise ApiError(401, "Unauthorized")
        if size > MAX_UPLOAD:
            raise ApiError(413, "Request Entity Too Large", breaks="upload_size")

    async def _finish(self, wanted: str, call: Call, params: Params) -> Any:
        """Work the call off; a caller that goes away does not stop it, a long poll's does."""
        if wanted == "getupdates":
            result = await self._work(wanted, call, params)
        else:
            task = asyncio.get_running_loop().create_task(self._work(wanted, call, params))
            self._working.add(task)
            task.add_done_callback(self._done)
            result = await asyncio.shield(task)
        call.result = result
        return result

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._working.discard(task)
        if not task.cancelled():
            task.exception()
        self._world.changes.tell()

    async def _work(self, wanted: str, call: Call, params: Params) -> Any:
        if wanted not in self._methods:
            raise ApiError(404, "Not Found: method not found", breaks="unknown_method")
        if (judge := spec.load()) is not None:
            for one in judge.request(call.method, call.params, set(call.files)):
                self._world.violate("spec", call.method, one)
        self._measure(wanted, params)
        return await self._methods[wanted][1](self._world, params)

    def _measure(self, wanted: str, params: Params) -> None:
        """Count the call against the rates."""
        limits, now, name = self._world.limits, self._world.clock(), self._methods[wanted][0]
        counted = wanted in COUNTED or (wanted == "sendchataction" and limits.count_actions)
        chat_id = params.get("chat_id")
        if not counted or not isinstance(chat_id, int):
            return
        if limits.early(chat_id, now):
            self._world.violate("retry_after", name, f"chat {chat_id}: before the time that a 429 told")
        media = params.get("media")
        count = len(media) if wanted == "sendmediagroup" and isinstance(media, list) else 1
        broken = limits.take(chat_id, now, group=chat_id < 0, count=count)
        if broken is None:
            return
        self._world.violate("rate", name, f"chat {chat_id}: {broken[0]}")
        if limits.refuse:
            limits.silence(chat_id, now + broken[1])
            raise too_many_requests(broken[1])

    def _refuse(self, call: Call, error: ApiError) -> web.Response:
        call.status, call.error = error.code, error.description
        retry = error.parameters.get("retry_after")
        headers = {"Retry-After": str(retry)} if retry is not None else None
        return web.json_response(error.as_json(), status=error.code, headers=headers)

    # --- faults -----------------------------------------------------------------------------------

    async def _trouble(self, call: Call, request: web.Request) -> web.StreamResponse | None:
        """Do what the fault does before the work; return its answer where there is no work to do."""
        fault = call.fault
        if fault is None or fault.kind == "drop":
            return None
        self._world.changes.tell()
        if fault.kind == "reset":
            return self._cut(call, request)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "hang":
            await fault.wait()
            return None
        assert isinstance(fault.kind, int)
        if fault.kind > 500 and fault.description is None:
            call.status, call.error = fault.kind, "Bad Gateway"
            text = BAD_GATEWAY.format(f"{fault.kind} {call.error}")
            return web.Response(text=text, status=fault.kind, content_type="text/html")
        if fault.retry_after is not None:
            chat_id = call.params.get("chat_id")
            until = self._world.clock() + fault.retry_after
            self._world.limits.silence(chat_id if isinstance(chat_id, int) else None, until)
            raise too_many_requests(fault.retry_after)
        raise ApiError(fault.kind, fault.description or TEXTS.get(fault.kind, "Error"))

    def _cut(self, call: Call, request: web.Request) -> web.StreamResponse:
        call.status = 0
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    # --- files ------------------------------------------------------------------------------------

    async def download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        call = Call("download", {"path": path}, {}, self._world.clock())
        self.calls.append(call)
        try:
            self._admit(request)
            call.fault = self.faults.next("download")
            if (early := await self._trouble(call, request)) is not None:
                return early
            found = self._world.files.by_path(path)
        except ApiError as error:
            return self._refuse(call, error)
        finally:
            self._world.changes.tell()
        if call.dropped:
            return self._cut(call, request)
        call.status = 200
        return web.Response(body=found.data, content_type="application/octet-stream")
