"""The colours of a scene: chosen by hour and weather, shifted by season and the prompt's own colours."""

from dataclasses import dataclass, replace

import numpy as np

from adapters.engines.sketch.colours import Colour, darker, lighter, luminance, mix
from adapters.engines.sketch.words import Brief


@dataclass(frozen=True, slots=True)
class Palette:
    """Everything that gives a scene its mood."""

    sky: tuple[Colour, ...]
    """From the zenith to the horizon."""
    light: Colour
    """The sun's or moon's disc and the edges it lights."""
    cloud: Colour
    haze: Colour
    """What the farthest land fades into."""
    land: Colour
    """The nearest ground."""
    water: Colour
    ambient: Colour
    """What subjects' own colours are multiplied with."""
    dark: bool = False


def _hex(*codes: str) -> tuple[Colour, ...]:
    return tuple(
        (int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255) for code in codes
    )


def _palette(sky: str, rest: str, ambient: Colour, *, dark: bool = False) -> Palette:
    light, cloud, haze, land, water = _hex(*rest.split())
    return Palette(_hex(*sky.split()), light, cloud, haze, land, water, ambient, dark)


_MOODS: dict[str, tuple[Palette, ...]] = {
    "day": (
        _palette("2f7fc4 5fa9dc a5d3ea e6f1e6", "fff6d8 ffffff a9cbd6 5c9a4a 2f7fa8", (1.0, 1.0, 0.98)),
        _palette("3a8fb7 78bfd0 bfe3da fbeecb", "fff3c8 fffaf0 a5cdc4 7aa63f 2f8f9f", (1.03, 1.0, 0.94)),
        _palette("4a78c8 86a9e6 c3d5f5 fde9dc", "fff0d6 fffdfb b3bfe0 6b9b58 3b74b4", (1.0, 0.99, 1.0)),
    ),
    "dawn": (
        _palette("5b6fb0 a790c4 f0b4b4 fde0b8", "fff0d0 ffe2dc c3a6c4 5f7d5e 7b8fbf", (1.0, 0.93, 0.95)),
        _palette("4f8fb8 9cc3cf f7d3b8 ffeccb", "fff4dc fff0e6 c0bfc6 6d8d5f 6fa6b9", (1.02, 0.96, 0.93)),
    ),
    "sunset": (
        _palette(
            "2b2a63 7a3f86 d95f6c fba55a ffdc8c", "ffeeb0 ffb08a b8607a 5c4a5e 7a4a72", (1.0, 0.82, 0.78)
        ),
        _palette(
            "27476e 6f6f96 e08a6d fdbb62 ffe6a3", "fff1bd ffcfa0 c77f6c 6a5f3c 5c6684", (1.04, 0.87, 0.76)
        ),
        _palette(
            "41205e 9c3573 ee6055 ff9b54 ffd97d", "ffe9a8 ff9d8c b4506c 583656 7d3560", (1.0, 0.80, 0.80)
        ),
    ),
    "night": (
        _palette(
            "070b24 101c46 23386f 43619a", "fdf6dc 5a6a9c 2f4678 14243a 122a52", (0.62, 0.68, 0.92), dark=True
        ),
        _palette(
            "0a0a26 1c1a4c 3a2f74 6c5a9e", "fff3d6 70659c 453c78 1b1c3a 1f2358", (0.68, 0.66, 0.92), dark=True
        ),
        _palette(
            "04141f 082c3c 135260 3a8487", "f6fbe6 4f8590 1f5763 0c2a30 0c3a4a", (0.62, 0.76, 0.86), dark=True
        ),
    ),
    "storm": (
        _palette("1b222e 343f4f 5a6672 8d958f", "e8efe6 6b7480 5e6a72 2f3a35 2a4350", (0.78, 0.82, 0.86)),
        _palette("1d1f30 3a3d55 646782 a39da0", "f0ecf2 70708a 686b80 33373d 30435c", (0.80, 0.80, 0.88)),
    ),
    "fog": (
        _palette("a3b3bb bccacd d3dbd8 e4e5dd", "ffffff e6eae8 c6d0d0 5f766c 8fa5aa", (0.93, 0.96, 0.97)),
        _palette("b7adb9 cdc2c6 e2d6d0 f0e6d9", "fff8ec efe8e6 d3c9cb 6c7a6c a59fae", (0.97, 0.94, 0.94)),
    ),
}

_SNOWY_LAND: Colour = (0.93, 0.95, 0.98)


def choose(brief: Brief, random: np.random.Generator) -> Palette:
    """The palette of `brief`; where several would do, chance decides."""
    mood = _mood(brief, random)
    options = _MOODS[mood]
    palette = _seasonal(options[int(random.integers(len(options)))], brief)
    if brief.place == "desert":
        sand = (0.86, 0.62, 0.36) if not palette.dark else (0.32, 0.30, 0.42)
        palette = replace(palette, land=mix(palette.land, sand, 0.8), haze=mix(palette.haze, sand, 0.35))
    if "snow" in brief.weather:
        palette = _snowed(palette)
    if {"rain", "cloudy"} & brief.weather and mood in ("day", "dawn"):
        palette = replace(palette, sky=tuple(mix(stop, (0.62, 0.67, 0.72), 0.55) for stop in palette.sky))
    if "fog" in brief.weather and mood != "fog":
        palette = replace(palette, haze=mix(palette.haze, palette.sky[-1], 0.6))
    return _tinted(palette, brief.tints[0]) if brief.tints else palette


def _mood(brief: Brief, random: np.random.Generator) -> str:
    if "storm" in brief.weather and brief.hour != "night":
        return "storm"
    if brief.hour:
        return brief.hour
    if brief.style in ("neon", "vaporwave", "noir") or brief.place == "space" or "aurora" in brief.weather:
        return "night"
    if "fog" in brief.weather:
        return "fog"
    return str(random.choice(["day", "dawn"] if brief.weather else ["day", "day", "dawn", "sunset"]))


_SEASONS: dict[str, tuple[Colour, float, Colour]] = {
    "autumn": ((0.72, 0.42, 0.14), 0.55, (0.80, 0.52, 0.34)),
    "spring": ((0.55, 0.78, 0.36), 0.40, (0.98, 0.78, 0.84)),
}
"""The ground's colour, how much of it, and the haze's."""


def _seasonal(palette: Palette, brief: Brief) -> Palette:
    if brief.season not in _SEASONS:
        return palette
    ground, share, haze = _SEASONS[brief.season]
    return replace(palette, land=mix(palette.land, ground, share), haze=mix(palette.haze, haze, 0.3))


def _snowed(palette: Palette) -> Palette:
    # Snow takes the light of the sky: never plain white, never as dark as the grass under it.
    light = mix(_SNOWY_LAND, palette.sky[-2], 0.22)
    ground = mix(light, palette.sky[1], 0.45) if palette.dark else light
    return replace(palette, land=ground, haze=mix(palette.haze, lighter(palette.sky[-1], 0.3), 0.5))


def _tinted(palette: Palette, tint: Colour) -> Palette:
    depths = np.linspace(0.75, 0.0, len(palette.sky))
    sky = []
    for stop, depth in zip(palette.sky, depths, strict=True):
        level = luminance(stop)
        toned = darker(tint, 0.5 - level) if level < 0.5 else lighter(tint, level - 0.4)
        sky.append(mix(stop, toned, float(depth) * 0.75 + 0.15))
    return replace(
        palette, sky=tuple(sky), haze=mix(palette.haze, tint, 0.35), water=mix(palette.water, tint, 0.3)
    )
