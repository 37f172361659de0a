"""The world that all these tests are in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.horde.world import World, a_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with a_world() as world:
        yield world
