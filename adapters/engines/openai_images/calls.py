"""One call to a server: what it is asked for, as JSON or as a form with pictures."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.masks import see_through
from adapters.engines.openai_images.recipe import OpenAIRecipe
from adapters.engines.openai_images.shapes import Size
from adapters.engines.openai_images.wording import plain_prompt, with_numbers
from adapters.engines.wire.pictures import opaque, redraw_mask
from core.errors import EngineRejectedError
from core.generation.engine import EngineJob

_KEYS = uuid.UUID("5f0c2f9e-6d0b-4c63-9d7e-0d1b6a3c8e51")
"""What the calls' keys are derived from."""


OPTIONS = ("quality", "background", "output_format", "response_format", "moderation", "style")
"""Fields that are sent as the operator's settings of these names say."""

_OF_GENERATIONS = ("moderation", "style")
"""Those that edits don't take."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be made once. `pictures` are PNG files, in the order and under the names they are sent."""

    path: str
    fields: Mapping[str, str | bool | int | float]
    number: int
    """Pictures that it asks for."""
    size: Size
    """Their width and height in pixels."""
    key: str
    """The same for a call that is sent twice, and for no other: nor for one of another Easel's."""
    pictures: tuple[tuple[str, bytes], ...] = ()

    def body(self) -> dict[str, Any]:
        """Return the arguments of `Connection.stream` that hold what is asked."""
        if not self.pictures:
            return {"json": dict(self.fields)}
        form = aiohttp.FormData()
        for name, value in self.fields.items():
            form.add_field(name, str(value).lower() if isinstance(value, bool) else str(value))
        for number, (name, picture) in enumerate(self.pictures):
            # As a file, so that a large one is not sent in one piece.
            form.add_field(name, io.BytesIO(picture), filename=f"{number}.png", content_type="image/png")
        return {"data": form}


class Calls:
    """Makes a job's calls, which differ in number and seed alone."""

    def __init__(
        self,
        settings: OpenAISettings,
        job: EngineJob,
        recipe: OpenAIRecipe,
        pictures: tuple[tuple[str, bytes], ...],
    ) -> None:
        """Raises `EngineRejectedError` with the reason `no_prompt`."""
        own = job.request.settings
        self._settings = settings
        self._job = job
        self._recipe = recipe
        self._pictures = pictures
        self._prompt = plain_prompt(job.request.prompt)
        self.model = own.model or settings.model or None
        self.size = settings.shapes.nearest(own.width, own.height)

    @classmethod
    async def of(cls, settings: OpenAISettings, job: EngineJob, recipe: OpenAIRecipe) -> Calls:
        """Prepare the pictures. Raises `EngineRejectedError` with `input_image`, `no_mask` or `no_prompt`."""
        pictures = await _pictures(job, recipe) if recipe.endpoint == "edits" else ()
        return cls(settings, job, recipe, pictures)

    @property
    def batch(self) -> int:
        """Pictures in one call. While previews come it is one: they don't say which picture they are of."""
        return 1 if self._settings.partial_images else self._settings.batch

    def next(self, made: int) -> Call:
        """Return the call for what is still to be made after so many pictures."""
        number = min(self.batch, self._job.request.settings.batch_size - made)
        return Call(
            path=f"/images/{self._recipe.endpoint}",
            fields=self._fields(made, number),
            number=number,
            size=self.size,
            key=str(uuid.uuid5(_KEYS, f"{self._job.task}-{self._job.attempt}-{self._job.seed}-{made}")),
            pictures=self._pictures,
        )

    def _fields(self, made: int, number: int) -> dict[str, str | bool | int | float]:
        prompt = self._prompt
        if self._settings.dialect == "sd-server":
            prompt = with_numbers(prompt, self._job, seed=(self._job.seed + made) % 2**32)
        fields: dict[str, str | bool | int | float] = {
            "prompt": prompt,
            "n": number,
            "size": f"{self.size[0]}x{self.size[1]}",
            **self._chosen(),
            **self._recipe.options,
        }
        if self.model:
            fields["model"] = self.model
        if self._settings.partial_images:
            fields |= {"stream": True, "partial_images": self._settings.partial_images}
        return fields

    def _chosen(self) -> dict[str, str]:
        """Return the options that the operator set: a server may refuse one that it does not know."""
        left_out = _OF_GENERATIONS if self._recipe.endpoint == "edits" else ()
        named = {name: getattr(self._settings, name) for name in OPTIONS if name not in left_out}
        return {name: value for name, value in named.items() if value}


async def _pictures(job: EngineJob, recipe: OpenAIRecipe) -> tuple[tuple[str, bytes], ...]:
    """Return the input pictures without transparency, which could be taken for a mask, and the mask."""
    if not job.input_images:
        raise EngineRejectedError(reason="input_image")
    try:
        mask = (("mask", await see_through(await redraw_mask(job))),) if recipe.masked else ()
        images = job.input_images[:1] if recipe.masked else job.input_images
        return (*[("image[]", await opaque(image)) for image in images], *mask)
    except (OSError, ValueError, SyntaxError):
        raise EngineRejectedError(reason="input_image") from None
