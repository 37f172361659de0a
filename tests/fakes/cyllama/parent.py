"""A parent that is to be killed: ``python -m tests.fakes.cyllama.parent MODEL``.

Prints the child's process id when the child has begun a picture that it will never finish.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.engine import LocalEngine
from core.generation.models import Progress
from tests.contracts.engines.local import COMMAND, types
from tests.contracts.engines.rig import Rig


async def main() -> None:
    model = Path(sys.argv[1])
    engine = LocalEngine(LocalSettings(model_file=model), model, command=COMMAND)

    def say(progress: Progress) -> None:
        child = engine._keeper.current
        assert child is not None
        print(child.pid, flush=True)

    await engine.generate(Rig(engine, types()).job(prompt="hang", steps=4), say)


if __name__ == "__main__":
    asyncio.run(main())
