"""Many at once, under Telegram's limits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.telegram.house import House, cards, painting
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi


@pytest.mark.slow
async def test_everybody_is_answered_at_once_and_no_limit_is_broken(tmp_path: Path) -> None:
    async with FakeBotApi(limits=True) as fake:
        house = House(fake, tmp_path)
        await house.start()
        house.engine.default = painting(steps=5)
        try:
            people = [fake.user(1000 + number, name=f"P{number}") for number in range(40)]
            groups = [fake.group(f"G{number}", members=tuple(people)) for number in range(8)]
            for number, one in enumerate(people):
                await one.send("/generate a red fox", chat=groups[number % 8] if number < 32 else None)
            homes: list[Group | Person] = [*groups, *people[32:]]
            requests = [one for home in homes for one in fake.history(home) if one.sender != fake.me]

            def heard() -> bool:
                answered = {id(one.reply_to) for home in homes for one in fake.from_bot(home)}
                return all(id(one) in answered or bool(one.reactions) for one in requests)

            await fake.wait(heard, 4)
            await fake.wait(
                lambda: sum(1 for home in homes for one in cards(fake, home) if one.media) == 40, 60
            )
            assert all(len(cards(fake, home)) == (4 if home in groups else 1) for home in homes)
        finally:
            await house.stop()
        assert not fake.violations, "\n".join(map(str, fake.violations))
        assert not [one for one in fake.calls if one.status == 429]


async def test_a_store_that_fails_loses_nothing(house: House, bot_api: FakeBotApi) -> None:
    """An update that can't be stored is not confirmed, and comes again."""
    ann = bot_api.user(1001)
    await house.store.aclose()
    await ann.send("/generate a red fox")
    await bot_api.wait(lambda: len(bot_api.called("getUpdates")) > 3)
    await asyncio.sleep(0)
    assert bot_api.updates.fresh()
    await house.store.open()
    await house.finished(ann, 15)
    assert len(await house.tasks(ann)) == 1
