"""A day in both chats, lived by a new member; docs/a-day.md is its transcript."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

from adapters.discord import gateway
from adapters.telegram import outbox
from core.delivery.pacing import Rate
from tests.e2e.day import on_discord, on_telegram
from tests.e2e.telegram.house import House
from tests.fakes.bot_api.fixture import bot_api
from tests.fakes.bot_api.server import FakeBotApi

__all__ = ["bot_api"]

PAGE = Path(__file__).parents[2] / "docs" / "a-day.md"
WRITE = "EASEL_WRITE_DOCS"

OPENING = """\
# A day in both chats

This is what a new member sees in a day with Easel, first on Telegram and then on Discord: every message,
button and refusal, as a run of the tests wrote it down. Task ids, seeds and times are the same in every run.
"""


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the pace that the platforms ask for: other tests are about that."""
    for module in (outbox, gateway):
        monkeypatch.setattr(module, "EDIT_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "PER_CHAT", Rate(1000, 1.0))
    monkeypatch.setattr(gateway, "CHAT_RATE", Rate(1000, 1.0))


@pytest.mark.e2e
@pytest.mark.slow
async def test_a_day_on_telegram(bot_api: FakeBotApi, tmp_path: Path) -> None:
    bot_api.allow("rate")
    house = House(bot_api, tmp_path)
    try:
        lived = await on_telegram.day(house)
    finally:
        if hasattr(house, "store"):
            await house.stop()
    compare("On Telegram", lived)


@pytest.mark.e2e
@pytest.mark.slow
async def test_a_day_on_discord() -> None:
    compare("On Discord", await on_discord.day())


def compare(title: str, lived: str) -> None:
    """Fail where the page says something else; with EASEL_WRITE_DOCS=1, write it anew instead."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else OPENING
    written = sections(page)
    if os.environ.get(WRITE) == "1":
        written[title] = lived
        parts = [OPENING, *(written[one] for one in ORDER if one in written)]
        PAGE.write_text("\n".join(parts), encoding="utf-8")
        return
    assert page.startswith(OPENING), _stale(f"docs/{PAGE.name} has another opening.", "")
    if written.get(title) != lived:
        there, here = written.get(title, "").splitlines(), lived.splitlines()
        differences = "\n".join(difflib.unified_diff(there, here, PAGE.name, "this run", lineterm=""))
        pytest.fail(_stale(f'"{title}" in docs/{PAGE.name} is not what this run showed.', differences))


def _stale(what: str, differences: str) -> str:
    how = f"Where the change is meant, write it anew: {WRITE}=1 make test ARGS=tests/e2e/test_day.py"
    return f"{what} {how}\n{differences}"


ORDER = ("On Telegram", "On Discord")


def sections(page: str) -> dict[str, str]:
    """Return the page's sections by their titles."""
    parts = page.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}
