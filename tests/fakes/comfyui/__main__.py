"""The server as a process: `python -m tests.fakes.comfyui --port 0 --step-seconds 0.05`.

Prints its address on one line when it is ready; ends at SIGTERM. `GET /fake/state` tells how often each
job was begun and made, `POST /fake/restart` (`{"down": seconds}`) restarts it, `POST /fake/stall`
(`{"stall": true}`) makes it silent.
"""

from __future__ import annotations

import argparse
import asyncio

from aiohttp import web

from tests.fakes.comfyui.server import FakeComfyUI
from tests.fakes.serving import stop_signal


class Control:
    def __init__(self) -> None:
        self.fake: FakeComfyUI | None = None
        self.wanted: asyncio.Queue[float] = asyncio.Queue()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/fake/state", self.state),
            web.post("/fake/restart", self.restart),
            web.post("/fake/stall", self.stall),
        ]

    async def state(self, _: web.Request) -> web.Response:
        assert self.fake is not None
        running = self.fake.jobs.running
        return web.json_response(
            {
                "runs": self.fake.runs,
                "done": self.fake.done,
                "running": running and running.id,
                "pending": [job.id for job in self.fake.jobs.pending],
                "step": self.fake.jobs.step,
                "calls": [f"{call.method} {call.path}" for call in self.fake.calls],
            }
        )

    async def restart(self, request: web.Request) -> web.Response:
        self.wanted.put_nowait(float((await request.json()).get("down", 0)))
        return web.Response()

    async def stall(self, request: web.Request) -> web.Response:
        assert self.fake is not None
        self.fake.stall = bool((await request.json()).get("stall", True))
        return web.Response()


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.comfyui")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--version", default="0.33.0", help="or 0.3.75")
    parser.add_argument("--step-seconds", type=float, default=0.001)
    parser.add_argument("--fail-every", type=int, default=0)
    parser.add_argument("--stall-after", type=int, default=0)
    parser.add_argument("--history-late", type=float, default=0.0)
    parser.add_argument("--cached", action="store_true")
    said = vars(parser.parse_args())
    port = said.pop("port")

    stop = stop_signal()
    control = Control()
    control.fake = fake = FakeComfyUI(extra=control.routes(), **said)
    await fake.start(port)
    print(fake.address, flush=True)
    ending = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            asked = asyncio.create_task(control.wanted.get())
            await asyncio.wait([ending, asked], return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                await fake.restart(down=asked.result())
            asked.cancel()
    finally:
        await fake.stop()


if __name__ == "__main__":
    asyncio.run(main())
