"""Two independent clients of the server: python-telegram-bot's and aiogram's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.fakes.bot_api.fixture import bot_api
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi

__all__ = ["bot_api"]


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `retry_after` as a timedelta: the library warns whoever reads it as a number."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def bot(bot_api: FakeBotApi) -> AsyncIterator[telegram.Bot]:
    one = telegram.Bot(bot_api.token, base_url=bot_api.base_url, base_file_url=bot_api.base_file_url)
    async with one:
        yield one


@pytest.fixture
async def strict(bot_api: FakeBotApi) -> AsyncIterator[aiogram.Bot]:
    """The client whose models refuse what is not exactly an answer of the Bot API."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(bot_api.url))
    one = aiogram.Bot(bot_api.token, session=session)
    yield one
    await session.close()


@pytest.fixture
def ann(bot_api: FakeBotApi) -> Person:
    return bot_api.user(1001, name="Ann", username="ann", started=True)


@pytest.fixture
def bob(bot_api: FakeBotApi) -> Person:
    return bot_api.user(1002, name="Bob", started=True)
