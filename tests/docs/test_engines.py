"""The table of docs/engines.md is made from what the engines say of themselves.

`EASEL_WRITE_DOCS=1` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path

from bot.engines import READERS
from core.generation.engine import Cancels, Reports
from core.generation.types.folder import builtin_types
from tests.contracts.engines.rig import Rig, openers

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
BEGIN, END = "<!-- capabilities:begin -->\n", "<!-- capabilities:end -->"

CANCELS = {
    Cancels.NOTHING: "what waits in Easel",
    Cancels.QUEUED: "what has not begun there",
    Cancels.RUNNING: "what runs, too",
}
REPORTS = {
    Reports.NOTHING: "nothing",
    Reports.PERCENT: "place and wait, or a share",
    Reports.STEPS: "steps",
    Reports.PREVIEWS: "steps and previews",
}


def line(kind: str, rig: Rig) -> str:
    types = [one.name for one in builtin_types(READERS) if kind in one.recipes]
    known = rig.engine.capabilities()
    names = [
        name
        for name, some in (("models", known.models), ("samplers", known.samplers), ("LoRAs", known.loras))
        if some
    ]
    cells = [
        f"`{kind}`",
        ", ".join(types),
        REPORTS[known.reports],
        CANCELS[known.cancels],
        ", ".join(names) or "none",
        str(known.side_step),
    ]
    return f"| {' | '.join(cells)} |"


async def table() -> str:
    lines = [
        "| engine | makes | tells of a job | can be made to stop | lists | sides in multiples of |",
        "|---|---|---|---|---|---|",
    ]
    rigs = openers()
    for kind in READERS:
        async with rigs["openai_images" if kind == "openai" else kind]() as rig:
            await rig.engine.probe()
            lines.append(line(kind, rig))
    return "\n".join(lines) + "\n"


async def test_the_table_is_what_the_engines_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    written, _, after = rest.partition(END)
    made = await table()
    if os.environ.get("EASEL_WRITE_DOCS"):
        PAGE.write_text(f"{before}{BEGIN}{made}{END}{after}", encoding="utf-8")
        return
    assert written == made
