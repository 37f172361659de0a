"""A console at the terminal that this is started in; for the tests of the terminal, and to look at."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

from core.generation.service import Limits
from tests.adapters.console.house import House


async def main(root: Path, once: str | None) -> int:
    if os.environ.get("HERE"):
        os.chdir(root)
    house = House(root, limits=Limits(per_account=100))
    if os.environ.get("PAUSED"):
        await house.once("/pause")
    console = house.console(sys.stdin, sys.stdout, at_terminal=True, notice="This is a test.")
    async with house.at_work(console):
        return await (console.run() if once is None else console.once(once))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    sys.exit(asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)))
