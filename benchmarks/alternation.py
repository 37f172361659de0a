"""Measuring several sides in turn, so that what else the machine does falls on all of them."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: everything, or just enough to see that a program still runs."""

    quick: bool = False

    def pick(self, full: int, quick: int) -> int:
        """Return the size of a case."""
        return quick if self.quick else full

    @property
    def rounds(self) -> int:
        """Each gives two samples a side."""
        return self.pick(3, 1)


def alternate(sides: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Call the sides in order and then in reverse, A-B-B-A, `rounds` times.

    The samples of one index were taken beside each other: they can be compared in pairs.
    """
    samples: dict[str, list[T]] = {name: [] for name in sides}
    names = list(sides)
    for _ in range(rounds):
        for name in names + names[::-1]:
            gc.collect()
            samples[name].append(sides[name]())
    return samples


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder on the disk of the temporary files, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="easel-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
