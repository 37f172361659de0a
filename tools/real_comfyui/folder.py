"""Where everything of the real ComfyUI is."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path(__file__).parents[2] / ".real_engine"

CHECKPOINT = "tiny-sd15.safetensors"
LORA = "tiny-lora.safetensors"


@dataclass(frozen=True)
class Folder:
    """The one folder, which can be deleted at any time."""

    root: Path = DEFAULT

    @property
    def environment(self) -> Path:
        return self.root / "venv"

    @property
    def python(self) -> Path:
        """The environment's Python. Never resolved: it is a link to one that has no packages."""
        if sys.platform == "win32":
            return self.environment / "Scripts" / "python.exe"
        return self.environment / "bin" / "python"

    @property
    def comfyui(self) -> Path:
        """The program, with main.py in it."""
        return self.root / "comfyui"

    @property
    def stubs(self) -> Path:
        """Packages that it imports and that nothing here uses."""
        return self.root / "stubs"

    @property
    def frontend(self) -> Path:
        return self.root / "frontend"

    @property
    def base(self) -> Path:
        """What it reads: the models, and no nodes of anybody's."""
        return self.root / "base"

    @property
    def work(self) -> Path:
        """What it writes where nobody says otherwise."""
        return self.root / "work"

    @property
    def checkpoint(self) -> Path:
        return self.base / "models" / "checkpoints" / CHECKPOINT

    @property
    def lora(self) -> Path:
        return self.base / "models" / "loras" / LORA
