"""What a server's answer to a job means: its pictures, or what went wrong. None of its words go further."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from adapters.engines.automatic1111.order import Order
from adapters.engines.wire.connection import Answer
from core.errors import EngineFaultError, EngineRejectedError, EngineUnavailableError

_MEMORY = re.compile(r"out ?of ?memory|can't allocate memory", re.IGNORECASE)
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,60}")
_TEXT_MOST = 20_000
"""Characters of an error that are looked at: its traceback comes with it."""


async def raise_for(answer: Answer, order: Order) -> None:
    """Raise what the answer's error means, whatever its shape; 2xx passes. Raises `EngineError`s only."""
    if answer.ok:
        return
    found = await asyncio.to_thread(answer.json_or_none)
    table = found if isinstance(found, dict) else {}
    if _MEMORY.search(_said(table, answer)):
        raise EngineRejectedError(reason="out_of_memory")
    detail = table.get("detail")
    if isinstance(detail, str):
        _raise_for_detail(detail, order)
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise EngineRejectedError(reason="value", name=_field(detail))
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
        raise EngineFaultError(reason="not_offered")
    answer.raise_for_status()
    raise EngineFaultError(reason="status", status=answer.status)


async def table_of(answer: Answer) -> Mapping[str, Any]:
    """Return the answer's JSON object. Raises `EngineFaultError`."""
    found = await asyncio.to_thread(answer.json)
    if not isinstance(found, dict):
        raise EngineFaultError(reason="not_json", status=answer.status)
    return found


def _raise_for_detail(detail: str, order: Order) -> None:
    """Raise for the sentences of `HTTPException` that these servers are known by."""
    match detail:
        case "Invalid encoded image" | "Init image not found":
            raise EngineRejectedError(reason="input_image")
        case "Sampler not found":
            _raise_unknown("sampler", order.sampler)
        case "Model not found" if order.model is not None and order.is_default:
            raise EngineUnavailableError(reason="default_model", name=order.model.name)
        case "Model not found":
            _raise_unknown("model", order.model.name if order.model else None)


def _raise_unknown(reason: str, name: str | None) -> NoReturn:
    if name is None:  # nobody asked for one: the server lost its own
        raise EngineFaultError(reason="status", status=int(HTTPStatus.NOT_FOUND))
    raise EngineRejectedError(reason=reason, name=name)


def _field(detail: Any) -> str | None:
    """Return the field that pydantic refused: the last name of the first place that it lists."""
    first = detail[0] if isinstance(detail, list) and detail else None
    place = first.get("loc") if isinstance(first, dict) else None
    names = [one for one in place if isinstance(one, str)] if isinstance(place, list) else []
    names = [one for one in names if one != "body" and _FIELD.fullmatch(one)]
    return names[-1] if names else None


def _said(table: Mapping[str, Any], answer: Answer) -> str:
    """Return an error's own texts, wherever the server put them."""
    texts = [
        table[key] for key in ("error", "errors", "message", "detail") if isinstance(table.get(key), str)
    ]
    if not table:
        texts = [answer.body[:_TEXT_MOST].decode("utf-8", "replace")]
    return " ".join(texts)[:_TEXT_MOST]
