"""The tests' own ComfyUI as processes: how fast each is when it is never idle, and its faults on order."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
from yarl import URL

from core.generation.types.folder import BUILTIN

SIDE = 512
STEPS = 10

_KNOCK = 0.02
"""Seconds between two looks at a server that is down."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a server is started: `seconds` for a picture; every so many-th job breaks, 0 for none."""

    seconds: float
    fail_every: int = 0


class FakeServer:
    """A ComfyUI server in a process of its own, and the hand that breaks it."""

    def __init__(self, address: str, http: aiohttp.ClientSession) -> None:
        self.address = address
        self._http = http

    async def speed(self, jobs: int) -> float:
        """Return the good pictures a second of a queue that is full from the start, by its own clock."""
        graph = _graph()
        names = [str(uuid4()) for _ in range(jobs)]
        for name in names:
            graph["6"]["inputs"]["text"] = name
            async with self._http.post(
                f"{self.address}/prompt", json={"prompt": graph, "prompt_id": name}
            ) as answer:
                answer.raise_for_status()
        while not (last := await self._get(f"history/{names[-1]}")):  # noqa: ASYNC110 - no event of ours
            await asyncio.sleep(_KNOCK)
        known = [(last if name == names[-1] else await self._get(f"history/{name}"))[name] for name in names]
        stamps = [
            said["timestamp"] for one in known for _, said in one["status"]["messages"] if "timestamp" in said
        ]
        good = sum(bool(one["status"]["completed"]) for one in known)
        return good * 1000 / float(max(stamps) - min(stamps))

    async def state(self) -> Mapping[str, Any]:
        """Return how often each job was begun (`runs`) and made to its end (`done`), among others."""
        found: Mapping[str, Any] = await self._get("fake/state")
        return found

    async def stall(self) -> None:
        """Let it take connections and never answer again."""
        async with self._http.post(f"{self.address}/fake/stall", json={"stall": True}) as answer:
            answer.raise_for_status()

    async def restart(self, down: float) -> tuple[float, float]:
        """End it with all that it knows, and start it anew; return from when to when nobody was there.

        By `time.perf_counter`, as a client sees it.
        """
        async with self._http.post(f"{self.address}/fake/restart", json={"down": down}) as answer:
            answer.raise_for_status()
        while await self._is_up():  # noqa: ASYNC110 - as a client sees it
            await asyncio.sleep(_KNOCK)
        began = time.perf_counter()
        while not await self._is_up():  # noqa: ASYNC110
            await asyncio.sleep(_KNOCK)
        return began, time.perf_counter()

    async def _is_up(self) -> bool:
        url = URL(self.address)
        try:
            _, writer = await asyncio.open_connection(url.host, url.port)
        except OSError:
            return False
        writer.close()
        return True

    async def _get(self, path: str) -> Any:
        async with self._http.get(f"{self.address}/{path}") as answer:
            answer.raise_for_status()
            return await answer.json()


@asynccontextmanager
async def fake_servers(paces: Mapping[str, Pace]) -> AsyncIterator[dict[str, FakeServer]]:
    """Start a server for each pace, under the same name; all end with the block."""
    processes = {name: await _started(pace) for name, pace in paces.items()}
    try:
        async with aiohttp.ClientSession() as http:
            servers = {}
            for name, process in processes.items():
                assert process.stdout is not None
                servers[name] = FakeServer((await process.stdout.readline()).decode().strip(), http)
            yield servers
    finally:
        for process in processes.values():
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes.values()))


async def _started(pace: Pace) -> asyncio.subprocess.Process:
    knobs = ("--step-seconds", str(pace.seconds / STEPS), "--fail-every", str(pace.fail_every))
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.comfyui", *knobs, stdout=asyncio.subprocess.PIPE
    )


def _graph() -> dict[str, Any]:
    """Return the workflow that Easel sends, with the size and the steps of the tasks."""
    graph: dict[str, Any] = json.loads((BUILTIN / "txt2img.comfyui.json").read_text())
    graph["5"]["inputs"] |= {"width": SIDE, "height": SIDE}
    graph["3"]["inputs"] |= {"steps": STEPS}
    graph["4"]["inputs"] |= {"ckpt_name": "sd15.safetensors"}
    return graph
