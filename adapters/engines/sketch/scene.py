"""What all parts of a picture agree on: the brief, the palette, where the horizon and the light are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeAlias

import numpy as np

from adapters.engines.sketch import palette as palettes
from adapters.engines.sketch.palette import Palette
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.words import Brief


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture to be, independent of its size: places are fractions of width and height."""

    key: bytes
    brief: Brief
    """With a place, whether or not the prompt named one."""
    palette: Palette
    horizon: float
    """Where sky and ground meet, 0 (top) to 1 (bottom)."""
    light_x: float
    light_y: float
    moon: bool

    def random(self, part: str) -> np.random.Generator:
        """Chance for one part of the picture; each part has its own, so that none disturbs another."""
        return stream(self.key, part)

    @property
    def place(self) -> str:
        """One of the places that the backdrop knows."""
        return self.brief.place

    @property
    def snowy(self) -> bool:
        """Snow lies on the ground."""
        return "snow" in self.brief.weather

    @property
    def light_from_left(self) -> bool:
        """Which side of things is lit."""
        return self.light_x < 0.5


Work: TypeAlias = Iterator[float]
"""Work in small pieces: yields the fraction that is done, up to 1."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One coat of paint. `cost`: its share of the time, in milliseconds per megapixel, roughly."""

    cost: float
    draw: Callable[[Picture], Work]
    shows: str = ""
    """The word for it in a negative prompt, if it can be left out."""


def stream(key: bytes, part: str) -> np.random.Generator:
    """A random generator that depends on nothing but `key` and `part`."""
    return np.random.default_rng(int.from_bytes(sha256(key + part.encode()).digest()[:16], "big"))


_HORIZONS: dict[str, tuple[float, float]] = {
    "sea": (0.56, 0.64),
    "beach": (0.50, 0.58),
    "lake": (0.54, 0.60),
    "desert": (0.60, 0.68),
    "city": (0.74, 0.80),
    "mountains": (0.66, 0.72),
    "forest": (0.68, 0.74),
    "hills": (0.62, 0.70),
    "meadow": (0.60, 0.68),
    "room": (0.70, 0.74),
    "space": (0.84, 0.88),
    "underwater": (0.80, 0.85),
}


def set_scene(key: bytes, brief: Brief, place: str) -> Scene:
    """Decide what all parts share. `place`: one of the places the backdrop knows."""
    brief = replace(brief, place=place)
    random = stream(key, "scene")
    low, high = _HORIZONS[place]
    horizon = float(random.uniform(low, high))
    palette = palettes.choose(brief, stream(key, "palette"))
    side = float(random.choice([random.uniform(0.16, 0.34), random.uniform(0.66, 0.84)]))
    down = float(random.uniform(0.16, 0.28))
    if brief.hour in ("sunset", "dawn") or (not palette.dark and luminous_low(palette)):
        down = horizon - float(random.uniform(0.06, 0.16))
    return Scene(key, brief, palette, horizon, side, down, palette.dark)


def luminous_low(palette: Palette) -> bool:
    """The light of this palette comes from the horizon, as at dusk."""
    return palette.sky[-1][0] - palette.sky[-1][2] > 0.3


def bands_of(
    picture: Picture, top: float = 0, bottom: float | None = None
) -> Iterator[tuple[int, int, float]]:
    """The picture's bands from `top` to `bottom` (pixels), each with the fraction done after it."""
    bands = list(picture.bands(top, bottom))
    for number, (first, end) in enumerate(bands, 1):
        yield first, end, number / len(bands)
