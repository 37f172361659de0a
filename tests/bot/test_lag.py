"""The lag meter, in a loop whose time is told."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.lag import INTERVAL, KEPT, LagMeter
from tests.fakes.loop import VirtualTimeLoop


def measured(*delays: float) -> LagMeter:
    """Return a meter after a minute in which the loop was late by each of `delays`, one after the other."""
    meter = LagMeter()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        running = asyncio.create_task(meter.run())
        for delay in delays:
            loop.call_later(INTERVAL * 0.9, loop._jump, delay)
            await asyncio.sleep(INTERVAL * 4)
        running.cancel()
        await asyncio.wait([running])

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(run())
    return meter


def test_a_loop_in_time() -> None:
    assert LagMeter().worst == 0
    assert measured(0.0, 0.0).worst == pytest.approx(0, abs=0.001)


def test_the_worst_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert measured(0.0, 0.6, 0.1).worst == pytest.approx(0.6, abs=INTERVAL)
    assert caplog.messages == []


def test_a_long_one_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        measured(3.0)
    (message,) = caplog.messages
    assert "ms late: something blocks it" in message


def test_only_the_last_minute_counts() -> None:
    quiet = [0.0] * (KEPT // 4 + 2)
    assert measured(3.0, *quiet).worst < 0.1
