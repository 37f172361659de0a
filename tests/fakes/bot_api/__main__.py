"""The server as a process: `python -m tests.fakes.bot_api --port 0 --token 42:T --state-file where.json`.

Prints one line of JSON when it is ready: url, base_url, base_file_url, control, token. Ends at SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from tests.fakes.bot_api.control import Control
from tests.fakes.bot_api.server import TOKEN, FakeBotApi


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.bot_api")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--username", default="easel_bot")
    parser.add_argument("--limits", action="store_true", help="answer 429 beyond the platform's rates")
    parser.add_argument("--no-privacy", action="store_true", help="the bot sees everything in groups")
    parser.add_argument("--state-file", type=Path, help="where to write the addresses as well")
    said = parser.parse_args()

    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    fake = FakeBotApi(
        token=said.token, username=said.username, limits=said.limits, privacy=not said.no_privacy
    )
    await fake.start(said.host, said.port, *Control(fake).routes())
    try:
        state = json.dumps(
            {
                "url": fake.url,
                "base_url": fake.base_url,
                "base_file_url": fake.base_file_url,
                "control": f"{fake.url}/control",
                "token": fake.token,
            }
        )
        if said.state_file:
            new = said.state_file.with_suffix(".new")
            new.write_text(state, encoding="utf-8")
            new.replace(said.state_file)
        print(state, flush=True)
        await stop.wait()
    finally:
        await fake.close()


if __name__ == "__main__":
    asyncio.run(main())
