"""The Horde's API, one method a route, within its rate limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from adapters.engines.horde.answers import Accepted, Generation, Quote, Served, Standing, Status, read
from adapters.engines.horde.errors import LostRequestError, raise_for
from adapters.engines.horde.limits import RateLimits
from adapters.engines.wire.connection import ANSWER_MOST, Answer, Connection, Timeouts
from adapters.engines.wire.fetching import fetch
from adapters.engines.wire.pictures import decoded
from core.errors import EngineBusyError, EngineFaultError, EngineUnavailableError

_SMALL = 2**20
"""Bytes of an answer without pictures: the list of models has some 30 kB."""

_TOO_MANY = 429
_NOT_FOUND = 404


def client_agent() -> str:
    """Return what the Horde asks of every client: name, version and contact, which is the project."""
    try:
        number = version("easel")
    except PackageNotFoundError:
        number = "0"
    return f"easel:{number}:easel"


class HordeApi:
    """The routes. A call whose route's window is used up waits for the next one, `patience` seconds at most.

    All raise as `Connection.send`, and what `errors.raise_for` makes of a refusal.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        is_anonymous: bool = False,
        patience: float = 70.0,
        timeouts: Timeouts | None = None,
    ) -> None:
        headers = {"apikey": key, "Client-Agent": client_agent()}
        self._connection = Connection(address, headers=headers, timeouts=timeouts)
        self._is_anonymous = is_anonymous
        self._patience = patience
        self._limits = RateLimits()

    async def quote(self, payload: Mapping[str, Any]) -> float:
        """Return the kudos that a request would cost; nothing is made."""
        answer = await self._send("async", "POST", "generate/async", {**payload, "dry_run": True})
        return read(Quote, answer.json()).kudos

    async def submit(self, payload: Mapping[str, Any]) -> Accepted:
        answer = await self._send("async", "POST", "generate/async", payload)
        return read(Accepted, answer.json())

    async def check(self, request: str) -> Standing:
        """Raises `LostRequestError` where the Horde knows nothing of it."""
        answer = await self._send("check", "GET", f"generate/check/{request}")
        return read(Standing, answer.json())

    async def status(self, request: str) -> Generation:
        """Return the picture of a request that is done. Raises `LostRequestError` as `check`."""
        answer = await self._send("status", "GET", f"generate/status/{request}", most=ANSWER_MOST)
        generations = read(Status, answer.json()).generations
        if len(generations) != 1:
            raise EngineFaultError(reason="wrong_number", asked=1, given=len(generations))
        return generations[0]

    async def delete(self, request: str) -> None:
        """Take a request back; what is not there any more is taken back."""
        try:
            await self._send("delete", "DELETE", f"generate/status/{request}", most=ANSWER_MOST)
        except LostRequestError:
            return

    async def models(self) -> list[Served]:
        answer = await self._send("models", "GET", "status/models", params={"type": "image"})
        listed = answer.json()
        if not isinstance(listed, list):
            raise EngineFaultError(reason="answer")
        served = []
        for one in listed:
            with suppress(EngineFaultError):  # one odd entry is no reason to do without the Horde
                served.append(read(Served, one))
        return served

    async def user(self) -> None:
        """Look up whose the key is. Raises `EngineUnavailableError` with `refused` where it is nobody's."""
        try:
            await self._send("user", "GET", "find_user")
        except EngineUnavailableError as error:
            if error.facts.get("reason") != "address":
                raise
            raise EngineUnavailableError(reason="refused") from None  # an older Horde's 404 has no code

    async def heartbeat(self) -> None:
        await self._send("heartbeat", "GET", "status/heartbeat")

    async def picture(self, image: str) -> bytes:
        """Return the bytes of `Generation.img`. Raises as `wire.fetching.fetch`."""
        if image.startswith(("https://", "http://")):
            return await fetch(image, self._connection)
        return await decoded(image)

    async def aclose(self) -> None:
        await self._connection.aclose()

    async def _send(
        self,
        route: str,
        method: str,
        path: str,
        payload: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        most: int = _SMALL,
    ) -> Answer:
        waited = 0.0
        while True:
            if (pause := self._limits.pause(route)) > 0:
                waited += pause
                if waited > self._patience:
                    raise EngineBusyError(pause)
                await asyncio.sleep(pause)
                continue
            self._limits.take(route)
            answer = await self._connection.send(
                method, f"v2/{path}", json=payload, params=params, answer_most=most
            )
            self._limits.learn(route, answer)
            if answer.status == _TOO_MANY and not _has_code(answer):
                continue
            if answer.status == _NOT_FOUND and path.startswith(("generate/check/", "generate/status/")):
                raise LostRequestError
            raise_for(answer, payload, is_anonymous=self._is_anonymous)
            return answer


def _has_code(answer: Answer) -> bool:
    """Say whether it is a refusal of this request, such as TooManyPrompts, and not only of its haste."""
    body = answer.json_or_none()
    return isinstance(body, dict) and bool(body.get("rc"))
