"""The server as a process: `python -m tests.fakes.openai_images --port 0 --like sd-server`.

Prints its address on one line when it is ready. Ends at SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.openai_images.server import CHARACTERS, FakeImagesServer
from tests.fakes.serving import serve


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.openai_images")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--like", choices=sorted(CHARACTERS), default="openai")
    parser.add_argument("--key", help="refuse calls without it")
    said = parser.parse_args()
    fake = FakeImagesServer(CHARACTERS[said.like](), key=said.key)
    await serve(fake, said.port)


if __name__ == "__main__":
    asyncio.run(main())
