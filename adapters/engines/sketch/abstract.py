"""Compositions for prompts that name nothing: currents, discs and waves of colour."""

import numpy as np

from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Noise, smoothstep
from adapters.engines.sketch.picture import Picture, gradient
from adapters.engines.sketch.scene import Layer, Work, bands_of, stream

SCHEMES: tuple[tuple[Colour, ...], ...] = (
    ((0.07, 0.09, 0.20), (0.16, 0.32, 0.52), (0.36, 0.68, 0.70), (0.98, 0.82, 0.52), (0.95, 0.46, 0.36)),
    ((0.14, 0.06, 0.20), (0.42, 0.12, 0.40), (0.86, 0.28, 0.42), (0.99, 0.62, 0.40), (0.99, 0.90, 0.68)),
    ((0.04, 0.16, 0.18), (0.08, 0.38, 0.38), (0.42, 0.66, 0.44), (0.92, 0.86, 0.56), (0.92, 0.52, 0.28)),
    ((0.95, 0.92, 0.86), (0.90, 0.74, 0.60), (0.80, 0.42, 0.34), (0.30, 0.36, 0.46), (0.12, 0.16, 0.26)),
    ((0.10, 0.08, 0.26), (0.28, 0.22, 0.62), (0.52, 0.42, 0.90), (0.92, 0.62, 0.86), (0.99, 0.88, 0.78)),
)


def layers(key: bytes, tints: tuple[Colour, ...]) -> list[Layer]:
    """The layers of an abstract picture, in the prompt's own colours if it names any."""
    random = stream(key, "abstract")
    scheme = SCHEMES[int(random.integers(len(SCHEMES)))]
    if tints:
        last = tints[-1] if len(tints) > 1 else lighter(tints[0], 0.7)
        scheme = (
            darker(tints[0], 0.72),
            darker(tints[0], 0.3),
            tints[0],
            mix(tints[0], last, 0.6),
            lighter(last, 0.25),
        )
    return [
        Layer(80, lambda picture: _currents(picture, key, scheme)),
        Layer(70, lambda picture: _discs(picture, key, scheme)),
        Layer(60, lambda picture: _waves(picture, key, scheme)),
    ]


def _currents(picture: Picture, key: bytes, scheme: tuple[Colour, ...]) -> Work:
    random = stream(key, "currents")
    wide, high = picture.width / picture.unit, picture.height / picture.unit
    first, second = Noise(random, 2 * wide, 2 * high, 3, 0.45), Noise(random, 3 * wide, 3 * high, 4, 0.5)
    lines = float(random.uniform(3.5, 8))
    turn = float(random.uniform(0, 6.28))
    columns = np.arange(picture.width, dtype=np.float32)[None, :] / picture.unit * np.float32(np.cos(turn))
    for top, bottom, done in bands_of(picture):
        rows = np.arange(top, bottom, dtype=np.float32)[:, None] / picture.unit * np.float32(np.sin(turn))
        drift = first.rows(picture.width, picture.height, top, bottom)
        fine = second.rows(picture.width, picture.height, top, bottom)
        flow = (columns + rows) * 0.5 + drift * 1.7 + fine * 0.35
        ribbons = flow * lines
        edge = np.abs(ribbons - np.floor(ribbons) - 0.5) * 2
        tone = np.clip((np.floor(ribbons) % 7) / 6 * 0.35 + drift * 1.3 - 0.32, 0, 1)
        band = gradient(scheme, tone)
        band *= (0.86 + 0.22 * smoothstep(0.0, 0.9, edge))[:, :, None]
        picture.pixels[top:bottom] = band
        yield done


def _discs(picture: Picture, key: bytes, scheme: tuple[Colour, ...]) -> Work:
    random = stream(key, "discs")
    count = int(random.integers(3, 8))
    for number in range(count):
        radius = picture.unit * float(random.uniform(0.04, 0.26) if number else random.uniform(0.20, 0.32))
        x, y = (
            picture.width * float(random.uniform(0.1, 0.9)),
            picture.height * float(random.uniform(0.1, 0.85)),
        )
        tone = scheme[int(random.integers(1, len(scheme)))]
        ringed = random.random() < 0.35
        columns = np.arange(int(x - radius * 1.6), int(x + radius * 1.6) + 1, dtype=np.float32)[
            None, :
        ] - np.float32(x)
        for top, bottom in picture.bands(max(0.0, y - radius * 1.3), y + radius * 1.6):
            rows = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)
            far = np.sqrt(rows**2 + columns**2)
            shadow = np.exp(
                -((np.sqrt((rows - radius * 0.12) ** 2 + (columns - radius * 0.08) ** 2) / radius) ** 6) * 0.7
            )
            picture.cover(top, int(x - radius * 1.6), shadow * np.float32(0.30), darker(scheme[0], 0.4))
            mask = np.clip(radius - far + 0.5, 0, 1)
            if ringed:
                mask = mask * np.clip(far - radius * 0.72 + 0.5, 0, 1)
            ramp = np.clip((rows + columns) / (2.4 * radius) + 0.5, 0, 1)
            picture.cover(
                top,
                int(x - radius * 1.6),
                mask,
                gradient((lighter(tone, 0.35), tone, darker(tone, 0.35)), ramp),
            )
        yield (number + 1) / count


def _waves(picture: Picture, key: bytes, scheme: tuple[Colour, ...]) -> Work:
    random = stream(key, "waves")
    count = int(random.integers(3, 6))
    for number in range(count):
        low = 0.70 + 0.3 * (number + 1) / (count + 1)
        bend, phase, steep = random.uniform(0.6, 1.6), random.uniform(0, 6.28), random.uniform(0.03, 0.09)
        across = np.arange(picture.width, dtype=np.float32) / picture.width
        edge = (
            low
            + steep * np.sin(across * 6.28 * bend + phase)
            + steep * 0.4 * np.sin(across * 15 * bend + phase * 2)
        ) * picture.height
        tone = scheme[(number + 1) % len(scheme)]
        for top, bottom in picture.bands(float(edge.min()) - picture.unit * 0.03):
            rows = np.arange(top, bottom, dtype=np.float32)[:, None]
            depth = rows - edge[None, :]
            picture.cover(
                top,
                0,
                np.exp(-((depth / (picture.unit * 0.022)) ** 2)) * np.float32(0.30) * (depth < 0),
                darker(scheme[0], 0.4),
            )
            ramp = np.clip(depth / (0.3 * picture.height), 0, 1)
            picture.cover(
                top, 0, np.clip(depth + 0.5, 0, 1), gradient((lighter(tone, 0.18), darker(tone, 0.25)), ramp)
            )
        yield (number + 1) / count
