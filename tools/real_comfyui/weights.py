"""Random weights in a safetensors file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]

_BYTES = 2
"""Of one weight: 16-bit floating point."""


def write(path: Path, shapes: Mapping[str, Shape], *, seed: int = 0) -> None:
    """Write tensors of these shapes. The file is there whole or not at all; its folder is made."""
    header: dict[str, object] = {}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + _BYTES * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": (start, end)}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the format wants the weights to begin at a multiple of 8
    chance = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name, shape in shapes.items():
            file.write(_weights(name, shape, chance).tobytes())
    part.replace(path)


def _weights(name: str, shape: Shape, chance: np.random.Generator) -> NDArray[np.float16]:
    """Return random numbers that neither drown a signal nor blow it up; scales are 1, and shifts 0."""
    if name.endswith((".bias", ".vae_shift")):
        return np.zeros(shape, np.float16)
    if len(shape) <= 1:
        return np.ones(shape, np.float16)
    inputs = math.prod(shape[1:])
    return (chance.standard_normal(shape, np.float32) / math.sqrt(inputs)).astype(np.float16)
