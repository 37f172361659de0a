"""Pictures that members attach: how large, and how many at a time."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.discord.calls import Calls
from core.errors import InvalidRequestError
from tests.e2e.discord.house import a_png
from tests.fakes.world import a_world


class Reads:
    def __init__(self) -> None:
        self.now = self.most = self.total = 0

    async def read(self) -> bytes:
        self.now += 1
        self.total += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return a_png()


def an_attachment(reads: Reads, size: int = 100) -> Any:
    return SimpleNamespace(content_type="image/png", size=size, read=reads.read)


async def test_few_pictures_are_read_at_a_time() -> None:
    calls, reads = Calls(a_world().images, frozenset()), Reads()
    await asyncio.gather(*(calls.accepted(an_attachment(reads)) for _ in range(12)))
    assert (reads.most, reads.total) == (4, 12)


async def test_a_picture_that_is_too_large_is_not_read() -> None:
    calls, reads = Calls(a_world().images, frozenset(), 2**20), Reads()
    with pytest.raises(InvalidRequestError) as caught:
        await calls.accepted(an_attachment(reads, 2**20 + 1))
    assert caught.value.problems[0].reason == "too_many_bytes"
    assert not reads.total
