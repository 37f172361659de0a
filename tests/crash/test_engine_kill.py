"""The real program in front of servers that outlive it: nothing is made twice, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import random
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash.chance import seeded
from tests.crash.invariants import State, check_settled, check_sound, read
from tests.crash.outlived import outlived
from tests.e2e.program import GUARD
from tests.fakes.comfyui.server import FakeComfyUI

KILLS = 12
TASKS = 16

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@dataclass
class House:
    """The folder of the program, and the servers, which outlive it."""

    folder: Path
    servers: list[FakeComfyUI]
    asked: int = 0

    def running(self) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        settings = {"comfyui__url": ",".join(server.address for server in self.servers)}
        return outlived("console", self.folder, settings, _said_nothing, stdin=PIPE, stdout=DEVNULL)

    def ask(self, process: asyncio.subprocess.Process, chance: random.Random) -> None:
        assert process.stdin is not None
        steps = chance.choice([2, 6, 20])
        process.stdin.write(f"/generate fox {self.asked} --w 64 --h 64 --steps {steps}\n".encode())
        self.asked += 1

    async def called(self, method: str, path: str, times: int) -> None:
        """Wait until one of the servers is called so often, or until it won't be any more."""

        async def called(server: FakeComfyUI) -> None:
            wanted = len(server.called(method, path)) + times
            await server.until(lambda: len(server.called(method, path)) >= wanted)

        waiting = [asyncio.create_task(called(server)) for server in self.servers]
        await asyncio.wait(waiting, timeout=3.0, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def killed_once(self, chance: random.Random) -> None:
        """Start the program, ask, and kill it at some moment of what the servers see of it."""
        async with self.running() as process:
            for _ in range(min(chance.randint(0, 3), TASKS - self.asked)):
                self.ask(process, chance)
            if chance.random() < 0.8:  # else it may die while it starts
                await self.called("POST", "/prompt", 1)
            await self.called("GET", "/", chance.randint(0, 8))
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05 * chance.random()):
                    await process.wait()
            process.kill()
            await process.wait()
        check_sound(read(self.folder / "data"))

    async def finished(self) -> State:
        """Let the program do what is left."""
        async with self.running() as process:
            assert process.stdin is not None
            process.stdin.close()
            async with asyncio.timeout(GUARD):
                assert await process.wait() == 0
        return read(self.folder / "data")


def _said_nothing(said: str) -> None:
    assert said == ""


@pytest.mark.timeout(300)
async def test_a_job_that_outlives_easel_is_taken_up_again_and_made_once(tmp_path: Path) -> None:
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(FakeComfyUI(step_seconds=seconds)) for seconds in (0.02, 0.05)
        ]
        house = House(tmp_path, servers)
        with seeded() as chance:
            kills = 0
            while kills < KILLS or house.asked < TASKS:  # what was typed and not read dies with the program
                await house.killed_once(chance)
                kills += 1
            state = await house.finished()
            check_settled(state)
            assert Counter(task["status"] for task in state.tasks) == {"completed": len(state.tasks)}
            assert len(state.tasks) > TASKS / 4
            made = Counter(json.loads(task["request"])["prompt"] for task in state.tasks)
            assert set(made.values()) <= {1}
            done = sum(sum(server.done.values()) for server in servers)
            assert done == len(state.tasks), "a picture was made twice, or for nobody"
    print(f"{kills} kills, {len(state.tasks)} tasks, {time.monotonic() - began:.0f} s")


@pytest.mark.timeout(300)
async def test_a_job_survives_every_restart_of_its_server(tmp_path: Path) -> None:
    async with FakeComfyUI(step_seconds=0.02) as server:
        house = House(tmp_path, [server])
        with seeded() as chance:
            async with house.running() as process:
                for _ in range(6):
                    house.ask(process, chance)
                for _ in range(3):
                    begun = sum(server.runs.values())
                    await server.until(lambda begun=begun: sum(server.runs.values()) > begun)  # type: ignore[misc]
                    await server.restart(down=0.1)
                assert process.stdin is not None
                process.stdin.close()
                async with asyncio.timeout(GUARD):
                    assert await process.wait() == 0
            state = read(tmp_path / "data")
            check_settled(state)
            assert Counter(task["status"] for task in state.tasks) == {"completed": 6}
