"""Starting from a picture instead of an empty sheet."""

import numpy as np
from PIL import Image

from adapters.engines.sketch.picture import Picture, gradient
from adapters.engines.sketch.scene import Layer, Scene, Work, bands_of
from adapters.engines.sketch.treatments.surface import GREY


def fitted(source: Image.Image, width: int, height: int) -> Image.Image:
    """`source` cut to the asked shape about its middle and scaled."""
    image = source.convert("RGB")
    scale = max(width / image.width, height / image.height)
    across, down = width / scale, height / scale
    left, top = (image.width - across) / 2, (image.height - down) / 2
    return image.resize((width, height), Image.Resampling.LANCZOS, box=(left, top, left + across, top + down))


def toned(source: Image.Image, scene: Scene, strength: float) -> Layer:
    """The source with its brightness kept and its colours drawn to the palette by `strength`."""

    def draw(picture: Picture) -> Work:
        image = fitted(source, picture.width, picture.height)
        ramp = (
            scene.palette.sky[0],
            scene.palette.land,
            scene.palette.haze,
            scene.palette.sky[-1],
            scene.palette.light,
        )
        ordered = tuple(sorted(ramp, key=sum))
        share = np.float32(min(0.75, strength * 0.7))
        for top, bottom, done in bands_of(picture):
            band = np.asarray(image.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
            tinted = gradient(ordered, np.clip(band @ GREY, 0, 1))
            picture.pixels[top:bottom] = band + (tinted - band) * share
            yield done

    return Layer(60, draw)


def kept(source: Image.Image, share: float) -> Layer:
    """Let the source shine through what was painted over it; `share` from 0 (not at all) to 1."""

    def draw(picture: Picture) -> Work:
        image = fitted(source, picture.width, picture.height)
        for top, bottom, done in bands_of(picture):
            band = np.asarray(image.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
            picture.pixels[top:bottom] += (band - picture.pixels[top:bottom]) * np.float32(share)
            yield done

    return Layer(40, draw)
