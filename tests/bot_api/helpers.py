"""Pictures and updates for these tests."""

from __future__ import annotations

import io
import random

import telegram
from PIL import Image

from tests.fakes.bot_api.server import FakeBotApi


def png(width: int = 64, height: int = 48, colour: str = "red") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(data, "PNG")
    return data.getvalue()


def noise(width: int, height: int) -> bytes:
    """Return a PNG that does not shrink."""
    data = io.BytesIO()
    pixels = random.Random(1).randbytes(width * height * 3)
    Image.frombytes("RGB", (width, height), pixels).save(data, "PNG", compress_level=0)
    return data.getvalue()


def buttons(*labels: str) -> telegram.InlineKeyboardMarkup:
    return telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton(one, callback_data=one.lower()) for one in labels]]
    )


async def received(bot: telegram.Bot, offset: int = 0) -> list[telegram.Update]:
    """Poll once."""
    return list(await bot.get_updates(offset=offset, timeout=5, allowed_updates=telegram.Update.ALL_TYPES))


def kinds(fake: FakeBotApi) -> list[str]:
    return [one.kind for one in fake.updates.log]


def broken(fake: FakeBotApi) -> list[str]:
    """Return the kinds of the violations, and forget them."""
    found = [one.kind for one in fake.violations]
    fake.violations.clear()
    return found
