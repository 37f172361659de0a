"""Ending things in good order."""

from __future__ import annotations

import asyncio

import pytest

from adapters.engines.horde.settled import settled, unbroken
from core.errors import EngineFaultError


async def never() -> None:
    await asyncio.Event().wait()


async def test_work_that_never_ends_is_ended() -> None:
    async with asyncio.timeout(1):
        await settled(never(), 0.01)


async def test_a_sending_that_never_ends_holds_a_cancelled_job_for_so_long_only() -> None:
    sending = asyncio.create_task(unbroken(never(), 0.01))
    await asyncio.sleep(0)
    sending.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert len(asyncio.all_tasks()) == 1  # nothing goes on behind it


async def test_what_a_sending_raises_is_raised() -> None:
    async def fails() -> None:
        raise EngineFaultError(reason="answer")

    with pytest.raises(EngineFaultError):
        await unbroken(fails(), 1)
    await settled(fails(), 1)  # but not what an ending raises
