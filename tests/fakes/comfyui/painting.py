"""Runs a graph far enough to make pictures of the right size that depend on the seed, prompt and model."""

from __future__ import annotations

import io
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image, ImageOps

from tests.fakes.comfyui.validation import Graph

OnStep = Callable[[str, int, int, bytes], Awaitable[None]]


class NodeError(Exception):
    """A node broke."""

    def __init__(self, node: str, kind: str, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.kind = kind


@dataclass
class Latent:
    size: tuple[int, int]
    batch: int = 1
    pictures: tuple[Image.Image, ...] = ()
    mask: Image.Image | None = None


class Painter:
    """One run of one graph. `files` are the uploads, by the name that LoadImage is given."""

    def __init__(
        self,
        graph: Graph,
        files: dict[str, bytes],
        on_node: Callable[[str], Awaitable[None]],
        on_step: OnStep,
    ) -> None:
        self._graph = graph
        self._files = files
        self._on_node = on_node
        self._on_step = on_step
        self._made: dict[str, tuple[Any, ...]] = {}

    async def pictures(self, output: str) -> list[Image.Image]:
        """Return what an output node is given to save."""
        images: list[Image.Image] = await self._input(output, "images")
        await self._on_node(output)
        return images

    async def _input(self, node: str, name: str) -> Any:
        value = self._graph[node]["inputs"].get(name)
        if not isinstance(value, list):
            return value
        source = str(value[0])
        if source not in self._made:
            names = self._graph[source]["inputs"]
            inputs = {wanted: await self._input(source, wanted) for wanted in names}
            await self._on_node(source)
            self._made[source] = await self._run(source, self._graph[source]["class_type"], inputs)
        return self._made[source][value[1]]

    async def _run(self, node: str, kind: str, given: dict[str, Any]) -> tuple[Any, ...]:
        if kind == "KSampler":
            return (await self._sample(node, given),)
        if kind == "LoadImage":
            return self._load(node, given["image"])
        return _NODES[kind](**given)

    def _load(self, node: str, name: str) -> tuple[list[Image.Image], Image.Image]:
        try:
            image = Image.open(io.BytesIO(self._files[name]))
            image.load()
        except OSError:
            raise NodeError(
                node, "PIL.UnidentifiedImageError", f"cannot identify /srv/input/{name}"
            ) from None
        if "A" in image.getbands():
            mask = image.getchannel("A").point(lambda value: 255 - value)
        else:
            mask = Image.new("L", (64, 64))
        return [image.convert("RGB")], mask

    async def _sample(self, node: str, given: dict[str, Any]) -> Latent:
        latent: Latent = given["latent_image"]
        named = [given[key] for key in ("seed", "model", "positive", "negative", "steps", "cfg")]
        made = []
        for index in range(latent.batch):
            tiles = random.Random(repr([*named, given["sampler_name"], index])).randbytes(8 * 8 * 3)
            noise = Image.frombytes("RGB", (8, 8), tiles).resize(latent.size, Image.Resampling.NEAREST)
            if latent.pictures:
                noise = Image.blend(latent.pictures[index], noise, given["denoise"])
            made.append(noise)
        small = _jpeg(made[0])
        for step in range(1, given["steps"] + 1):
            await self._on_step(node, step, given["steps"], small)
        return Latent(latent.size, latent.batch, tuple(made))


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.resize((16, 16)).save(file, "JPEG")
    return file.getvalue()


def _lora(**given: Any) -> tuple[str, str]:
    lora = f"+{given['lora_name']}*{given['strength_model']:g}"
    return given["model"] + lora, given["clip"] + lora


def _scaled(image: list[Image.Image], width: int, height: int, **_: Any) -> tuple[list[Image.Image]]:
    return ([ImageOps.fit(one, (width, height)) for one in image],)


def _encode(pixels: list[Image.Image], **_: Any) -> tuple[Latent]:
    return (Latent(pixels[0].size, len(pixels), tuple(pixels)),)


def _composite(
    destination: list[Image.Image], source: list[Image.Image], mask: Image.Image | None = None, **_: Any
) -> tuple[list[Image.Image]]:
    pairs = zip(source, destination * len(source), strict=False)
    return ([Image.composite(new, old, mask) if mask else new for new, old in pairs],)


_NODES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "CheckpointLoaderSimple": lambda ckpt_name: (ckpt_name,) * 3,
    "LoraLoader": _lora,
    "CLIPTextEncode": lambda text, clip: (f"{clip}: {text}",),
    "EmptyLatentImage": lambda width, height, batch_size: (Latent((width, height), batch_size),),
    "ImageScale": _scaled,
    "ImageToMask": lambda image, channel: (image[0].getchannel(channel[0].upper()),),
    "VAEEncode": _encode,
    "SetLatentNoiseMask": lambda samples, mask: (replace(samples, mask=mask),),
    "VAEDecode": lambda samples, **_: (list(samples.pictures),),
    "ImageCompositeMasked": _composite,
}
