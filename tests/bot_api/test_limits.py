"""How much may be sent."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import RetryAfter

from tests.bot_api.helpers import broken
from tests.fakes.bot_api.limits import Limits
from tests.fakes.bot_api.server import FakeBotApi


def fill(limits: Limits, *, seconds: float, step: float, chats: int = 1, group: bool = False) -> int:
    """Send at a steady pace and return how many messages broke a limit."""
    count = round(seconds / step)
    return sum(limits.take(number % chats, number * step, group=group) is not None for number in range(count))


@pytest.mark.parametrize(
    ("seconds", "step", "chats", "group", "broken"),
    [
        (60, 1.0, 1, False, False),
        (60, 0.5, 1, False, True),
        (120, 3.0, 1, True, False),
        (120, 2.5, 1, True, True),
        (10, 1 / 30, 100, False, False),
        (10, 1 / 40, 100, False, True),
    ],
)
def test_paces(seconds: float, step: float, chats: int, group: bool, broken: bool) -> None:
    limits = Limits(refuse=True)
    assert (fill(limits, seconds=seconds, step=step, chats=chats, group=group) > 0) is broken


def test_a_short_burst_passes() -> None:
    limits = Limits(refuse=True)
    assert [limits.take(1, 0.0, group=False) is None for _ in range(6)] == [True] * 5 + [False]
    assert limits.take(2, 0.0, group=False) is None


async def test_a_limiter_refuses() -> None:
    now = [1_000_000.0]
    async with FakeBotApi(limits=True, clock=lambda: now[0]) as fake:
        fake.user(1001, started=True)
        bot = telegram.Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url)
        async with bot:
            first = await bot.send_message(1001, "0")
            for one in range(1, 5):
                await bot.edit_message_text(f"{one}", 1001, first.message_id)
            with pytest.raises(RetryAfter):
                await bot.send_message(1001, "x")
            assert fake.calls[-1].status == 429
            now[0] += 1.5
            await bot.send_message(1001, "y")
            await bot.send_chat_action(1001, "typing")
        assert broken(fake) == ["rate"]


async def test_what_is_not_refused_is_noted(bot_api: FakeBotApi, bot: telegram.Bot) -> None:
    bot_api.user(1001, started=True)
    for one in range(7):
        await bot.send_message(1001, f"{one}")
    assert len(broken(bot_api)) == 2
