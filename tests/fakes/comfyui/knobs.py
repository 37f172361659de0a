"""How the fake server behaves; each can be set before it starts and while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Knobs:
    version: str = "0.33.0"
    """Or 0.3.75, the older one."""
    step_seconds: float = 0.001
    models: list[str] = field(default_factory=lambda: ["sd15.safetensors", "sdxl/base.safetensors"])
    loras: list[str] = field(default_factory=lambda: ["snow.safetensors", "styles/ink.safetensors"])
    fail_every: int = 0
    """Each so many-th job breaks with `failure`; 0 for none."""
    failure: tuple[str, str] = ("RuntimeError", "mat1 and mat2 in /srv/secret/ComfyUI/nodes.py")
    """Type and message of the exception."""
    stall_after: int = 0
    """From its so many-th job on, it takes connections and never answers again; 0 for never."""
    history_late: float = 0.0
    """Seconds between the frame that tells of a success and the history."""
    cached: bool = False
    """A graph that was made before is not made again: no progress, and the old file."""
    upload_most: int = 100 * 2**20
    """Bytes of a file."""
    lose_answers: int = 0
    """To so many of the next graphs: they are taken, and the connection breaks before the answer."""
    names_jobs: bool = False
    """It gives jobs ids of its own, as servers did before clients could choose them."""
    wrong_size: bool = False
    """Pictures have half the size that was asked for."""

    @property
    def is_new(self) -> bool:
        return tuple(map(int, self.version.split(".")[:2])) >= (0, 33)
