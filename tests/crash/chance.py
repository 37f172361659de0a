"""Chance that can be had again."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "EASEL_TEST_SEED"


@contextmanager
def seeded() -> Iterator[random.Random]:
    """Give a source of chance, seeded from the environment or anew; a failure tells the seed."""
    seed = int(os.environ.get(VARIABLE) or random.SystemRandom().randrange(2**32))
    try:
        yield random.Random(seed)
    except BaseException as error:
        error.add_note(f"{VARIABLE}={seed} makes the same choices again")
        raise
