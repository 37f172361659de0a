"""The library `cyllama`, versions 0.2.18 and 0.7.0: they differ in their parameters and in `cancel`."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import Any

from PIL import Image

from adapters.engines.local.child.hearing import Hearing
from adapters.engines.local.order import Order

TILED_ABOVE = 512 * 512
"""Pixels: decoding takes 6.5 kB for each at once, and a large picture is decoded in tiles instead."""

_PNG_COMPRESSION = 2


class ModelFileError(Exception):
    """The model file can't be read, or is none that the library knows."""


class Library:
    """One model in memory, loaded by the first order. Only `stop` may be called from another thread."""

    def __init__(self) -> None:
        """Raises `ImportError` where the package is missing."""
        self._sd: Any = importlib.import_module("cyllama.sd")
        self._context: Any = None

    @property
    def samplers(self) -> tuple[str, ...]:
        """The library's own names."""
        return tuple(self._methods())

    @property
    def can_stop(self) -> bool:
        return hasattr(self._sd.SDContext, "cancel")

    @property
    def has_previews(self) -> bool:
        return hasattr(self._sd, "set_preview_callback")

    def load(self, order: Order, hearing: Hearing) -> None:
        """Have the model ready. Raises `ModelFileError`."""
        self._hear(hearing)
        if self._context is None:
            try:
                self._context = self._sd.SDContext(self._params(order))
            except (OSError, ValueError, RuntimeError) as error:
                raise ModelFileError from error

    def pictures(self, order: Order, start: tuple[bytes, ...], hearing: Hearing) -> Iterator[bytes]:
        """Yield PNG files, each when it is made. `start` is what to begin from, and where to redraw it.

        Raises what the library does.
        """
        extra, keep = self._start(start, order)
        for index in range(order.count):
            hearing.begin(index)
            made = self._context.generate(
                prompt=order.prompt,
                negative_prompt=order.negative_prompt,
                width=order.width,
                height=order.height,
                seed=(order.seed + index) % 2**32,
                sample_steps=order.steps,
                cfg_scale=order.cfg_scale,
                sample_method=self._methods().get(order.sampler or ""),
                vae_tiling=order.width * order.height > TILED_ABOVE,
                **extra,
            )
            yield _png(_kept(made[0].to_pil(), keep))

    def stop(self) -> None:
        """Have a running `generate` end soon, with an exception. What is idle takes no notice."""
        if self._context is not None and self.can_stop:
            self._context.cancel(self._sd.CancelMode.ALL)

    def _methods(self) -> dict[str, Any]:
        names = {self._sd.sample_method_name(one): one for one in self._sd.SampleMethod}
        return {name: one for name, one in names.items() if one is not self._sd.SampleMethod.COUNT}

    def _params(self, order: Order) -> Any:
        params = self._sd.SDContextParams(model_path=order.model_file, n_threads=order.threads or -1)
        # 0.2.18 loads with the interpreter's lock held: mapped, that is 0.2 s instead of 6.5 s, in which
        # the child would not see its parent go.
        params.enable_mmap = True
        if order.decoder_file is not None:
            params.taesd_path = order.decoder_file
        if hasattr(params, "free_params_immediately"):
            params.free_params_immediately = False  # else the second picture reads freed memory and crashes
        if hasattr(params, "vae_decode_only"):
            params.vae_decode_only = False  # else no picture can be started from
        return params

    def _hear(self, hearing: Hearing) -> None:
        self._sd.set_log_callback(hearing.log)
        self._sd.set_progress_callback(hearing.progress)
        if self.has_previews:
            self._sd.set_preview_callback(hearing.preview, mode=self._sd.PreviewMode.PROJ, interval=1)

    def _start(self, start: tuple[bytes, ...], order: Order) -> tuple[dict[str, Any], _Keep | None]:
        if not start:
            return {}, None
        source = _opened(start[0], "RGB")
        extra = {"init_image": self._sd.SDImage.from_pil(source), "strength": order.strength}
        if len(start) == 1:
            return extra, None
        mask = _opened(start[1], "L")
        return extra | {"mask_image": self._sd.SDImage.from_pil(mask)}, (source, mask)


_Keep = tuple[Image.Image, Image.Image]
"""A picture, and where it may change."""


def _opened(file: bytes, mode: str) -> Image.Image:
    with Image.open(io.BytesIO(file)) as image:
        return image.convert(mode)


def _kept(made: Image.Image, keep: _Keep | None) -> Image.Image:
    """Put back what was not to change: the way through the model blurs it."""
    return Image.composite(made, keep[0], keep[1]) if keep and made.size == keep[0].size else made


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=_PNG_COMPRESSION)
    return file.getvalue()
