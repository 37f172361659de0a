"""Treatments that draw outlines: pencil and comic."""

import numpy as np
from PIL import ImageFilter

from adapters.engines.sketch.noise import Noise, smoothstep
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Work, bands_of, stream
from adapters.engines.sketch.treatments.surface import GREY, warp


def pencil(picture: Picture, key: bytes) -> Work:
    for done in warp(picture, key, 0.004, 14):
        yield done * 0.4
    image = picture.image()
    fine = image.filter(ImageFilter.GaussianBlur(max(0.5, picture.unit * 0.0011)))
    yield 0.45
    broad = image.filter(ImageFilter.GaussianBlur(max(1.0, picture.unit * 0.0042)))
    yield 0.5
    random = stream(key, "pencil")
    wide, high = picture.width / picture.unit, picture.height / picture.unit
    tooth, wander = Noise(random, 180 * wide, 180 * high, 2, 0.8), Noise(random, 3 * wide, 3 * high, 3)
    columns = np.arange(picture.width, dtype=np.float32)[None, :] / picture.unit
    paper, lead = (
        np.asarray((0.965, 0.952, 0.925), dtype=np.float32),
        np.asarray((0.20, 0.20, 0.23), dtype=np.float32),
    )
    for top, bottom, done in bands_of(picture):
        size = (picture.width, picture.height, top, bottom)
        thin = np.asarray(fine.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
        thick = np.asarray(broad.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
        # A white sail before a pale sky differs in colour more than in brightness.
        outline = np.clip(np.abs(thin - thick).max(axis=2) * 15 - 0.16, 0, 1)
        thick = thick @ GREY
        rows = np.arange(top, bottom, dtype=np.float32)[:, None] / picture.unit
        grain, sway = tooth.rows(*size), wander.rows(*size)
        dark = np.clip(1 - thick, 0, 1)
        marks = np.zeros_like(thick)
        for lean, spacing, from_dark in ((1.0, 92.0, 0.30), (-0.8, 104.0, 0.55), (0.15, 120.0, 0.74)):
            wave = (
                np.sin((columns * lean + rows + sway * 0.14) * np.float32(spacing * 6.28 / 1.4)) * 0.5 + 0.5
            )
            marks += smoothstep(0.35, 0.9, wave) * np.clip((dark - from_dark) * 1.9, 0, 0.62)
        mark = np.clip(
            outline * 0.95 + (marks + dark * 0.20) * (0.45 + grain * 1.1) - (0.5 - grain) * 0.15, 0, 0.94
        )
        picture.pixels[top:bottom] = (
            paper + (lead - paper) * mark[:, :, None] + ((grain - 0.5) * 0.03)[:, :, None]
        )
        yield 0.5 + done * 0.5


def comic(picture: Picture, key: bytes) -> Work:
    del key
    grey = picture.image().convert("L")
    thin = grey.filter(ImageFilter.GaussianBlur(max(0.5, picture.unit * 0.0014)))
    thick = grey.filter(ImageFilter.GaussianBlur(max(1.0, picture.unit * 0.006)))
    yield 0.3
    dot = max(3.0, picture.unit / 110)
    columns = np.arange(picture.width, dtype=np.float32)[None, :]
    for top, bottom, done in bands_of(picture):
        near = np.asarray(thin.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
        far = np.asarray(thick.crop((0, top, picture.width, bottom)), dtype=np.float32) / np.float32(255)
        ink = np.clip((far - near) * 9 - 0.22, 0, 1)
        rows = np.arange(top, bottom, dtype=np.float32)[:, None]
        mesh = (
            np.sin((columns + rows) * np.float32(2.22 / dot))
            * np.sin((columns - rows) * np.float32(2.22 / dot))
            + 1
        ) / 2
        band = picture.pixels[top:bottom]
        level = (band @ GREY)[:, :, None]
        band = np.clip(level + (band - level) * 1.5, 0, 1)
        band = np.round(band * 5) / 5 * 0.75 + band * 0.25
        dots = smoothstep(0.0, 0.12, (1 - level[:, :, 0]) * 0.92 - mesh)
        band = band * (1.08 - 0.20 * dots[:, :, None])
        picture.pixels[top:bottom] = band * (1 - ink[:, :, None]) + np.float32(0.06) * ink[:, :, None]
        yield 0.3 + 0.7 * done
