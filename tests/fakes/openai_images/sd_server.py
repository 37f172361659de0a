"""stable-diffusion.cpp's sd-server: string errors, seed and steps from a tag in the prompt, one model."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.fakes.openai_images.asked import Asked
from tests.fakes.openai_images.errors import string_error
from tests.fakes.openai_images.pictures import Size, painted, redrawn

_TAG = re.compile("<sd_cpp_extra_args>(.*?)</sd_cpp_extra_args>")
STEP = 64


@dataclass(frozen=True)
class Run:
    """What a picture was really made of."""

    prompt: str
    seed: int
    steps: int
    strength: float
    size: Size


@dataclass
class SdServer:
    """Ignores what it does not know, and a size that it can't read."""

    runs: list[Run] = field(default_factory=list)

    def models(self) -> Any:
        return {"data": [{"id": "sd-cpp-local", "object": "model", "owned_by": "local"}]}

    def answer(self, asked: Asked, _: str) -> Any:
        """Return a JSON body."""
        prompt = str(asked.fields.get("prompt", ""))
        if not prompt:
            raise string_error(400, "prompt required")
        if asked.is_edit and asked.file("image[]") is None:
            raise string_error(400, "at least one image[] required")
        said: dict[str, Any] = {}
        if found := _TAG.search(prompt):
            prompt = _TAG.sub("", prompt)
            try:
                said = json.loads(found[1])
            except ValueError:
                raise string_error(400, "invalid sd_cpp_extra_args") from None
        run = Run(
            prompt,
            said.get("seed", 42),
            said.get("sample_params", {}).get("sample_steps", 20),
            said.get("strength", 0.75),
            _size(str(asked.fields.get("size", ""))),
        )
        self.runs.append(run)
        pictures = [self._picture(asked, run, number) for number in range(asked.number("n", 1))]
        data = [{"b64_json": base64.b64encode(picture).decode()} for picture in pictures]
        return {"created": 1, "data": data, "output_format": "png"}

    def _picture(self, asked: Asked, run: Run, number: int) -> bytes:
        parts = (run.prompt, run.seed + number, run.steps)
        image, mask = asked.file("image[]"), asked.file("mask")
        if image is None:
            return painted(run.size, *parts)
        return redrawn(image, run.size, _white(mask), *parts)


def _white(mask: bytes | None) -> Image.Image | None:
    """Return the mask's colours as grey: its alpha is not looked at."""
    if mask is None:
        return None
    with Image.open(io.BytesIO(mask)) as opened:
        return opened.convert("RGB").convert("L")


def _size(text: str) -> Size:
    found = re.match(r"(\d+)x(\d+)", text)
    if found is None:
        return 512, 512
    width, height = (STEP * -(-int(side) // STEP) for side in found.groups())
    return width, height
