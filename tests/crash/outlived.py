"""The program as a process that others outlive: started, watched, and never left behind."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.program import environment

SETTINGS = {"worker__attempts": "10000", "points__starting_grant": "100000", "log__level": "ERROR"}
"""So that no task fails, whatever is killed how often, and nothing but a fault is logged."""


@asynccontextmanager
async def outlived(
    command: str,
    folder: Path,
    settings: Mapping[str, str],
    check: Callable[[str], None],
    *,
    stdin: int,
    stdout: int,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `easel command` while the block runs; `check` is given all that it said, but for what `stdout`
    sends elsewhere.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command,
        cwd=folder,
        env=environment({**SETTINGS, **settings}, measured=False),
        stdin=stdin,
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        printed, said = await process.communicate()
        check((printed or b"").decode() + said.decode())
