"""A server of each kind, with an engine in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.adapters.engines.automatic1111.bench import Bench, a_bench


@pytest_asyncio.fixture
async def forge() -> AsyncIterator[Bench]:
    async with a_bench() as bench:
        yield bench


@pytest_asyncio.fixture
async def plain() -> AsyncIterator[Bench]:
    async with a_bench("sd-server") as bench:
        yield bench
