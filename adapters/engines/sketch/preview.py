"""What is shown while a picture is painted: a small likeness of it that emerges from noise."""

import numpy as np
from PIL import Image

from adapters.engines.sketch.noise import Field
from adapters.engines.sketch.scene import stream

LONG_SIDE = 128
"""Pixels of the likeness; it is cheap, and its softness says that it is not the result."""


def small_size(width: int, height: int) -> tuple[int, int]:
    """The likeness's size for a picture of `width` x `height`."""
    scale = min(1.0, LONG_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class Preview:
    """Mixes a likeness with noise that thins out from step to step."""

    def __init__(self, likeness: Image.Image, size: tuple[int, int], key: bytes) -> None:
        self._likeness = np.asarray(likeness, dtype=np.float32)
        self._size = size
        shape = self._likeness.shape
        noise = stream(key, "noise").normal(128, 58, ((shape[0] + 1) // 2, (shape[1] + 1) // 2, 3))
        self._noise: Field = noise.repeat(2, 0).repeat(2, 1)[: shape[0], : shape[1]].astype(np.float32)

    def at(self, done: float) -> Image.Image:
        """The picture when the share `done` (0 to 1) of the steps is taken."""
        clear = np.float32(done**0.8)
        mixed = np.clip(self._likeness * clear + self._noise * (1 - clear), 0, 255).astype(np.uint8)
        return Image.fromarray(mixed).resize(self._size, Image.Resampling.BICUBIC)
