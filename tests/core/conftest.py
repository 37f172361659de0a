"""The core's tests run on virtual time: nothing sleeps, and every timer is still honoured in its order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.fakes.loop import VirtualTimeLoop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual": VirtualTimeLoop}
