"""Easel with a folder of its own, in front of the real ComfyUI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.crash.invariants import State, check_settled, read
from tests.e2e.program import NONE, Finished, Program, easel
from tests.real_engine.comfyui.site import ComfyUI

SIDE = 64
SMALL = f"--w {SIDE} --h {SIDE} --steps 2 --seed 7"

LONG_STEPS = 40
"""Take some seconds, and are made one by one."""

LONG = f"--w {SIDE} --h {SIDE} --steps {LONG_STEPS}"
"""Without a seed: what ComfyUI has made once, it has at once."""

BEGUN = r"step \d+ of"
"""In the line that shows that a picture is being made: not every step has one."""


@dataclass(frozen=True)
class House:
    """Each program that it starts goes on with what the one before has left."""

    folder: Path
    comfyui: ComfyUI

    def told(self, *lines: str, settings: Mapping[str, str] = NONE) -> Finished:
        """Return what Easel says to these lines, when all that they ask for is done."""
        text = "".join(f"{line}\n" for line in lines)
        return easel("console", folder=self.folder, stdin=text, settings=self._with(settings))

    def check(self, *, settings: Mapping[str, str] = NONE) -> Finished:
        """Return what `easel check --live` says."""
        return easel("check", "--live", folder=self.folder, settings=self._with(settings))

    def program(self, command: str = "console") -> Program:
        return Program(command, folder=self.folder, settings=self._with(NONE), measured=False)

    def made(self, line: str, settings: Mapping[str, str] = NONE) -> Image.Image:
        """Return the one picture that comes of a line."""
        done = self.told(line, settings=settings)
        assert (done.code, done.err) == (0, ""), done
        (path,) = done.images()
        return opened(path)

    def state(self) -> State:
        return read(self.folder / "data")

    def settled(self) -> State:
        """Return what there is when nothing is left to do, and every point is where it belongs."""
        state = self.state()
        check_settled(state)
        return state

    def _with(self, settings: Mapping[str, str]) -> dict[str, str]:
        return {"comfyui__url": self.comfyui.url, "points__starting_grant": "10000", **settings}


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image
