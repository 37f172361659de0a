"""Treatments with few colours: pixel art and poster."""

import numpy as np
from PIL import Image, ImageFilter

from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Work, bands_of, stream
from adapters.engines.sketch.treatments.surface import GREY


def pixel(picture: Picture, key: bytes) -> Work:  # noqa: ARG001 - all treatments are called alike
    blocks = 112
    across = max(8, round(blocks * picture.width / max(picture.width, picture.height)))
    down = max(8, round(blocks * picture.height / max(picture.width, picture.height)))
    for top, bottom, done in bands_of(picture):
        band = picture.pixels[top:bottom]
        band -= np.float32(0.5)
        band *= np.float32(1.12)
        band += np.float32(0.5)
        yield done * 0.3
    small = picture.image().resize(
        (min(across, picture.width), min(down, picture.height)), Image.Resampling.BOX
    )
    yield 0.5
    few = small.quantize(28, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    yield 0.6
    large = few.resize((picture.width, picture.height), Image.Resampling.NEAREST)
    for top, bottom, done in bands_of(picture):
        picture.pixels[top:bottom] = np.asarray(
            large.crop((0, top, picture.width, bottom)), dtype=np.float32
        ) / np.float32(255)
        yield 0.6 + 0.4 * done


def poster(picture: Picture, key: bytes) -> Work:
    tones = (
        picture.image()
        .reduce(max(1, picture.unit // 320))
        .filter(ImageFilter.GaussianBlur(1))
        .quantize(11, method=Image.Quantize.MEDIANCUT)
    )
    chosen = np.asarray(tones.getpalette()[: 3 * 11], dtype=np.float32).reshape(-1, 3) / np.float32(255)  # type: ignore[index]
    level = (chosen @ GREY)[:, None]
    chosen = np.clip(level + (chosen - level) * 1.3, 0, 1)
    yield 0.2
    whole = picture.image()
    lap = 2 + round(picture.unit * 0.005)
    random = stream(key, "poster")
    fibre = Noise(random, 160 * picture.width / picture.unit, 160 * picture.height / picture.unit, 2, 0.8)
    cream = np.asarray((0.965, 0.935, 0.865), dtype=np.float32)
    margin = max(2, round(picture.unit * 0.035))
    columns = np.arange(picture.width)
    inside_x = (columns >= margin) & (columns < picture.width - margin)
    for top, bottom, done in bands_of(picture):
        # A few rows more on both sides, so that the bands meet without a seam.
        start = max(0, top - lap)
        piece = whole.crop((0, start, picture.width, min(picture.height, bottom + lap)))
        smooth = piece.filter(ImageFilter.MedianFilter(3)).filter(
            ImageFilter.GaussianBlur(picture.unit * 0.0016)
        )
        flat = smooth.quantize(palette=tones, dither=Image.Dither.NONE)
        band = chosen[np.asarray(flat, dtype=np.intp)[top - start : bottom - start]]
        rows = np.arange(top, bottom)
        inside = inside_x[None, :] & ((rows >= margin) & (rows < picture.height - margin))[:, None]
        ink = cream * (0.10 + 0.90 * band)
        band = np.where(inside[:, :, None], ink, cream)
        picture.pixels[top:bottom] = (
            band + ((fibre.rows(picture.width, picture.height, top, bottom) - 0.5) * 0.045)[:, :, None]
        )
        yield 0.2 + 0.8 * done
