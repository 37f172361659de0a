"""Easel behind the fake, by polling and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.telegram.house import House
from tests.fakes.bot_api.fixture import bot_api
from tests.fakes.bot_api.server import FakeBotApi

__all__ = ["bot_api"]


@pytest.fixture
async def closed_house(bot_api: FakeBotApi, tmp_path: Path) -> AsyncIterator[House]:
    """Not started yet, and polling."""
    house = House(bot_api, tmp_path)
    yield house
    if hasattr(house, "store"):
        await house.stop()


@pytest.fixture
async def house(closed_house: House) -> House:
    await closed_house.start()
    return closed_house


@pytest.fixture(params=["polling", "webhook"])
async def either(request: pytest.FixtureRequest, closed_house: House) -> House:
    """Started, by polling and by webhook."""
    closed_house.webhook = request.param == "webhook"
    await closed_house.start()
    return closed_house
