"""The pictures in an answer, and whether they are what was asked for: servers replace things silently."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from adapters.engines.automatic1111.answers import table_of
from adapters.engines.automatic1111.lists import stem
from adapters.engines.automatic1111.order import Order
from adapters.engines.automatic1111.survey import Offer
from adapters.engines.wire.connection import Answer
from adapters.engines.wire.pictures import checked, decoded
from core.errors import EngineFaultError
from core.generation.engine import EngineJob, EngineResult


async def result_of(answer: Answer, order: Order, offer: Offer, job: EngineJob) -> EngineResult:
    """Return the job's pictures.

    Raises `EngineFaultError` with the reason `replaced` (and what, as `name`) where another sampler or
    model was used than the one asked for, and as `wire.pictures.checked` where the pictures are not
    the asked ones.
    """
    table = await table_of(answer)
    info = await asyncio.to_thread(_info, table.get("info"))
    model = _model(info, order, offer)
    _check_sampler(info, order, offer)
    texts = table.get("images") or [table[name] for name in ("image",) if table.get(name)]
    if not isinstance(texts, list) or len(texts) > order.number:
        given = len(texts) if isinstance(texts, list) else 0
        raise EngineFaultError(reason="wrong_number", asked=order.number, given=given)
    pictures = [await decoded(text) for text in texts]
    images = await checked(pictures, order.size, number=order.number)
    return EngineResult(images, seed=_seed(info, job), model=model)


def _info(text: Any) -> Mapping[str, Any]:
    """Return what the server says of the pictures: JSON in a string, which may be empty."""
    try:
        found = json.loads(text) if isinstance(text, str) and text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _model(info: Mapping[str, Any], order: Order, offer: Offer) -> str | None:
    """Return the model that was used, as far as is known. Raises `EngineFaultError`."""
    told = info.get("sd_model_name")
    if not isinstance(told, str) or not told:
        return order.model.name if order.model else offer.loaded
    if order.model is not None:
        if not order.model.is_called(told) and not order.model.is_called(stem(told)):
            raise EngineFaultError(reason="replaced", name="model")
        return order.model.name
    found = offer.names.model_called(told) or offer.names.model_called(stem(told))
    return found.name if found else offer.loaded


def _check_sampler(info: Mapping[str, Any], order: Order, offer: Offer) -> None:
    told = info.get("sampler_name")
    if order.sampler and isinstance(told, str) and told and not offer.names.is_sampler(order.sampler, told):
        raise EngineFaultError(reason="replaced", name="sampler")


def _seed(info: Mapping[str, Any], job: EngineJob) -> int:
    """Return the first picture's seed as the server tells it."""
    told = info.get("seed")
    is_told = isinstance(told, int) and not isinstance(told, bool) and told >= 0
    return told if is_told and isinstance(told, int) else job.seed
