"""Which models are small enough for a machine without a graphics card."""

from __future__ import annotations

from collections.abc import Sequence

_SUITED = (
    "SD-Turbo: 1 step, cfg_scale 1, 512 x 512; about 2 GB as q8_0 GGUF",
    "SDXS-512-DreamShaper: 1 step, cfg_scale 1, 512 x 512, a third of that; converted to one file first",
    "DreamShaper 8 LCM: 4 steps, cfg_scale 1, sampler lcm, 512 x 512; about 2 GB in half precision",
)

_PACE = (
    "On two cores at 512 x 512, a step of Stable Diffusion 1.5's size takes about a minute, and decoding "
    "it one to two; name a TAESD as decoder_file, and that takes seconds. 256 x 256 takes a fifth of it all."
)


def suited_models() -> Sequence[str]:
    """Return one line for each model that suits a CPU, and last how long it takes there."""
    return (*_SUITED, _PACE)
