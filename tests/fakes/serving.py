"""A fake server as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from typing import Protocol


class Server(Protocol):
    """What the fakes have in common."""

    @property
    def url(self) -> str: ...

    async def start(self, port: int = 0) -> None: ...

    async def close(self) -> None: ...


def stop_signal() -> asyncio.Event:
    """Return what is set when the process is asked to end."""
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop


async def serve(fake: Server, port: int) -> None:
    """Print the server's address on one line when it is ready, and end at SIGTERM or Ctrl-C."""
    stop = stop_signal()
    await fake.start(port)
    try:
        print(fake.url, flush=True)
        await stop.wait()
    finally:
        await fake.close()
