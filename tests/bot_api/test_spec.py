"""The published description as a judge of requests."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.bot_api.helpers import broken
from tests.fakes.bot_api import spec
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi

needs_spec = pytest.mark.skipif(spec.load() is None, reason="there is no copy of the specification here")


@needs_spec
@pytest.mark.parametrize(
    ("method", "values", "words"),
    [
        ("sendMessage", {"chat_id": 1, "text": "x"}, None),
        ("sendMessage", {"chat_id": "@cats", "text": "x", "reply_parameters": {"message_id": 1}}, None),
        ("sendMessage", {"text": "x"}, "missing parameter chat_id"),
        ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}, "unknown parameter colour"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": "1"}}, "no Integer"),
        ("sendMessage", {"chat_id": 1, "text": "x", "protect_content": "yes"}, "no Boolean"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "date": 1}]]}},
            "unknown field",
        ),
        ("editMessageMedia", {"media": {"type": "photo", "media": "id"}}, None),
        ("editMessageMedia", {"media": {"type": "photo"}}, "missing field"),
        ("editMessageMedia", {"media": {"type": "photo", "media": "attach://a"}}, "no file for attach://a"),
        ("sendPhoto", {"chat_id": 1}, "missing parameter photo"),
        ("setMyCommands", {"commands": [{"command": "x"}]}, "missing field"),
        ("sendNothing", {}, "no such method"),
    ],
)
def test_requests(method: str, values: dict[str, Any], words: str | None) -> None:
    judge = spec.load()
    assert judge is not None
    faults = judge.request(method, values, set())
    assert (words is None and faults == []) or (words is not None and words in " ".join(faults))


def test_without_a_copy_nothing_is_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("EASEL_SPECS", str(tmp_path))
    spec.load.cache_clear()
    assert spec.load() is None
    spec.load.cache_clear()


@needs_spec
async def test_the_server_notes_what_the_judge_says(bot_api: FakeBotApi, ann: Person) -> None:
    """JSON bodies are read, too."""
    url = f"{bot_api.base_url}{bot_api.token}/sendmessage"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"chat_id": 1001, "text": "x", "colour": "red"}) as answer:
            assert (await answer.json())["result"]["text"] == "x"
        async with session.get(url, params={"chat_id": "1001", "text": "y"}) as answer:
            assert answer.status == 200
    assert [one.text for one in bot_api.history(ann)] == ["x", "y"]
    assert broken(bot_api) == ["spec"]
