"""Several processes on one file."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from adapters.storage.sqlite import SqliteStore

ROOT = Path(__file__).parents[3]
WRITER = """
import asyncio, sys
from pathlib import Path
from adapters.storage.sqlite import SqliteStore
from core.ids import TaskId
from tests.fakes.builders import a_task

async def main(path, name):
    async with SqliteStore(Path(path), synchronous="NORMAL", busy_timeout=60) as store:
        for number in range(50):
            await store.write(lambda tx: tx.tasks.add(a_task(id=TaskId(f"{name}{number}"))))

asyncio.run(main(*sys.argv[1:]))
"""


def test_processes_share_a_file_that_none_had_made_before(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with ExitStack() as stack:
        command = [sys.executable, "-W", "error", "-c", WRITER, str(path)]
        writers = [
            stack.enter_context(subprocess.Popen([*command, name], cwd=ROOT)) for name in ("a", "b", "c", "d")
        ]
        assert [writer.wait() for writer in writers] == [0, 0, 0, 0]

    async def count() -> int:
        async with SqliteStore(path) as store:
            return await store.read(lambda tx: tx.tasks.count_pending())

    assert asyncio.run(count()) == 200
