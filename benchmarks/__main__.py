"""``python -m benchmarks``: measure, and print a table with the goals beside the figures."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import chats, engines, history, lifecycles, pauses, peers, pickup, startup
from benchmarks.alternation import Scale, scratch_folder
from benchmarks.figures import Figure, Report
from benchmarks.machine import OthersMeter, describe, load
from benchmarks.table import missed, render, render_markdown

Program = Callable[[Scale, Path], list[Figure]]

PROGRAMS: Mapping[str, Program] = {
    "lifecycles": lifecycles.measure,
    "peers": peers.measure,
    "pickup": pickup.measure,
    "history": history.measure,
    "startup": startup.measure,
    "pauses": pauses.measure,
    "chats": chats.measure,
    "engines": engines.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the programs that are named, or all. A goal that is missed is said, and is no failure."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(PROGRAMS):
        parser.error(f"no such program: {', '.join(sorted(unknown))}")
    scale = Scale(quick=asked.quick)
    print(describe())
    if scale.quick:
        print("quick: sizes that show that the programs run; the figures mean nothing", flush=True)
    reports = []
    for name in asked.names or PROGRAMS:
        report = _run(name, scale)
        reports.append(report)
        print(f"\n{render(report)}", flush=True)
    misses = missed(reports)
    print("\nevery goal is met" if not misses else "\nmissed: " + "; ".join(misses))
    if asked.json is not None:
        machine = {"machine": describe(), "quick": scale.quick}
        asked.json.write_text(
            json.dumps({**machine, "reports": [report.as_json() for report in reports]}, indent=1),
            encoding="utf-8",
        )
    if asked.markdown is not None:
        sections = [f"{describe()}\n", *map(render_markdown, reports)]
        asked.markdown.write_text("\n".join(sections), encoding="utf-8")
    return 0


def _run(name: str, scale: Scale) -> Report:
    before, others, began = load(), OthersMeter(), time.perf_counter()
    with scratch_folder() as folder:
        figures = PROGRAMS[name](scale, folder)
    return Report(
        program=name,
        figures=figures,
        load_before=before,
        load_after=load(),
        others_share=others.share(),
        seconds=time.perf_counter() - began,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(PROGRAMS))
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables to FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
