"""The server as a process: `python -m tests.fakes.automatic1111 --port 0 --dialect sd-server`.

Prints its address on one line when it is ready. Ends at SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.automatic1111.dialects import DIALECTS
from tests.fakes.automatic1111.server import FakeAutomatic1111
from tests.fakes.serving import serve


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.automatic1111")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--dialect", choices=sorted(DIALECTS), default="forge")
    parser.add_argument("--step-seconds", type=float, default=0.02, help="how long a step takes")
    parser.add_argument("--partial-seconds", type=float, default=0.2, help="how long an interrupt takes")
    said = parser.parse_args()
    fake = FakeAutomatic1111(said.dialect)
    fake.rendering.step_seconds = said.step_seconds
    fake.rendering.partial_seconds = said.partial_seconds
    await serve(fake, said.port)


if __name__ == "__main__":
    asyncio.run(main())
