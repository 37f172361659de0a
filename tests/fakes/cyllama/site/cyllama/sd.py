"""A stand-in for `cyllama.sd`, with the habits and the faults of the real versions 0.2.18 and 0.7.0.

What goes wrong is said by a word in the prompt, so that the next job can be well.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

from PIL import Image

PACE = 0.004
"""Seconds of a step."""
LOADED = 1130
"""Tensors of a model."""

_callbacks: dict[str, Callable[..., None] | None] = {}


class SampleMethod(IntEnum):
    EULER = 0
    EULER_A = 1
    LCM = 9
    COUNT = 17


class PreviewMode(IntEnum):
    NONE = 0
    PROJ = 1


def sample_method_name(method: SampleMethod) -> str:
    return "NONE" if method is SampleMethod.COUNT else method.name.lower()


def set_log_callback(callback: Callable[[int, str], None] | None) -> None:
    _callbacks["log"] = callback


def set_progress_callback(callback: Callable[[int, int, float], None] | None) -> None:
    _callbacks["progress"] = callback


def set_preview_callback(
    callback: Callable[[int, list[Any], bool], None] | None, *, mode: PreviewMode, interval: int
) -> None:
    assert (mode, interval) == (PreviewMode.PROJ, 1)
    _callbacks["preview"] = callback


def call(name: str, *values: object) -> None:
    """The library swallows what a callback raises."""
    callback = _callbacks.get(name)
    if callback is not None:
        try:
            callback(*values)
        except Exception as error:  # noqa: BLE001 - as the library
            os.write(2, f"Exception ignored: {error!r}\n".encode())


class SDImage:
    def __init__(self, image: Image.Image) -> None:
        self._image = image

    @classmethod
    def from_pil(cls, image: Image.Image) -> SDImage:
        return cls(image.copy())

    def to_pil(self) -> Image.Image:
        return self._image.copy()


class SDContextParams:
    __slots__ = (
        "enable_mmap",
        "free_params_immediately",
        "model_path",
        "n_threads",
        "taesd_path",
        "vae_decode_only",
    )

    def __init__(self, *, model_path: str, n_threads: int = -1) -> None:
        assert n_threads
        self.model_path, self.n_threads, self.enable_mmap = model_path, n_threads, False
        self.taesd_path: str | None = None
        self.free_params_immediately = self.vae_decode_only = True


class SDContext:
    def __init__(self, params: SDContextParams | NewParams) -> None:
        path = Path(params.model_path)
        if not path.is_file():
            raise FileNotFoundError(f"Stable Diffusion model file not found: {path}")
        if not path.read_bytes().startswith(b"a model"):
            raise RuntimeError(f"Failed to create Stable Diffusion context of {path}")
        self._params = params
        self._is_used = False
        self.stopped = False
        for step in range(0, LOADED + 1, 113):
            os.write(1, f"|====| {step}/{LOADED} - {path}\n".encode())
            call("progress", step, LOADED, 0.0)

    def generate(
        self,
        *,
        prompt: str,
        negative_prompt: str,
        width: int,
        height: int,
        seed: int,
        sample_steps: int,
        cfg_scale: float,
        sample_method: SampleMethod | None,
        vae_tiling: bool,
        init_image: SDImage | None = None,
        mask_image: SDImage | None = None,
        strength: float = 0.75,
    ) -> list[SDImage]:
        self._check_memory(init_image)
        self.stopped = False
        total = sample_steps if init_image is None else min(sample_steps, int(sample_steps * strength) + 1)
        facts = (
            prompt,
            negative_prompt,
            seed,
            total,
            cfg_scale,
            sample_method,
            mask_image is None,
            bool(self._params.taesd_path),
        )
        colour = tuple(hashlib.sha256(repr(facts).encode()).digest()[:3])
        size = (_aligned(width), _aligned(height))
        if "wrongsize" in prompt:
            size = (size[0] + 64, size[1])
        if "memory" in prompt:
            call("log", 3, "ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 9\n")
            raise RuntimeError("Image generation failed")
        for step in range(total + 1):
            self._step(prompt, step, total)
            if self.stopped:
                raise RuntimeError("Image generation failed")
            if step and "nocallback" not in prompt:
                call("preview", -step, [SDImage(Image.new("RGB", (1, 1)))], False)
                call(
                    "preview", step, [SDImage(Image.new("RGB", (size[0] // 8, size[1] // 8), colour))], False
                )
            if "nocallback" not in prompt:
                call("progress", step, total, PACE)
        if vae_tiling:
            for tile in range(total + 1):
                call("progress", tile, total, PACE)
        return [SDImage(Image.new("RGB", size, colour))]

    def _check_memory(self, init_image: SDImage | None) -> None:
        if self._is_used and getattr(self._params, "free_params_immediately", False):
            os.kill(os.getpid(), signal.SIGSEGV)
        if init_image is not None and getattr(self._params, "vae_decode_only", False):
            raise RuntimeError("Image generation failed")
        self._is_used = True

    def _step(self, prompt: str, step: int, total: int) -> None:
        os.write(1, f"|====| {step}/{total} - 1.49s/it".encode() + b"\0\0\0\7\xff\x1b[K\r")
        time.sleep(PACE)
        if step == 2:
            if "abort" in prompt:
                os.abort()
            if "killed" in prompt:
                os.kill(os.getpid(), signal.SIGKILL)
            if "hang" in prompt:
                time.sleep(3600)
            if "raise" in prompt:
                raise RuntimeError("can't open /home/ann/models/secret.safetensors")
            if "chatter" in prompt:
                os.write(2, b"/home/ann/models/secret.safetensors\n" * 10_000)


class CancelMode(IntEnum):
    ALL = 0


class StoppableContext(SDContext):
    """As of 0.7.0; asked while idle, it takes no notice."""

    def generate(self, **values: Any) -> list[SDImage]:
        self._is_deaf = "deaf" in values["prompt"]
        return super().generate(**values)

    def cancel(self, mode: CancelMode) -> None:
        assert mode is CancelMode.ALL
        self.stopped = not self._is_deaf


class NewParams:
    """As of 0.7.0, which has no use for the two that made trouble."""

    __slots__ = ("enable_mmap", "model_path", "n_threads", "taesd_path")

    def __init__(self, *, model_path: str, n_threads: int = -1) -> None:
        assert n_threads
        self.model_path, self.n_threads, self.enable_mmap = model_path, n_threads, False
        self.taesd_path: str | None = None


def _aligned(side: int) -> int:
    return -(-side // 64) * 64
