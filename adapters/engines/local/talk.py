"""One order's talk with the child, to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from adapters.engines.local.order import Order
from adapters.engines.local.process import Child, ChildGoneError
from core.errors import (
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
)
from core.generation.engine import OnProgress
from core.generation.models import Progress

_ENDS = frozenset({"done", "failed"})


async def make(
    child: Child, order: Order, start: tuple[bytes, ...], on_progress: OnProgress, silence: float
) -> tuple[bytes, ...]:
    """Return the order's PNG files.

    Raises `EngineTimeoutError` after `silence` seconds without a word, `EngineFaultError` where the child
    dies or its library fails, `EngineUnavailableError` where it can't load the model, and
    `EngineRejectedError` where memory does not suffice. After any of them the child is to be dropped.
    """
    pictures: list[bytes] = []
    try:
        async with asyncio.timeout(silence):
            await child.send({"do": "make", "order": asdict(order)}, start)
        while True:
            async with asyncio.timeout(silence):
                frame = await child.receive()
            header = frame.header
            if header["is"] == "done":
                return tuple(pictures)
            if header["is"] == "failed":
                raise _failure(header)
            if header["is"] == "picture":
                pictures.extend(frame.pictures)
            elif header["steps"]:
                preview = frame.pictures[0] if frame.pictures else None
                on_progress(Progress(header["step"], header["steps"], preview=preview))
    except TimeoutError:
        raise EngineTimeoutError(seconds=silence) from None
    except ChildGoneError as error:
        raise EngineFaultError(reason="crashed", signal=error.signal) from None


async def stop(child: Child, order: Order, seconds: float) -> bool:
    """Tell the child to give the order up, and say whether it has in that time: else it is to be killed."""
    with suppress(TimeoutError, ChildGoneError):
        async with asyncio.timeout(seconds):
            await child.send({"do": "stop", "job": order.job})
            while True:
                if (await child.receive()).header["is"] in _ENDS:
                    return True
    return False


def _failure(header: Mapping[str, Any]) -> EngineError:
    match header["reason"]:
        case "out_of_memory":
            return EngineRejectedError(reason="out_of_memory")
        case "model":
            return EngineUnavailableError(reason="bad_model_file")
        case _:
            return EngineFaultError(reason="library", kind=header["kind"])
