"""One ComfyUI server's HTTP interface, as methods."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import aiohttp

from adapters.engines.comfyui.inventory import Inventory, names_in, samplers_in
from adapters.engines.comfyui.sightings import Sighting, Stored, in_history, in_queue
from adapters.engines.comfyui.workflow import Graph
from adapters.engines.wire.connection import Answer, Connection, Timeouts
from adapters.engines.wire.fetching import PICTURE_MOST
from core.errors import EngineError, EngineFaultError, EngineRejectedError, EngineUnavailableError

FOLDER = "easel"
"""Where uploads go among the server's input files."""

INVENTORY_KEPT = 60.0
"""Seconds after which the server is asked again what it has."""

_LIST_MOST = 32 * 2**20
"""Bytes of a list: a queue holds the graphs of all its jobs."""

_TOO_LARGE = 413
_NO_JOBS_API = {404, 405}
_GONE_PAUSE = 0.05


class ComfyUIServer:
    """Calls that raise `EngineError`s only."""

    def __init__(self, connection: Connection, *, silence: float) -> None:
        """`silence` is how many seconds an answer may take."""
        self._connection = connection
        self._brief = Timeouts(connect=min(5.0, silence), read=min(10.0, silence), total=min(10.0, silence))
        self._long = Timeouts(connect=min(5.0, silence), read=silence, total=max(60.0, silence))
        self._inventory = Inventory()
        self._asked_at: float | None = None

    @property
    def inventory(self) -> Inventory:
        """What it has, as far as it has said."""
        return self._inventory

    async def check(self) -> None:
        """Raise where no ComfyUI answers, or a proxy before it lets nobody through."""
        answer = await self._get("system_stats")
        answer.raise_for_status()
        match answer.json_or_none():
            case {"system": dict()}:
                return
            case _:
                raise EngineUnavailableError(reason="not_comfyui", status=answer.status)

    async def take_stock(self, *, kept: float = INVENTORY_KEPT) -> Inventory:
        """Return what it has, asked no longer ago than `kept` seconds."""
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at >= kept:
            self._inventory = Inventory(
                models=names_in(await self._listed("models/checkpoints")),
                loras=names_in(await self._listed("models/loras")),
                samplers=samplers_in(await self._listed("object_info/KSampler")),
            )
            self._asked_at = now
        return self._inventory

    async def submit(self, graph: Graph, prompt_id: str, client_id: str, *, previews: bool) -> Answer:
        """Return the answer, which may be a refusal."""
        body = {
            "prompt": graph,
            "prompt_id": prompt_id,
            "client_id": client_id,
            "extra_data": {"preview_method": "auto" if previews else "none"},
        }
        answer = await self._connection.send(
            "POST", "prompt", json=body, timeouts=self._long, answer_most=_LIST_MOST
        )
        answer.raise_for_status()
        return answer

    async def find(self, prompt_id: str) -> Sighting | None:
        """Return where the job is; None where it is nowhere.

        The history is read once more where the queue has not got it: a job goes from the one to the other.
        """
        return (
            in_history(await self._json(f"history/{prompt_id}"), prompt_id)
            or in_queue(await self._json("queue"), prompt_id)
            or in_history(await self._json(f"history/{prompt_id}"), prompt_id)
        )

    async def forget(self, prompt_id: str) -> None:
        """Take a job out of the history, so that another may have its id."""
        answer = await self._post("history", {"delete": [prompt_id]})
        answer.raise_for_status()

    async def upload(self, picture: bytes, name: str) -> str:
        """Return the name by which a LoadImage node finds the picture.

        Raises `EngineRejectedError` with the reason `input_image` where the server finds it too large.
        """
        form = aiohttp.FormData()
        form.add_field("image", picture, filename=name, content_type="image/png")
        for key, value in (("subfolder", FOLDER), ("type", "input"), ("overwrite", "true")):
            form.add_field(key, value)
        answer = await self._connection.send(
            "POST", "upload/image", data=form, timeouts=self._long, answer_most=_LIST_MOST
        )
        if answer.status == _TOO_LARGE:
            raise EngineRejectedError(reason="input_image", detail="too_large")
        answer.raise_for_status()
        match answer.json_or_none():
            case {"name": str() as given, "subfolder": str() as folder} if answer.ok:
                return f"{folder}/{given}" if folder else given
            case _:
                raise EngineFaultError(reason="upload", status=answer.status)

    async def view(self, stored: Stored) -> bytes:
        """Return a picture's file. Raises `EngineFaultError` where it is gone."""
        answer = await self._connection.send(
            "GET", "view", params=stored.params, timeouts=self._long, answer_most=PICTURE_MOST
        )
        answer.raise_for_status()
        if not answer.ok:
            raise EngineFaultError(reason="no_file", status=answer.status)
        return answer.body

    async def stop(self, prompt_id: str) -> None:
        """Stop this job alone, and wait until it is out of the queue. Does what it can, and never raises.

        The caller bounds the time.
        """
        try:
            answer = await self._post(f"api/jobs/{prompt_id}/cancel", {})
            if answer.status in _NO_JOBS_API:
                await self._post("queue", {"delete": [prompt_id]})
                waits = in_queue(await self._json("queue"), prompt_id)
                if waits is not None and waits.position is None:  # else it would stop whoever runs
                    await self._post("interrupt", {"prompt_id": prompt_id})
            while in_queue(await self._json("queue"), prompt_id):  # noqa: ASYNC110 - no event of ours
                await asyncio.sleep(_GONE_PAUSE)
        except EngineError:
            return

    async def _listed(self, path: str) -> Any:
        """Return a list; None where there is none: a broken one is no reason to do without the server."""
        answer = await self._get(path)
        with suppress(EngineFaultError):
            answer.raise_for_status()
        return answer.json_or_none() if answer.ok else None

    async def _json(self, path: str) -> Any:
        answer = await self._get(path)
        answer.raise_for_status()
        if not answer.ok:
            raise EngineUnavailableError(reason="not_comfyui", status=answer.status)
        return answer.json()

    async def _get(self, path: str) -> Answer:
        return await self._connection.send("GET", path, timeouts=self._brief, answer_most=_LIST_MOST)

    async def _post(self, path: str, body: Any) -> Answer:
        return await self._connection.send(
            "POST", path, json=body, timeouts=self._brief, answer_most=_LIST_MOST
        )
