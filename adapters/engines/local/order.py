"""One job, as the child is told of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What to make, `count` times with one seed after another. The pictures to start from come beside it."""

    job: int
    """Counts up, so that a late answer is not taken for the next job's."""
    model_file: str
    decoder_file: str | None
    """A TAESD, or None for the model's own decoder."""
    threads: int
    """0 for all cores."""
    prompt: str
    negative_prompt: str
    width: int
    """Pixels, a multiple of `SIDE_STEP`, as is `height`."""
    height: int
    steps: int
    cfg_scale: float
    seed: int
    count: int
    strength: float
    sampler: str | None = None


SIDE_STEP = 64
"""Pixels: the library makes anything else larger."""
