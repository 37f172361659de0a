"""What a server has and can do, asked of it without changing anything there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from adapters.engines.automatic1111 import lists
from adapters.engines.automatic1111.names import Named, Names
from adapters.engines.wire.connection import Connection, Timeouts
from core.errors import EngineError, EngineUnavailableError
from core.generation.engine import Cancels, Capabilities, Reports

API = "/sdapi/v1"

_QUICK = Timeouts(connect=5.0, read=10.0, total=15.0)
_LIST_MOST = 32 * 2**20
"""Bytes: A1111's list of LoRAs carries each file's metadata."""
_NAMES_MOST = 5000

_OUR_SIDES, _WIDE_SIDES = 8, 64


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server said at the last probe."""

    names: Names = field(default_factory=Names)
    has_progress: bool = False
    has_previews: bool = False
    can_interrupt: bool = False
    chosen: str | None = None
    """The model that the server's own settings name."""
    loaded: str | None = None
    """The model that is in memory, as far as is known."""

    @property
    def is_plain(self) -> bool:
        """It is sd-server: no progress, all pictures of a job at once, LoRAs beside the prompt."""
        return not self.has_progress

    @property
    def side_step(self) -> int:
        """Sides are multiples of it. sd-server rounds up to 64 by itself, so it is asked for no others."""
        return _WIDE_SIDES if self.is_plain else _OUR_SIDES

    def after(self, before: Offer) -> Offer:
        """Return this with what is known from before: a job's own model stays in memory after it.

        Where the server's settings name another model than before, it is that one.
        """
        is_same = self.chosen == before.chosen and self.names.model_called(before.loaded) is not None
        return replace(self, loaded=before.loaded) if is_same else self

    def capabilities(self) -> Capabilities:
        reports = Reports.PREVIEWS if self.has_previews else Reports.STEPS
        return Capabilities(
            models=_shown(self.names.models),
            samplers=_shown(self.names.samplers),
            loras=_shown(self.names.loras),
            slots=1,
            reports=reports if self.has_progress else Reports.NOTHING,
            cancels=Cancels.RUNNING if self.can_interrupt else Cancels.NOTHING,
            side_step=self.side_step,
            loaded=self.loaded,
        )


async def survey(connection: Connection) -> Offer:
    """Ask a server for its lists and its abilities. Raises `EngineUnavailableError`, `EngineTimeoutError`."""
    asked = _Survey(connection)
    samplers = await asked.entries("samplers")
    models = await asked.entries("sd-models")
    if samplers is None and models is None:
        raise EngineUnavailableError(reason="no_api")
    names = Names(
        samplers=tuple(lists.samplers(samplers)),
        schedulers=tuple(lists.schedulers(await asked.entries("schedulers"))),
        models=tuple(lists.models(models)),
        upscalers=tuple(lists.upscalers(await asked.entries("upscalers"))),
        loras=tuple(lists.loras(await asked.entries("loras"))),
    )
    options = await asked.table("options")
    progress = await asked.table("progress", skip_current_image="true")
    model = names.model_called(lists.text_of(options.get("sd_model_checkpoint")))
    chosen = model.name if model else None
    return Offer(
        names,
        has_progress="state" in progress,
        has_previews=_previews(options),
        # A GET of what takes only POST is answered so where it is there, and nothing is interrupted.
        can_interrupt=await asked.status("interrupt") == HTTPStatus.METHOD_NOT_ALLOWED,
        chosen=chosen,
        loaded=chosen,
    )


class _Survey:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def entries(self, name: str) -> list[Mapping[str, Any]] | None:
        """Return a list of the server's; None where it has no such list."""
        found = await self._read(name)
        if not isinstance(found, list):
            return None
        return [one for one in found[:_NAMES_MOST] if isinstance(one, dict)]

    async def table(self, name: str, **params: str) -> Mapping[str, Any]:
        found = await self._read(name, **params)
        return found if isinstance(found, dict) else {}

    async def status(self, name: str) -> int:
        answer = await self._connection.send("GET", f"{API}/{name}", timeouts=_QUICK, answer_most=_LIST_MOST)
        return answer.status

    async def _read(self, name: str, **params: str) -> Any:
        try:
            answer = await self._connection.send(
                "GET", f"{API}/{name}", params=params, timeouts=_QUICK, answer_most=_LIST_MOST
            )
            answer.raise_for_status()
        except EngineError as error:
            if error.retryable:
                raise
            return None  # one broken list is no reason to do without the server
        return await asyncio.to_thread(answer.json_or_none) if answer.ok else None


def _previews(options: Mapping[str, Any]) -> bool:
    """Say whether the server shows pictures on the way: it does where nothing says otherwise."""
    every = options.get("show_progress_every_n_steps", 10)
    return bool(options.get("live_previews_enable", True)) and isinstance(every, int) and every > 0


def _shown(things: tuple[Named, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(thing.name for thing in things))
