"""A ComfyUI server for tests: the protocol, the order of frames and the faults of the real one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.comfyui.jobs import Jobs
from tests.fakes.comfyui.knobs import Knobs
from tests.fakes.comfyui.routes import Routes
from tests.fakes.comfyui.sockets import Sockets
from tests.fakes.comfyui.validation import PATH


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


class FakeComfyUI:
    """Start it with `async with`; `knobs` and `stall` may be changed while it runs.

    async with FakeComfyUI(step_seconds=0.01, fail_every=3) as fake:
        ...                                 # give fake.address to an engine
        await fake.restart()
        assert set(fake.runs.values()) == {1}
    """

    def __init__(self, *, extra: Iterable[web.RouteDef] = (), **knobs: Any) -> None:
        self.knobs = Knobs(**knobs)
        self.sockets = Sockets()
        self.jobs = Jobs(self.knobs, self.sockets)
        self.routes = Routes(self.jobs, self.sockets)
        self.calls: list[Call] = []
        self.host = "127.0.0.1"
        self.port = 0
        self._extra = list(extra)
        self._runner: web.AppRunner | None = None
        self._worker: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def runs(self) -> Counter[str]:
        """How often each prompt id was begun, over all restarts."""
        return self.jobs.runs

    @property
    def done(self) -> Counter[str]:
        """How often each prompt id was made to its end, over all restarts."""
        return self.jobs.done

    @property
    def stall(self) -> bool:
        """It takes connections and never answers again; its sockets stay open and silent."""
        return not self.jobs.flowing.is_set()

    @stall.setter
    def stall(self, value: bool) -> None:
        (self.jobs.flowing.clear if value else self.jobs.flowing.set)()

    def refuse(self, kind: str, *, times: int = 1, node: str = "3", name: str = "steps") -> None:
        """Refuse the next graphs with a node error of this kind, or with the text of a status such as 500."""
        answer: tuple[int, Any]
        if kind.isdigit():
            answer = int(kind), f"{kind} Internal Server Error\n{PATH}"
        else:
            extra = {"input_name": name, "input_config": ["INT", {"min": 1, "max": 100}]}
            error = {"type": kind, "message": f"in {PATH}", "details": PATH, "extra_info": extra}
            about = {"errors": [error], "dependent_outputs": ["9"], "class_type": "KSampler"}
            whole = {**error, "type": "prompt_outputs_failed_validation"}
            answer = 400, {"error": whole, "node_errors": {node: about}}
        self.routes.refusals += [answer] * times

    def called(self, method: str, path: str) -> list[Call]:
        """Return the calls of a path, by its beginning."""
        return [call for call in self.calls if call.method == method and call.path.startswith(path)]

    def graphs(self) -> list[dict[str, Any]]:
        """Return the graphs that were sent."""
        return [call.body["prompt"] for call in self.called("POST", "/prompt")]

    async def until(self, predicate: Callable[[], object]) -> None:
        """Wait until something holds that changes with a call, or when a job begins, steps or ends."""
        async with self.jobs.changed:
            await self.jobs.changed.wait_for(lambda: bool(predicate()))

    async def start(self, port: int = 0) -> None:
        app = web.Application(middlewares=[self._recorded], client_max_size=2**30)
        app.add_routes([*self._extra, *self.routes.all()])
        self._runner = web.AppRunner(app, shutdown_timeout=0.01, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, port, reuse_address=True)
        await site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]
        self._worker = asyncio.create_task(self.jobs.work())

    async def stop(self) -> None:
        """End as a killed process does: sockets break, the queue and the history are gone."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.wait([self._worker])
        if self._runner is not None:
            await self._runner.cleanup()
        self.sockets.table.clear()
        self.jobs.forget()

    async def restart(self, *, down: float = 0.0) -> None:
        """Stop, and start on the same port after `down` seconds. A stalled one is well again."""
        await self.stop()
        await asyncio.sleep(down)
        self.stall = False
        await self.start(self.port)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def _recorded(self) -> Any:
        @web.middleware
        async def recorded(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if not request.path.startswith("/fake/"):
                is_json = request.content_type == "application/json" and request.can_read_body
                body = await request.json() if is_json else None
                self.calls.append(Call(request.method, request.path, dict(request.headers), body))
                await self.jobs.tell_changed()
                await self.jobs.flowing.wait()
                if "Origin" in request.headers:
                    return web.Response(status=403)
            return await handler(request)

        return recorded
