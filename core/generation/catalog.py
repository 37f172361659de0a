"""The generation types that this Easel offers, and what each takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.errors import InvalidRequestError, Problem
from core.generation.models import GenerationRequest


@dataclass(frozen=True, slots=True)
class GenerationType:
    """One kind of generation, and what it takes."""

    name: str
    summary: str
    base_price: int
    """Points for one picture of a megapixel (1024 × 1024) at the default steps."""
    needs_image: bool = False
    max_pixels: int = 2048 * 2048


DEFAULT_TYPES = (
    GenerationType("txt2img", "a picture from words", base_price=10),
    GenerationType("img2img", "a picture from a picture and words", base_price=10, needs_image=True),
    GenerationType("variation", "another take on a picture", base_price=10, needs_image=True),
    GenerationType("upscale", "the same picture, larger", base_price=5, needs_image=True),
)


class Catalog:
    """Types by name, and the check of a request against its type."""

    def __init__(self, types: Iterable[GenerationType] = DEFAULT_TYPES) -> None:
        self._types = {one.name: one for one in types}

    def __iter__(self) -> Iterator[GenerationType]:
        return iter(self._types.values())

    def get(self, name: str) -> GenerationType:
        """Raises `InvalidRequestError` for a name that is not offered."""
        try:
            return self._types[name]
        except KeyError:
            close = difflib.get_close_matches(name, self._types, n=1)
            raise InvalidRequestError.of(
                "type",
                "unknown",
                given=name[:40],
                suggestion=close[0] if close else None,
                choices=", ".join(self._types),
            ) from None

    def check(self, request: GenerationRequest) -> GenerationType:
        """Return the request's type. Raises `InvalidRequestError` with every problem found."""
        kind = self.get(request.type)
        problems = []
        if kind.needs_image and not request.input_images:
            problems.append(Problem("image", "missing", {"example": "--image photo.jpg"}))
        if not kind.needs_image and request.input_images:
            problems.append(Problem("image", "not_taken", {"type": kind.name}))
        settings = request.settings
        pixels = settings.width * settings.height
        if pixels > kind.max_pixels:
            problems.append(
                Problem("width", "picture_too_large", {"pixels": pixels, "limit": kind.max_pixels})
            )
        if problems:
            raise InvalidRequestError(problems)
        return kind
