"""Who has one child at hand: started by the first need, and started anew where the last one is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.engines.local.process import Child, ChildGoneError
from core.errors import EngineUnavailableError

START_SECONDS = 60.0
"""For the child to import the library, on a machine that has much else to do."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the installed version of the library can do."""

    samplers: tuple[str, ...] = ()
    stops: bool = False
    """It ends a running job when it is told to, and keeps the model."""
    shows: bool = False
    """It makes previews."""


class Keeper:
    """At most one child at a time. Its owner calls it from one task at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._child: Child | None = None
        self._abilities = Abilities()

    @property
    def abilities(self) -> Abilities:
        """As the last child said; nothing before the first."""
        return self._abilities

    @property
    def current(self) -> Child | None:
        """The child that is there, without starting one."""
        return self._child if self._child is not None and self._child.is_usable else None

    async def child(self) -> Child:
        """Return a child that can be given an order.

        Raises `EngineUnavailableError` with the reason `extra` where the library is not installed, or
        `start` where the child does not come up.
        """
        child = self.current
        if child is None:
            await self.drop()
            child = self._child = await self._started()
        return child

    async def drop(self) -> None:
        """End the child, and with it whatever it does; the next one loads the model anew."""
        if self._child is not None:
            await self._child.aclose()
            self._child = None

    async def _started(self) -> Child:
        try:
            child = await Child.start(self._command)
        except OSError:
            raise EngineUnavailableError(reason="start") from None
        try:
            async with asyncio.timeout(START_SECONDS):
                self._abilities = _abilities((await child.receive()).header)
        except (ChildGoneError, TimeoutError):
            await child.aclose()
            raise EngineUnavailableError(reason="start") from None
        except BaseException:
            await child.aclose()
            raise
        return child


def _abilities(header: Mapping[str, Any]) -> Abilities:
    if header["is"] != "ready":
        raise EngineUnavailableError(reason=header["reason"])
    return Abilities(tuple(header["samplers"]), header["stops"], header["shows"])
