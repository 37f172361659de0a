"""Water seen from above, and its shores."""

import numpy as np

from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture, Pixels
from adapters.engines.sketch.scene import Scene, Work, bands_of


def water(picture: Picture, scene: Scene, mirror: float = 0.42) -> Work:
    """A sheet of water from the horizon down: mirrors what is above, broken by waves."""
    rough = 1.0 if "storm" in scene.brief.weather else 0.45 if mirror < 0.6 else 0.15
    line = int(scene.horizon * picture.height)
    noise = Noise(scene.random("waves"), 5 * picture.width / picture.unit, 70, 3, 0.6)
    swell = Noise(scene.random("swell"), 3 * picture.width / picture.unit, 26, 3, 0.5)
    deep = np.asarray(scene.palette.water, dtype=np.float32)
    light = np.asarray(scene.palette.light, dtype=np.float32)
    columns = np.arange(picture.width)
    overcast = bool({"storm", "fog"} & scene.brief.weather)
    glitter = (
        np.arange(picture.width, dtype=np.float32)[None, :] - scene.light_x * picture.width
    ) / picture.unit
    for top, bottom, done in bands_of(picture, line):
        rows = np.arange(top, bottom)
        depth = ((rows - line) / max(1, picture.height - line)).astype(np.float32)[:, None]
        ripple = noise.rows(picture.width, picture.height, top, bottom) - 0.5
        rolling = swell.rows(picture.width, picture.height, top, bottom) - 0.5
        shift = (
            (ripple + rolling) * (0.02 + 0.10 * depth) * np.float32(picture.unit * (0.4 + rough))
        ).astype(np.intp)
        sources = np.clip(2 * line - rows[:, None] - 1 + shift, 0, line - 1)
        mirrored = picture.pixels[sources, np.clip(columns[None, :] + shift // 2, 0, picture.width - 1)]
        share = (mirror * (1 - 0.55 * depth))[:, :, None]
        band = deep * (1.05 - 0.45 * depth[:, :, None]) * (1 - share) + mirrored * share
        crest = np.clip((rolling + ripple * 0.6) * 5 * (0.5 + rough) - 0.55, 0, 1) * (0.25 + 0.75 * depth)
        band += (lighter_array(deep, 0.55) - band) * (crest * np.float32(0.30 + 0.45 * rough))[:, :, None]
        if not overcast:
            path = np.exp(-((glitter / (0.05 + 0.22 * depth)) ** 2)) * np.clip(
                ripple * 9 - 0.4 + 0.5 * (1 - depth), 0, 1
            )
            band += (light - band) * (path * np.float32(0.75))[:, :, None]
        picture.pixels[top:bottom] = band
        yield done


def lighter_array(colour: Pixels, amount: float) -> Pixels:
    """`colour` on the way to white."""
    return np.asarray(colour + (1.0 - colour) * amount, dtype=np.float32)
