"""Furry animals that sit and look at you."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen, Point
from adapters.engines.sketch.subjects import face
from adapters.engines.sketch.subjects.register import Look, subject

SUIT: Colour = (0.90, 0.92, 0.96)


def sitting_body(pen: Pen, look: Look, coat: Colour, belly: Colour, paws: Colour) -> Colour:
    """Body, haunches and front legs of a sitting animal; the colour of what the body wears."""
    if look.costume == "astronaut":
        coat, belly, paws = SUIT, lighter(SUIT, 0.5), (0.74, 0.78, 0.86)
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.155, 0.865, 0.125, 0.125, darker(coat, 0.10))
        pen.oval(0.5 + side * 0.185, 0.968, 0.10, 0.034, darker(paws, 0.12))
    pen.curve(
        [
            (0.5, 0.42),
            (0.63, 0.50),
            (0.685, 0.72),
            (0.66, 0.93),
            (0.5, 0.97),
            (0.34, 0.93),
            (0.315, 0.72),
            (0.37, 0.50),
        ],
        coat,
    )
    pen.curve(
        [
            (0.5, 0.48),
            (0.60, 0.54),
            (0.615, 0.68),
            (0.575, 0.80),
            (0.5, 0.95),
            (0.425, 0.80),
            (0.385, 0.68),
            (0.40, 0.54),
        ],
        belly,
    )
    for side in (-1, 1):
        middle = 0.5 + side * 0.095
        pen.curve(
            [
                (middle - 0.03 * side, 0.70),
                (middle + 0.055 * side, 0.68),
                (middle + 0.052 * side, 0.88),
                (middle + 0.058 * side, 0.985),
                (middle - 0.058 * side, 0.985),
                (middle - 0.048 * side, 0.88),
            ],
            lighter(coat, 0.06),
        )
        pen.oval(middle, 0.965, 0.066, 0.037, paws)
    if look.costume == "astronaut":
        face.suit(pen, 0.5, 0.62, 0.085)
        pen.line([(0.36, 0.60), (0.33, 0.74)], 0.02, (0.86, 0.38, 0.26))
        pen.line([(0.64, 0.60), (0.67, 0.74)], 0.02, (0.86, 0.38, 0.26))
    return coat


def pointed_ears(
    pen: Pen, coat: Colour, inner: Colour, tip: Colour | None, wide: float = 0.095, high: float = 0.235
) -> None:
    """Two upright ears on a head about (0.5, 0.33)."""
    for side in (-1, 1):
        x = 0.5 + side * 0.145
        top: Point = (x + side * 0.055, 0.33 - high - 0.04)
        pen.curve(
            [(x - wide, 0.27), (x - wide * 0.42, 0.17), top, top, (x + wide * 0.85, 0.17), (x + wide, 0.29)],
            coat,
        )
        if tip is not None:
            low: Point = (x - wide * 0.30 + side * 0.02, 0.155)
            pen.curve([low, top, top, (x + wide * 0.58 + side * 0.02, 0.155), (x + side * 0.03, 0.175)], tip)
        apex: Point = (top[0] - side * 0.004, top[1] + 0.075)
        pen.curve(
            [
                (x - wide * 0.55, 0.26),
                (x - wide * 0.25, 0.185),
                apex,
                apex,
                (x + wide * 0.48, 0.19),
                (x + wide * 0.58, 0.27),
            ],
            inner,
        )


def muzzle(pen: Pen, y: float, size: float, nose: Colour, *, smile: bool = True) -> None:
    """Nose and mouth at (0.5, y)."""
    pen.curve(
        [
            (0.5 - size, y - size * 0.45),
            (0.5, y - size * 0.68),
            (0.5 + size, y - size * 0.45),
            (0.5 + size * 0.3, y + size * 0.5),
            (0.5 - size * 0.3, y + size * 0.5),
        ],
        nose,
        0.25,
    )
    if smile:
        pen.line(
            [(0.5 - size * 1.5, y + size * 1.25), (0.5 - size * 0.75, y + size * 1.7), (0.5, y + size * 0.5)],
            0.009,
            INK,
        )
        pen.line(
            [(0.5 + size * 1.5, y + size * 1.25), (0.5 + size * 0.75, y + size * 1.7), (0.5, y + size * 0.5)],
            0.009,
            INK,
        )


@subject("fox vixen", (0.88, 0.42, 0.14), size=0.52, natural="red orange ginger brown")
def fox(pen: Pen, look: Look) -> None:
    """A fox with a large white-tipped tail."""
    coat, socks = look.colour, mix(look.colour, INK, 0.72)
    pen.curve(
        [
            (0.60, 0.93),
            (0.74, 0.99),
            (0.90, 0.93),
            (0.985, 0.76),
            (0.94, 0.54),
            (0.90, 0.46),
            (0.90, 0.46),
            (0.81, 0.60),
            (0.80, 0.74),
            (0.70, 0.82),
        ],
        darker(coat, 0.06),
    )
    pen.curve(
        [
            (0.925, 0.62),
            (0.94, 0.55),
            (0.90, 0.455),
            (0.90, 0.455),
            (0.83, 0.56),
            (0.805, 0.67),
            (0.85, 0.63),
            (0.88, 0.66),
        ],
        WHITE,
    )
    sitting_body(pen, look, coat, WHITE, socks)
    pointed_ears(pen, coat, mix(coat, INK, 0.45), socks)
    cheek_left: Point = (0.235, 0.435)
    cheek_right: Point = (0.765, 0.435)
    pen.curve(
        [
            (0.5, 0.165),
            (0.625, 0.195),
            (0.70, 0.29),
            (0.725, 0.37),
            cheek_right,
            cheek_right,
            (0.66, 0.485),
            (0.56, 0.55),
            (0.5, 0.575),
            (0.44, 0.55),
            (0.34, 0.485),
            cheek_left,
            cheek_left,
            (0.275, 0.37),
            (0.30, 0.29),
            (0.375, 0.195),
        ],
        coat,
    )
    for side in (-1, 1):
        x = 0.5
        outer: Point = (x + side * 0.262, 0.436)
        pen.curve(
            [
                (x + side * 0.012, 0.41),
                (x + side * 0.10, 0.385),
                (x + side * 0.185, 0.375),
                outer,
                outer,
                (x + side * 0.155, 0.487),
                (x + side * 0.055, 0.552),
                (x, 0.572),
                (x, 0.50),
            ],
            WHITE,
        )
    face.eyes(pen, 0.5, 0.355, 0.112, 0.027)
    muzzle(pen, 0.505, 0.036, INK, smile=False)
    face.costume(pen, look.costume, 0.5, 0.36, 0.23)


@subject("wolf husky coyote", (0.46, 0.50, 0.57), size=0.54, natural="grey gray silver")
def wolf(pen: Pen, look: Look) -> None:
    """A wolf: the fox's greyer, broader cousin."""
    coat = look.colour
    pen.curve(
        [(0.62, 0.90), (0.78, 0.97), (0.92, 0.96), (0.985, 0.88), (0.985, 0.88), (0.86, 0.84), (0.72, 0.78)],
        darker(coat, 0.15),
    )
    sitting_body(pen, look, coat, lighter(coat, 0.6), lighter(coat, 0.35))
    pointed_ears(pen, darker(coat, 0.12), mix(coat, (0.7, 0.5, 0.5), 0.5), None, 0.085, 0.20)
    left: Point = (0.25, 0.45)
    right: Point = (0.75, 0.45)
    pen.curve(
        [
            (0.5, 0.16),
            (0.63, 0.19),
            (0.71, 0.29),
            (0.715, 0.38),
            right,
            right,
            (0.66, 0.50),
            (0.57, 0.56),
            (0.5, 0.575),
            (0.43, 0.56),
            (0.34, 0.50),
            left,
            left,
            (0.285, 0.38),
            (0.29, 0.29),
            (0.37, 0.19),
        ],
        coat,
    )
    pen.curve(
        [
            (0.5, 0.30),
            (0.575, 0.40),
            (0.66, 0.40),
            (0.70, 0.455),
            (0.60, 0.53),
            (0.5, 0.57),
            (0.40, 0.53),
            (0.30, 0.455),
            (0.34, 0.40),
            (0.425, 0.40),
        ],
        lighter(coat, 0.68),
    )
    face.eyes(pen, 0.5, 0.345, 0.108, 0.022, (0.96, 0.78, 0.34))
    muzzle(pen, 0.49, 0.045, INK)
    face.costume(pen, look.costume, 0.5, 0.36, 0.23)


@subject("cat kitten kitty tomcat", (0.90, 0.58, 0.26), size=0.5, natural="orange ginger tabby")
def cat(pen: Pen, look: Look) -> None:
    """A cat with stripes and whiskers."""
    coat = look.colour
    stripe = darker(coat, 0.3)
    pen.line(
        [(0.64, 0.93), (0.80, 0.96), (0.90, 0.84), (0.87, 0.66), (0.93, 0.54)],
        0.085,
        darker(coat, 0.08),
        0.062,
    )
    pen.line([(0.90, 0.60), (0.93, 0.54)], 0.066, stripe, 0.060)
    body = sitting_body(pen, look, coat, face.pale(coat), face.pale(coat))
    if body is coat:
        for side in (-1, 1):
            for y in (0.63, 0.70, 0.77):
                pen.line([(0.5 + side * 0.172, y), (0.5 + side * 0.118, y + 0.016)], 0.026, stripe, 0.006)
    pointed_ears(pen, coat, (0.95, 0.66, 0.64), None, 0.10, 0.185)
    pen.curve(
        [
            (0.5, 0.165),
            (0.64, 0.19),
            (0.735, 0.30),
            (0.735, 0.43),
            (0.64, 0.53),
            (0.5, 0.555),
            (0.36, 0.53),
            (0.265, 0.43),
            (0.265, 0.30),
            (0.36, 0.19),
        ],
        coat,
    )
    for dx in (-0.075, 0.0, 0.075):
        pen.line([(0.5 + dx, 0.175 + abs(dx) * 0.18), (0.5 + dx * 0.75, 0.25)], 0.032, stripe, 0.008)
    for side in (-1, 1):
        pen.line([(0.5 + side * 0.233, 0.40), (0.5 + side * 0.165, 0.41)], 0.022, stripe, 0.004)
        pen.line([(0.5 + side * 0.222, 0.45), (0.5 + side * 0.165, 0.45)], 0.020, stripe, 0.004)
    pen.oval(0.455, 0.455, 0.068, 0.056, face.pale(coat))
    pen.oval(0.545, 0.455, 0.068, 0.056, face.pale(coat))
    face.eyes(
        pen, 0.5, 0.355, 0.118, 0.038, (0.62, 0.80, 0.36) if look.costume != "wizard" else (0.96, 0.80, 0.3)
    )
    muzzle(pen, 0.425, 0.024, (0.90, 0.45, 0.46))
    for side in (-1, 1):
        for lift in (-0.018, 0.010, 0.038):
            pen.line(
                [(0.5 + side * 0.11, 0.455 + lift * 0.5), (0.5 + side * 0.31, 0.445 + lift * 1.5)],
                0.005,
                lighter(coat, 0.8),
                0.002,
            )
    face.costume(pen, look.costume, 0.5, 0.35, 0.25)


@subject(
    "dog puppy pup hound doggo corgi labrador beagle",
    (0.78, 0.55, 0.33),
    size=0.52,
    natural="brown golden tan",
)
def dog(pen: Pen, look: Look) -> None:
    """A friendly dog with hanging ears and a collar."""
    coat = look.colour
    pale, dark = face.pale(coat), darker(coat, 0.32)
    pen.line([(0.63, 0.90), (0.78, 0.86), (0.87, 0.72)], 0.075, coat, 0.035)
    sitting_body(pen, look, coat, pale, pale)
    pen.curve(
        [
            (0.5, 0.155),
            (0.62, 0.17),
            (0.70, 0.27),
            (0.70, 0.42),
            (0.63, 0.53),
            (0.5, 0.57),
            (0.37, 0.53),
            (0.30, 0.42),
            (0.30, 0.27),
            (0.38, 0.17),
        ],
        coat,
    )
    pen.curve(
        [
            (0.5, 0.165),
            (0.535, 0.25),
            (0.56, 0.36),
            (0.62, 0.45),
            (0.58, 0.54),
            (0.5, 0.565),
            (0.42, 0.54),
            (0.38, 0.45),
            (0.44, 0.36),
            (0.465, 0.25),
        ],
        pale,
    )
    for side in (-1, 1):
        pen.curve(
            [
                (0.5 + side * 0.13, 0.175),
                (0.5 + side * 0.235, 0.19),
                (0.5 + side * 0.295, 0.32),
                (0.5 + side * 0.29, 0.46),
                (0.5 + side * 0.235, 0.50),
                (0.5 + side * 0.195, 0.40),
                (0.5 + side * 0.175, 0.27),
            ],
            dark,
        )
    face.eyes(pen, 0.5, 0.335, 0.098, 0.030)
    pen.curve(
        [(0.465, 0.495), (0.535, 0.495), (0.535, 0.575), (0.5, 0.60), (0.465, 0.575)], (0.90, 0.42, 0.46)
    )
    pen.curve(
        [
            (0.40, 0.44),
            (0.5, 0.405),
            (0.60, 0.44),
            (0.59, 0.505),
            (0.54, 0.525),
            (0.5, 0.51),
            (0.46, 0.525),
            (0.41, 0.505),
        ],
        lighter(pale, 0.3),
    )
    muzzle(pen, 0.43, 0.042, INK)
    if look.costume != "astronaut":
        pen.line([(0.395, 0.565), (0.5, 0.60), (0.605, 0.565)], 0.034, (0.80, 0.22, 0.24))
        pen.oval(0.5, 0.632, 0.028, 0.028, (0.95, 0.76, 0.30))
    face.costume(pen, look.costume, 0.5, 0.35, 0.24)


@subject("rabbit bunny hare", (0.72, 0.60, 0.50), size=0.48, natural="brown grey gray")
def rabbit(pen: Pen, look: Look) -> None:
    """A rabbit with tall ears."""
    coat = look.colour
    pen.oval(0.69, 0.90, 0.06, 0.06, WHITE)
    sitting_body(pen, look, coat, face.pale(coat), face.pale(coat))
    for side in (-1, 1):
        x = 0.5 + side * 0.095
        pen.oval(x + side * 0.022, 0.115, 0.062, 0.185, coat, turn=side * 9)
        pen.oval(x + side * 0.022, 0.125, 0.032, 0.145, (0.94, 0.68, 0.68), turn=side * 9)
    pen.curve(
        [
            (0.5, 0.22),
            (0.61, 0.24),
            (0.69, 0.34),
            (0.68, 0.46),
            (0.60, 0.54),
            (0.5, 0.555),
            (0.40, 0.54),
            (0.32, 0.46),
            (0.31, 0.34),
            (0.39, 0.24),
        ],
        coat,
    )
    pen.oval(0.458, 0.475, 0.06, 0.05, face.pale(coat))
    pen.oval(0.542, 0.475, 0.06, 0.05, face.pale(coat))
    face.eyes(pen, 0.5, 0.375, 0.108, 0.030)
    pen.box(0.478, 0.495, 0.522, 0.545, WHITE, rounding=0.008)
    muzzle(pen, 0.445, 0.022, (0.90, 0.48, 0.50), smile=False)
    face.blush(pen, 0.5, 0.455, 0.135, 0.035)
    face.costume(pen, look.costume, 0.5, 0.38, 0.22)


def _rounded_head(pen: Pen, coat: Colour, ears: Colour, inner: Colour) -> None:
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.17, 0.205, 0.078, 0.078, ears)
        pen.oval(0.5 + side * 0.17, 0.215, 0.044, 0.044, inner)
    pen.curve(
        [
            (0.5, 0.165),
            (0.63, 0.19),
            (0.725, 0.31),
            (0.715, 0.44),
            (0.62, 0.54),
            (0.5, 0.565),
            (0.38, 0.54),
            (0.285, 0.44),
            (0.275, 0.31),
            (0.37, 0.19),
        ],
        coat,
    )


@subject("bear grizzly teddy polar-bear", (0.47, 0.31, 0.20), size=0.56, natural="brown")
def bear(pen: Pen, look: Look) -> None:
    """A bear, round all over."""
    coat = look.colour
    sitting_body(pen, look, coat, lighter(coat, 0.28), darker(coat, 0.15))
    _rounded_head(pen, coat, darker(coat, 0.1), lighter(coat, 0.3))
    pen.oval(0.5, 0.455, 0.105, 0.085, lighter(coat, 0.45))
    face.eyes(pen, 0.5, 0.345, 0.105, 0.025)
    muzzle(pen, 0.425, 0.036, INK)
    face.costume(pen, look.costume, 0.5, 0.36, 0.24)


@subject("panda", WHITE, size=0.54, natural="white black", place="forest")
def panda(pen: Pen, look: Look) -> None:
    """A panda."""
    black: Colour = (0.16, 0.16, 0.20)
    sitting_body(pen, look, black, look.colour, black)
    _rounded_head(pen, look.colour, black, darker(black, 0.2))
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.112, 0.365, 0.056, 0.07, black, turn=side * 28)
    face.eyes(pen, 0.5, 0.36, 0.105, 0.024, (0.36, 0.26, 0.22))
    muzzle(pen, 0.45, 0.034, INK)
    face.costume(pen, look.costume, 0.5, 0.36, 0.24)


@subject("lion lioness", (0.86, 0.64, 0.32), size=0.56, natural="golden gold tan brown", place="desert")
def lion(pen: Pen, look: Look) -> None:
    """A lion with a full mane."""
    coat, mane = look.colour, mix(look.colour, (0.50, 0.22, 0.08), 0.62)
    pen.line([(0.64, 0.92), (0.82, 0.93), (0.90, 0.76)], 0.04, coat, 0.03)
    pen.oval(0.905, 0.725, 0.045, 0.065, mane, turn=15)
    sitting_body(pen, look, coat, face.pale(coat), lighter(coat, 0.3))
    from math import cos, pi, sin  # noqa: PLC0415

    locks = []
    for part in range(28):
        reach = 0.315 if part % 2 else 0.265
        locks.append((0.5 + reach * cos(part * pi / 14), 0.37 + reach * 0.96 * sin(part * pi / 14)))
    pen.curve(locks, mane)
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.16, 0.215, 0.06, 0.06, coat)
        pen.oval(0.5 + side * 0.16, 0.222, 0.034, 0.034, mane)
    pen.curve(
        [
            (0.5, 0.19),
            (0.61, 0.21),
            (0.69, 0.32),
            (0.68, 0.44),
            (0.60, 0.53),
            (0.5, 0.56),
            (0.40, 0.53),
            (0.32, 0.44),
            (0.31, 0.32),
            (0.39, 0.21),
        ],
        coat,
    )
    pen.oval(0.46, 0.465, 0.06, 0.052, face.pale(coat))
    pen.oval(0.54, 0.465, 0.06, 0.052, face.pale(coat))
    face.eyes(pen, 0.5, 0.355, 0.10, 0.026)
    muzzle(pen, 0.43, 0.042, (0.36, 0.20, 0.16))
    face.costume(pen, look.costume, 0.5, 0.35, 0.25)


@subject("mouse mice rat hamster", (0.62, 0.62, 0.66), size=0.36, natural="grey gray brown")
def mouse(pen: Pen, look: Look) -> None:
    """A mouse with large ears."""
    coat = look.colour
    pen.line([(0.63, 0.93), (0.82, 0.98), (0.95, 0.86), (0.90, 0.72)], 0.028, (0.93, 0.66, 0.66), 0.012)
    sitting_body(pen, look, coat, face.pale(coat), (0.95, 0.74, 0.73))
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.2, 0.215, 0.125, 0.125, coat)
        pen.oval(0.5 + side * 0.2, 0.225, 0.085, 0.085, (0.95, 0.72, 0.72))
    pen.curve(
        [
            (0.5, 0.20),
            (0.61, 0.225),
            (0.68, 0.34),
            (0.64, 0.46),
            (0.55, 0.54),
            (0.5, 0.56),
            (0.45, 0.54),
            (0.36, 0.46),
            (0.32, 0.34),
            (0.39, 0.225),
        ],
        coat,
    )
    face.eyes(pen, 0.5, 0.375, 0.095, 0.030)
    muzzle(pen, 0.51, 0.026, (0.92, 0.46, 0.50), smile=False)
    face.costume(pen, look.costume, 0.5, 0.37, 0.22)
