"""Carries updates to the bot's webhook."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from tests.fakes.bot_api.updates import Update
from tests.fakes.bot_api.world import World

TIMEOUT = 60.0
SLOWEST = 60.0


class Webhook:
    """Posts every update until it is taken, one after the other in each chat."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.retry_delay = 0.05
        """Seconds before the first repetition; the next ones wait twice as long each."""
        self.attempts: list[tuple[int, int | None]] = []
        """Every delivery: the update's id, and the answered status or None."""
        self._url = ""
        self._secret = ""
        self._connections = 40
        self._errors: dict[str, Any] = {}
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._free = asyncio.Semaphore(1)
        self._session: aiohttp.ClientSession | None = None
        world.updates.arrived.append(self._look)

    async def start(self, url: str, *, secret: str, connections: int, updates: list[str] | None) -> None:
        await self.stop()
        self._url, self._secret, self._connections = url, secret, connections
        self._free = asyncio.Semaphore(connections)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT))
        self._look()

    async def stop(self) -> None:
        self._url = ""
        self._errors = {}
        lanes = list(self._lanes.values())
        for one in lanes:
            one.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> dict[str, Any]:
        if not self._url:
            return {}
        return {"url": self._url, "max_connections": self._connections, **self._errors}

    def _look(self) -> None:
        """Open a lane for every chat that has updates and no lane."""
        if not self._url:
            return
        for one in self._world.updates.fresh():
            if one.key not in self._lanes:
                self._lanes[one.key] = asyncio.get_running_loop().create_task(self._lane(one.key))

    async def _lane(self, key: int) -> None:
        delay = self.retry_delay
        while mine := [one for one in self._world.updates.fresh() if one.key == key]:
            async with self._free:
                taken = await self._post(mine[0])
            if taken:
                delay = self.retry_delay
                self._world.updates.drop(mine[0])
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 2, SLOWEST)
        self._lanes.pop(key, None)

    async def _post(self, update: Update) -> bool:
        assert self._session is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        status: int | None = None
        try:
            async with self._session.post(self._url, json=update.as_json(), headers=headers) as answer:
                status = answer.status
                text = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            text = f"Connection failed: {error}"
        self.attempts.append((update.id, status))
        taken = status is not None and 200 <= status < 300
        if not taken:
            self._errors = {"last_error_date": int(self._world.clock()), "last_error_message": text}
        self._world.changes.tell()
        return taken
