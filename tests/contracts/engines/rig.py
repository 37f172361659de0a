"""What the contract suite of engines asks of one: a rig has the engine, and what is around it, at hand."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from core.generation.catalog import GenerationType
from core.generation.engine import Engine, EngineJob
from core.generation.models import GenerationRequest, GenerationSettings
from core.generation.types.folder import builtin_types
from core.generation.types.recipes import RecipeReader
from core.ids import AccountId, ImageId, TaskId

SIZE = (128, 64)
"""Of every job's pictures: what all servers make as it is."""


@dataclass(frozen=True)
class Rig:
    """An engine in front of a server that is well and quick enough for a test."""

    engine: Engine
    types: Mapping[str, GenerationType]
    is_seeded: bool = True
    """The same seed makes the same picture."""
    is_stoppable: bool = True
    """A running job ends within a second of being cancelled."""

    def job(
        self,
        task: str = "one11a",
        *,
        kind: str = "txt2img",
        attempt: int = 1,
        prompt: str = "a red fox",
        negative_prompt: str = "",
        parameters: Mapping[str, Any] | None = None,
        inputs: tuple[bytes, ...] | None = None,
        **settings: Any,
    ) -> EngineJob:
        """Return a job of a built-in type, with the pictures that it takes."""
        found = self.types[kind]
        own = {"width": SIZE[0], "height": SIZE[1], "steps": 4, "seed": 7} | settings
        if inputs is None:
            inputs = tuple([a_png(), a_mask()][: found.needs_image + found.takes_mask])
        request = GenerationRequest(
            account=AccountId("console:ann"),
            type=kind,
            prompt=prompt,
            negative_prompt=negative_prompt,
            settings=GenerationSettings.model_validate(own),
            input_images=tuple(ImageId(f"{place}" * 64) for place, _ in enumerate(inputs)),
            parameters=dict(parameters or {}),
        )
        recipe = found.recipes.get(self.engine.kind)
        return EngineJob(TaskId(task), attempt, request, inputs, recipe)


RigOpener = Callable[[], AbstractAsyncContextManager[Rig]]


def types_of(kind: str, reader: RecipeReader) -> dict[str, GenerationType]:
    """Return the built-in types, with the recipes of this kind of engine alone."""
    readers = _OneReader(kind, reader)
    return {one.name: one for one in builtin_types(readers)}


class _OneReader(dict[str, RecipeReader]):
    """Reads one kind of engine, and keeps what is said to the others as it is."""

    def __init__(self, kind: str, reader: RecipeReader) -> None:
        super().__init__({kind: reader})

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key) or (lambda table, _: table)


def openers() -> dict[str, RigOpener]:
    """Return what opens the rig of each engine: `opened` of every module beside this one."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name != Path(__file__).name:
            spec = importlib.util.spec_from_file_location(f"tests.contracts.engines.{path.stem}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            found[path.stem] = module.opened
    return found


def a_png(size: tuple[int, int] = SIZE, colour: str = "teal") -> bytes:
    return _encoded(Image.new("RGB", size, colour))


def a_mask(size: tuple[int, int] = SIZE) -> bytes:
    """Return a mask whose right half is to be made anew."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rectangle((size[0] // 2, 0, size[0], size[1]), fill=255)
    return _encoded(mask)


def opened_png(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        assert image.format == "PNG"
        return image.convert("RGB")


def _encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


Opened = AsyncIterator[Rig]
