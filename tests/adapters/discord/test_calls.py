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


CDN = "https://cdn.discordapp.com/attachments/1/2/fox.png?ex=1"


def an_attachment(reads: Reads, size: int = 100, url: str = CDN) -> Any:
    return SimpleNamespace(content_type="image/png", size=size, read=reads.read, url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/fox.png",
        "https://cdn.discordapp.com.evil.example/fox.png",
        "https://evil.example/cdn.discordapp.com/fox.png",
        "https://cdn.discordapp.com@evil.example/fox.png",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_picture_is_fetched_from_discord_and_nowhere_else(url: str) -> None:
    calls, reads = Calls(a_world().images, frozenset()), Reads()
    with pytest.raises(InvalidRequestError):
        await calls.accepted(an_attachment(reads, url=url))
    assert not reads.total


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
