"""Whole-picture treatments: the medium the picture seems to be made in."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Work
from adapters.engines.sketch.treatments.brush import oil
from adapters.engines.sketch.treatments.flat import pixel, poster
from adapters.engines.sketch.treatments.light import neon, noir, vaporwave
from adapters.engines.sketch.treatments.line import comic, pencil
from adapters.engines.sketch.treatments.surface import grain
from adapters.engines.sketch.treatments.wet import watercolour

Treatment: TypeAlias = Callable[[Picture, bytes], Work]
_Style: TypeAlias = tuple[float, Treatment]


_PLAIN: tuple[_Style, ...] = ((30, grain),)


_STYLES: dict[str, tuple[_Style, ...]] = {
    "pixel": ((40, pixel),),
    "watercolour": ((260, watercolour),),
    "noir": ((60, noir),),
    "oil": ((300, oil),),
    "pencil": ((200, pencil),),
    "neon": ((200, neon), (30, grain)),
    "poster": ((120, poster),),
    "vaporwave": ((150, vaporwave),),
    "comic": ((130, comic),),
}


def layers(style: str, key: bytes) -> list[Layer]:
    """The finish of a style; without one, a little grain and a darker rim."""
    return [Layer(cost, partial(_apply, work, key)) for cost, work in _STYLES.get(style, _PLAIN)]


def _apply(work: Treatment, key: bytes, picture: Picture) -> Work:
    return work(picture, key)
