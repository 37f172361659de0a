"""The stores that every contract of a store is run on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.storage.memory import MemoryStore
from adapters.storage.sqlite import SqliteStore


@pytest.fixture(params=["sqlite", "memory"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MemoryStore | SqliteStore]:
    made = SqliteStore(tmp_path / "easel.db") if request.param == "sqlite" else MemoryStore()
    async with made:
        yield made
