"""The engines: what is left of their speed when servers fail, and how long their slots wait."""

from __future__ import annotations

from pathlib import Path

from benchmarks import engine_faults, engine_slots
from benchmarks.alternation import Scale
from benchmarks.figures import Figure


def measure(scale: Scale, folder: Path) -> list[Figure]:
    """In a folder each."""
    figures = []
    for part in (engine_faults, engine_slots):
        own = folder / part.__name__.rpartition(".")[2]
        own.mkdir()
        figures += part.measure(scale, own)
    return figures
