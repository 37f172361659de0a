"""The server in a process of its own, and a handle on its people."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import aiohttp


class BotApiProcess:
    """Starts `python -m tests.fakes.bot_api` and speaks with its control interface.

    async with BotApiProcess() as remote:
        ...                                           # give remote.base_url, remote.token to the program
        await remote.do("user", id=1001, name="Ann")
        await remote.do("send", user=1001, text="/generate cat")
        shown = await remote.until(lambda found: found["messages"][1], "history", chat=1001)
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self.state: dict[str, str] = {}

    @property
    def token(self) -> str:
        return self.state["token"]

    @property
    def base_url(self) -> str:
        return self.state["base_url"]

    @property
    def base_file_url(self) -> str:
        return self.state["base_file_url"]

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.fakes.bot_api", *self._arguments, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.state = json.loads(await self._process.stdout.readline())
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        if self._session is not None:
            await self._session.close()
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.communicate()

    async def do(self, action: str, **arguments: Any) -> Any:
        """Do one action of `control.py` and return its answer."""
        assert self._session is not None
        async with self._session.post(f"{self.state['control']}/{action}", json=arguments) as answer:
            if answer.content_type != "application/json":
                return await answer.read()
            found = await answer.json()
            assert answer.status == 200, found
            return found

    async def until(
        self, predicate: Callable[[Any], Any], action: str, *, seconds: float = 10.0, **arguments: Any
    ) -> Any:
        """Ask again after every change until the predicate is true of the answer; return its value."""
        async with asyncio.timeout(seconds):
            since = -1
            while True:
                since = (await self.do("change", since=since))["change"]
                try:
                    if found := predicate(await self.do(action, **arguments)):
                        return found
                except LookupError:
                    pass
