"""The server as a process: `python -m tests.fakes.horde --port 0`. Prints its address when it is ready."""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.horde.requests import Knobs
from tests.fakes.horde.server import FakeHorde
from tests.fakes.serving import serve


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.horde")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--waits", type=int, default=2, help="looks until a request is taken")
    parser.add_argument("--works", type=int, default=1, help="looks after that until it is done")
    parser.add_argument("--fault", type=int, default=0, help="so many requests are faulted")
    parser.add_argument("--lose", type=int, default=0, help="so many requests are forgotten")
    parser.add_argument("--scale", type=float, default=1.0, help="of the rate limits' seconds")
    said = parser.parse_args()
    knobs = Knobs(waits=said.waits, works=said.works, fault=said.fault, lose=said.lose)
    fake = FakeHorde(scale=said.scale, knobs=knobs)
    await serve(fake, said.port)


if __name__ == "__main__":
    asyncio.run(main())
