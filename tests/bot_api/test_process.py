"""The server as a process."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest
import telegram

from tests.bot_api.helpers import buttons, png, received
from tests.fakes.bot_api.process import BotApiProcess

pytestmark = pytest.mark.e2e


async def test_a_conversation_over_the_control_interface(tmp_path: Path) -> None:
    where = tmp_path / "state.json"
    async with BotApiProcess("--token", "7:secret", "--state-file", str(where)) as remote:
        assert json.loads(where.read_text(encoding="utf-8")) == remote.state
        await remote.do("user", id=1001, name="Ann")
        await remote.do("send", user=1001, text="/generate cat")
        picture = base64.b64encode(png()).decode()
        await remote.do("send_photo", user=1001, data=picture, caption="this")
        async with telegram.Bot(
            remote.token, base_url=remote.base_url, base_file_url=remote.base_file_url
        ) as bot:
            first, second = await received(bot)
            assert first.message
            assert second.message
            assert second.message.photo
            await remote.do("fault", method="sendMessage", kind=500)
            with pytest.raises(telegram.error.NetworkError):
                await bot.send_message(1001, "x")
            sent = await bot.send_message(1001, "here", reply_markup=buttons("Go"))

            shown = await remote.until(lambda found: found["messages"][2], "history", chat=1001)
            assert (shown["text"], shown["buttons"]) == ("here", [["Go"]])
            press = asyncio.create_task(
                remote.do("press", user=1001, chat=1001, message_id=sent.message_id, label="Go")
            )
            (update,) = await received(bot, second.update_id + 1)
            assert update.callback_query
            await update.callback_query.answer("pressed")
            assert (await press)["text"] == "pressed"
            await bot.send_photo(1001, png(), filename="a.png")

        last = (await remote.do("history", chat=1001))["messages"][-1]
        data = await remote.do("picture", chat=1001, message_id=last["message_id"])
        assert data.startswith(b"\xff\xd8")
        calls = (await remote.do("calls", method="sendMessage"))["calls"]
        assert [one["status"] for one in calls] == [500, 200]
        assert (await remote.do("violations"))["violations"] == []
        await remote.do("block", user=1001)
        with pytest.raises(AssertionError, match="blocked"):
            await remote.do("send", user=1001, text="x")
        group = await remote.do("group", title="Cats", members=[1001])
        sent = await remote.do("send", user=1001, chat=group["chat"], text="/start")
        assert sent["chat"] == group["chat"]
        with pytest.raises(AssertionError, match="no such action"):
            await remote.do("dance")
