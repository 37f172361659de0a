"""The generation types that this Easel offers, and what each takes."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import InvalidRequestError, Problem
from core.generation.models import GenerationRequest, Parameter

PICTURES = ("image", "mask")
"""The inputs that are pictures, in the order in which a request has them."""

MAIN_LANE = "main"


class InputKind(StrEnum):
    """What an input of a type's own may be."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class TypeInput:
    """An input that a type has beside those of every request. `least` and `most` are of a number."""

    name: str
    kind: InputKind
    default: Parameter
    summary: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnCommand:
    """The command that a type asks for itself."""

    name: str
    summary: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GenerationType:
    """One kind of generation: what it takes, what it costs, and how each kind of engine makes it."""

    name: str
    summary: str
    base_price: int
    """Points for one picture of a megapixel (1024 × 1024) at the default steps."""
    needs_image: bool = False
    max_pixels: int = 2048 * 2048
    price_per_picture: int | None = None
    """Points for one picture of any size, in place of `base_price`."""
    aliases: tuple[str, ...] = ()
    lane: str = MAIN_LANE
    """Tasks of one lane share what `EASEL_WORKER__LANES` lets them take of the slots."""
    takes_mask: bool = False
    """A second picture says what to redraw; without it, what the first one shows through."""
    command: OwnCommand | None = None
    inputs: tuple[TypeInput, ...] = ()
    defaults: Mapping[str, Parameter] = field(default_factory=dict)
    """Settings that differ from those of every request where nobody says otherwise."""
    recipes: Mapping[str, object] = field(default_factory=dict)
    """By the kind of engine that can make it, what its reader made of the type's file."""
    source: str = ""
    """The file that it was read from."""


class Catalog:
    """Types by name, and the check of a request against its type."""

    def __init__(self, types: Iterable[GenerationType]) -> None:
        """Raises `ValueError` where two types share a name."""
        self.replace(types)

    def replace(self, types: Iterable[GenerationType]) -> None:
        """Offer these from now on. Raises `ValueError` as above, and keeps what there was."""
        known: dict[str, GenerationType] = {}
        for one in types:
            for name in (one.name, *one.aliases):
                if name in known:
                    raise ValueError(f"two types are called {name}")
                known[name] = one
        self._types = known

    def __iter__(self) -> Iterator[GenerationType]:
        return iter({one.name: one for one in self._types.values()}.values())

    def find(self, name: str) -> GenerationType | None:
        return self._types.get(name)

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
                choices=", ".join(one.name for one in self),
            ) from None

    def check(self, request: GenerationRequest) -> GenerationType:
        """Return the request's type. Raises `InvalidRequestError` with every problem found."""
        kind = self.get(request.type)
        problems = [*_picture_problems(kind, len(request.input_images)), *_parameter_problems(kind, request)]
        settings = request.settings
        pixels = settings.width * settings.height
        if pixels > kind.max_pixels:
            problems.append(
                Problem("width", "picture_too_large", {"pixels": pixels, "limit": kind.max_pixels})
            )
        if problems:
            raise InvalidRequestError(problems)
        return kind


def _picture_problems(kind: GenerationType, pictures: int) -> Iterator[Problem]:
    if kind.needs_image and not pictures:
        yield Problem("image", "missing", {"example": "--image photo.jpg"})
    if not kind.needs_image and pictures:
        yield Problem("image", "not_taken", {"type": kind.name})
    if kind.needs_image and pictures > 1 + kind.takes_mask:
        yield Problem("mask", "not_taken_by", {"type": kind.name})


def _parameter_problems(kind: GenerationType, request: GenerationRequest) -> Iterator[Problem]:
    known = {one.name: one for one in kind.inputs}
    for name, value in request.parameters.items():
        if name not in known:
            yield Problem(name, "not_taken_by", {"type": kind.name})
        elif (problem := parameter_problem(known[name], value)) is not None:
            yield problem


def parameter_problem(one: TypeInput, value: Parameter) -> Problem | None:
    """Return what is wrong with a value of the input; None where nothing is."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        InputKind.SWITCH: isinstance(value, bool),
        InputKind.INTEGER: number and isinstance(value, int),
        InputKind.NUMBER: number and isinstance(value, int | float) and -math.inf < value < math.inf,
    }
    if not fits.get(one.kind, isinstance(value, str)):
        return Problem(one.name, "bad", {"given": str(value)[:40]})
    if one.kind is InputKind.CHOICE and value not in one.choices:
        return Problem(one.name, "unknown", {"given": str(value)[:40], "choices": ", ".join(one.choices)})
    if number and isinstance(value, int | float):
        least, most = one.least, one.most
        if (least is not None and value < least) or (most is not None and value > most):
            return Problem(one.name, "out_of_range", {"given": str(value), "ge": least, "le": most})
    return None
