"""The register of subjects: by which words each is found and where it belongs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from adapters.engines.sketch.colours import Colour
from adapters.engines.sketch.pen import Pen


class Stand(Enum):
    """Where a subject belongs in a scene."""

    GROUND = "ground"
    WATER = "water"
    """It swims on the water's surface."""
    UNDER = "under"
    """It swims below the surface."""
    SKY = "sky"
    FRONT = "front"
    """Cut off by the picture's lower edge, like a portrait."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one copy of a subject is to be drawn."""

    colour: Colour
    random: np.random.Generator
    costume: str = ""
    dark: bool = False
    """It is night: lamps and windows shine."""


Draw: TypeAlias = Callable[[Pen, Look], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that can be drawn."""

    name: str
    draw: Draw
    colour: Colour
    """Its own colour, where the prompt names none."""
    stands: Stand
    size: float
    """Height as a share of the picture's shorter side, if it is the only subject."""
    aspect: float
    """Width over height."""
    place: str
    """The scene it suggests if the prompt names none."""
    natural: frozenset[str]
    """Colour words that mean its own colour: a red fox is not painted red."""
    built: bool
    """It needs ground under it even in space."""


REGISTER: dict[str, Subject] = {}
NOUNS: dict[str, str] = {}
"""Every word that names a subject, with the subject's name."""


def subject(
    words: str,
    colour: Colour,
    *,
    stands: Stand = Stand.GROUND,
    size: float = 0.5,
    aspect: float = 1.0,
    place: str = "",
    natural: str = "",
    built: bool = False,
) -> Callable[[Draw], Draw]:
    """Enter a drawing function under `words`, of which the first is the subject's name."""

    def enter(draw: Draw) -> Draw:
        name, *others = words.split()
        REGISTER[name] = Subject(
            name, draw, colour, stands, size, aspect, place, frozenset(natural.split()), built
        )
        for word in (name, *others):
            NOUNS[word] = name
        return draw

    return enter
