"""The server as a pytest fixture: `from tests.fakes.bot_api.fixture import bot_api` in a conftest."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.fakes.bot_api.server import FakeBotApi


@pytest_asyncio.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    """A server of the test's own. A broken limit that the test did not `allow` fails it at the end."""
    async with FakeBotApi() as fake:
        yield fake
    assert not fake.violations, "\n".join(map(str, fake.violations))
