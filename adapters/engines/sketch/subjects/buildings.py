"""Houses, towers and bridges."""

from adapters.engines.sketch.colours import WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects.register import Look, subject

LAMP: Colour = (1.0, 0.85, 0.50)


def window(pen: Pen, look: Look, x: float, y: float, wide: float, high: float, wall: Colour) -> None:
    """A window about (x, y), lit after dark."""
    glass = LAMP if look.dark else mix((0.42, 0.62, 0.76), wall, 0.15)
    pen.box(x - wide * 0.62, y - high * 0.58, x + wide * 0.62, y + high * 0.58, lighter(wall, 0.55))
    pen.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, glass, 0.25)
    pen.line([(x, y - high / 2), (x, y + high / 2)], wide * 0.10, lighter(wall, 0.55))
    pen.line([(x - wide / 2, y), (x + wide / 2, y)], wide * 0.10, lighter(wall, 0.55))
    if look.dark:
        pen.glow(x, y, wide * 1.6, LAMP, 0.28)


@subject(
    "house cottage home hut cabin farmhouse barn building mansion villa",
    (0.93, 0.86, 0.74),
    size=0.5,
    aspect=1.1,
    natural="",
    place="hills",
    built=True,
)
def house(pen: Pen, look: Look) -> None:
    """A cottage with a chimney."""
    wall = look.colour
    red = abs(wall[0] - 0.75) < 0.2 and wall[1] < 0.4
    roof: Colour = (0.34, 0.38, 0.46) if red else (0.72, 0.30, 0.24)
    pen.box(0.68, 0.10, 0.78, 0.40, (0.56, 0.38, 0.32))
    pen.box(0.66, 0.08, 0.80, 0.125, (0.66, 0.48, 0.42))
    for part, (x, y, size) in enumerate(((0.74, 0.02, 0.030), (0.77, -0.06, 0.042), (0.83, -0.15, 0.055))):
        pen.oval(x, y, size, size * 0.8, WHITE, opacity=0.55 - part * 0.13)
    pen.shape([(0.12, 0.46), (0.88, 0.46), (0.88, 1.0), (0.12, 1.0)], wall, 0.08)
    pen.shape([(0.12, 0.46), (0.88, 0.46), (0.88, 0.56), (0.12, 0.56)], darker(wall, 0.45), opacity=0.5)
    pen.shape([(0.02, 0.50), (0.20, 0.14), (0.80, 0.14), (0.98, 0.50)], roof)
    for row in range(4):
        y = 0.22 + row * 0.085
        pen.line([(0.16 - row * 0.042, y), (0.84 + row * 0.042, y)], 0.006, darker(roof, 0.25))
    pen.box(0.43, 0.68, 0.58, 1.0, mix((0.42, 0.28, 0.20), wall, 0.05), rounding=0.01)
    pen.oval(0.55, 0.85, 0.011, 0.012, (0.95, 0.80, 0.4))
    window(pen, look, 0.27, 0.72, 0.13, 0.15, wall)
    window(pen, look, 0.735, 0.72, 0.13, 0.15, wall)
    pen.shape([(0.36, 0.36), (0.5, 0.20), (0.64, 0.36)], darker(roof, 0.2))
    pen.shape([(0.40, 0.36), (0.5, 0.245), (0.60, 0.36)], wall)
    pen.oval(0.5, 0.318, 0.026, 0.028, LAMP if look.dark else (0.42, 0.62, 0.76))
    for x in (0.20, 0.34, 0.66, 0.81):
        pen.oval(x, 0.985, 0.07, 0.04, (0.30, 0.50, 0.26))


@subject(
    "castle fortress palace citadel kingdom",
    (0.74, 0.69, 0.68),
    size=0.54,
    aspect=1.1,
    natural="grey gray stone white",
    place="hills",
    built=True,
)
def castle(pen: Pen, look: Look) -> None:  # noqa: C901 - its three kinds of parts share stone and light
    """A castle with pointed towers and banners."""
    stone = look.colour
    roof: Colour = (0.30, 0.34, 0.56)
    flag: Colour = (0.86, 0.24, 0.26)

    def tower(x: float, wide: float, top: float, spire: float, shade: float) -> None:
        wall = darker(stone, shade)
        pen.line([(x, top - spire), (x, top - spire - 0.085)], 0.008, darker(stone, 0.5))
        pen.shape(
            [(x, top - spire - 0.085), (x + 0.085, top - spire - 0.065), (x, top - spire - 0.035)], flag
        )
        pen.box(x - wide / 2, top, x + wide / 2, 1.0, wall)
        pen.box(x + wide * 0.12, top, x + wide / 2, 1.0, darker(wall, 0.16))
        pen.box(x - wide * 0.62, top - 0.03, x + wide * 0.62, top + 0.035, lighter(wall, 0.08))
        pen.shape(
            [(x - wide * 0.72, top - 0.025), (x, top - spire), (x + wide * 0.72, top - 0.025)],
            darker(roof, shade),
        )
        pen.shape(
            [(x + wide * 0.10, top - 0.025), (x, top - spire), (x + wide * 0.72, top - 0.025)],
            darker(roof, shade + 0.22),
        )
        for y in (top + 0.12, top + 0.30):
            if y < 0.85:
                slit(x, y)

    def slit(x: float, y: float) -> None:
        pen.box(
            x - 0.014,
            y - 0.035,
            x + 0.014,
            y + 0.035,
            LAMP if look.dark else darker(stone, 0.65),
            rounding=0.013,
        )
        if look.dark:
            pen.glow(x, y, 0.07, LAMP, 0.3)

    def rampart(left: float, right: float, top: float, shade: float) -> None:
        wall = darker(stone, shade)
        pen.box(left, top, right, 1.0, wall)
        count = max(2, round((right - left) / 0.07))
        for part in range(count):
            start = left + (right - left) * part / count
            pen.box(start, top - 0.04, start + (right - left) / count * 0.58, top + 0.01, wall)

    tower(0.36, 0.13, 0.34, 0.24, 0.14)
    tower(0.66, 0.12, 0.40, 0.22, 0.14)
    rampart(0.26, 0.76, 0.56, 0.06)
    tower(0.51, 0.17, 0.28, 0.26, 0.02)
    rampart(0.10, 0.90, 0.72, 0.0)
    tower(0.12, 0.15, 0.55, 0.24, 0.0)
    tower(0.89, 0.15, 0.55, 0.24, 0.0)
    gate = darker(stone, 0.72)
    pen.curve(
        [
            (0.43, 1.0),
            (0.43, 1.0),
            (0.43, 0.86),
            (0.455, 0.80),
            (0.51, 0.775),
            (0.565, 0.80),
            (0.59, 0.86),
            (0.59, 1.0),
            (0.59, 1.0),
        ],
        lighter(stone, 0.12),
    )
    pen.curve(
        [
            (0.45, 1.0),
            (0.45, 1.0),
            (0.45, 0.865),
            (0.47, 0.82),
            (0.51, 0.80),
            (0.55, 0.82),
            (0.57, 0.865),
            (0.57, 1.0),
            (0.57, 1.0),
        ],
        LAMP if look.dark else gate,
        0.2,
    )
    for x in (0.47, 0.51, 0.55):
        pen.line([(x, 0.82), (x, 1.0)], 0.008, darker(stone, 0.8))
    for x, y in (
        (0.24, 0.82),
        (0.33, 0.88),
        (0.68, 0.84),
        (0.77, 0.90),
        (0.30, 0.66),
        (0.70, 0.64),
        (0.22, 0.94),
        (0.64, 0.93),
    ):
        pen.box(x, y, x + 0.04, y + 0.014, darker(stone, 0.2))
    for x in (0.32, 0.70):
        slit(x, 0.80)


@subject("lighthouse beacon", WHITE, size=0.66, aspect=0.5, natural="white", place="sea", built=True)
def lighthouse(pen: Pen, look: Look) -> None:
    """A striped lighthouse, its lamp lit."""
    wall = look.colour
    stripe: Colour = (0.80, 0.20, 0.18) if wall[0] > 0.85 and wall[1] > 0.8 else WHITE

    def half(y: float) -> float:
        return 0.155 + 0.125 * (y - 0.24) / 0.76

    pen.box(0.60, 0.84, 0.98, 1.0, lighter(wall, 0.1))
    pen.shape([(0.54, 0.85), (0.64, 0.765), (0.94, 0.765), (1.04, 0.85)], (0.52, 0.28, 0.26))
    pen.box(0.76, 0.88, 0.86, 0.945, LAMP)
    for part in range(5):
        top, low = 0.24 + part * 0.152, 0.24 + (part + 1) * 0.152
        tone = wall if part % 2 else stripe
        pen.shape(
            [(0.5 - half(top), top), (0.5 + half(top), top), (0.5 + half(low), low), (0.5 - half(low), low)],
            tone,
            0.02,
        )
    pen.shape(
        [(0.5 + 0.06, 0.24), (0.5 + half(0.24), 0.24), (0.5 + half(1.0), 1.0), (0.60, 1.0)],
        (0.10, 0.10, 0.22),
        0.0,
        opacity=0.22,
    )
    for y in (0.40, 0.58, 0.74):
        pen.box(0.455, y - 0.028, 0.545, y + 0.028, LAMP if look.dark else (0.24, 0.30, 0.40), rounding=0.02)
    pen.box(0.44, 0.90, 0.56, 1.0, (0.30, 0.24, 0.26), rounding=0.02)
    pen.box(0.27, 0.215, 0.73, 0.245, (0.26, 0.28, 0.34))
    for part in range(7):
        x = 0.29 + part * 0.07
        pen.line([(x, 0.17), (x, 0.22)], 0.010, (0.26, 0.28, 0.34))
    pen.line([(0.28, 0.17), (0.72, 0.17)], 0.012, (0.26, 0.28, 0.34))
    pen.box(0.37, 0.115, 0.63, 0.215, (1.0, 0.93, 0.66))
    for x in (0.37, 0.46, 0.54, 0.63):
        pen.line([(x, 0.115), (x, 0.215)], 0.012, (0.26, 0.28, 0.34))
    pen.curve(
        [(0.33, 0.12), (0.33, 0.12), (0.38, 0.065), (0.5, 0.035), (0.62, 0.065), (0.67, 0.12), (0.67, 0.12)],
        (0.74, 0.20, 0.18),
    )
    pen.line([(0.5, 0.035), (0.5, -0.01)], 0.014, (0.26, 0.28, 0.34))
    pen.glow(0.5, 0.165, 0.55, (1.0, 0.92, 0.62), 0.6)


@subject(
    "tower clock-tower belfry campanile",
    (0.70, 0.66, 0.64),
    size=0.68,
    aspect=0.46,
    natural="grey gray stone",
    place="city",
    built=True,
)
def tower(pen: Pen, look: Look) -> None:
    """A clock tower."""
    stone = look.colour
    pen.box(0.18, 0.42, 0.82, 1.0, stone)
    pen.box(0.58, 0.42, 0.82, 1.0, darker(stone, 0.16))
    pen.box(0.12, 0.22, 0.88, 0.43, lighter(stone, 0.06))
    pen.box(0.08, 0.20, 0.92, 0.235, darker(stone, 0.15))
    pen.box(0.08, 0.42, 0.92, 0.445, darker(stone, 0.15))
    pen.shape([(0.10, 0.20), (0.5, -0.02), (0.90, 0.20)], (0.32, 0.40, 0.46))
    pen.shape([(0.54, 0.20), (0.5, -0.02), (0.90, 0.20)], (0.24, 0.31, 0.38))
    pen.oval(0.5, 0.325, 0.20, 0.092, darker(stone, 0.5))
    pen.oval(0.5, 0.325, 0.17, 0.078, LAMP if look.dark else WHITE)
    pen.line([(0.5, 0.325), (0.5, 0.268)], 0.022, darker(stone, 0.7))
    pen.line([(0.5, 0.325), (0.59, 0.345)], 0.026, darker(stone, 0.7))
    for row in range(4):
        for x in (0.34, 0.5, 0.66):
            pen.box(
                x - 0.045,
                0.49 + row * 0.105,
                x + 0.045,
                0.55 + row * 0.105,
                LAMP if look.dark else darker(stone, 0.55),
                rounding=0.02,
            )
    pen.box(0.39, 0.90, 0.61, 1.0, darker(stone, 0.6), rounding=0.02)


@subject(
    "windmill mill turbine",
    (0.92, 0.88, 0.80),
    size=0.62,
    aspect=0.85,
    natural="white",
    place="meadow",
    built=True,
)
def windmill(pen: Pen, look: Look) -> None:
    """A windmill."""
    wall = look.colour
    pen.shape([(0.38, 0.36), (0.62, 0.36), (0.70, 1.0), (0.30, 1.0)], wall)
    pen.shape([(0.54, 0.36), (0.62, 0.36), (0.70, 1.0), (0.58, 1.0)], darker(wall, 0.2))
    pen.curve(
        [(0.34, 0.38), (0.34, 0.38), (0.38, 0.26), (0.5, 0.21), (0.62, 0.26), (0.66, 0.38), (0.66, 0.38)],
        (0.56, 0.30, 0.24),
    )
    pen.box(0.44, 0.84, 0.56, 1.0, (0.40, 0.28, 0.22), rounding=0.02)
    window(pen, look, 0.49, 0.58, 0.07, 0.08, wall)
    for turn in range(4):
        dx, dy = ((0.62, -0.62), (0.62, 0.62), (-0.62, 0.62), (-0.62, -0.62))[turn]
        end = (0.5 + dx * 0.62, 0.34 + dy * 0.52)
        side = (-dy * 0.09, dx * 0.09)
        start = (0.5 + dx * 0.14, 0.34 + dy * 0.12)
        pen.shape(
            [start, end, (end[0] + side[0], end[1] + side[1]), (start[0] + side[0], start[1] + side[1])],
            (0.97, 0.95, 0.88),
            opacity=0.92,
        )
        pen.line([(0.5, 0.34), end], 0.016, (0.36, 0.26, 0.20))
    pen.oval(0.5, 0.34, 0.03, 0.028, (0.30, 0.22, 0.18))


@subject("bridge viaduct", (0.62, 0.54, 0.50), size=0.34, aspect=2.6, place="lake", built=True)
def bridge(pen: Pen, look: Look) -> None:
    """A stone bridge with three arches."""
    stone = look.colour
    arches = []
    for middle, wide in ((0.80, 0.10), (0.5, 0.13), (0.20, 0.10)):
        arches += [
            (middle + wide, 1.0),
            (middle + wide * 0.92, 0.72),
            (middle + wide * 0.6, 0.56),
            (middle, 0.48),
            (middle - wide * 0.6, 0.56),
            (middle - wide * 0.92, 0.72),
            (middle - wide, 1.0),
        ]
    pen.shape(
        [(0.0, 1.0), (0.0, 0.42), (0.25, 0.30), (0.5, 0.24), (0.75, 0.30), (1.0, 0.42), (1.0, 1.0), *arches],
        stone,
    )
    pen.line([(0.0, 0.40), (0.25, 0.28), (0.5, 0.22), (0.75, 0.28), (1.0, 0.40)], 0.045, lighter(stone, 0.18))
    for middle, wide in ((0.80, 0.10), (0.5, 0.13), (0.20, 0.10)):
        pen.line(
            [
                (middle + wide, 1.0),
                (middle + wide * 0.92, 0.72),
                (middle + wide * 0.6, 0.56),
                (middle, 0.48),
                (middle - wide * 0.6, 0.56),
                (middle - wide * 0.92, 0.72),
                (middle - wide, 1.0),
            ],
            0.022,
            darker(stone, 0.22),
        )
    for x in (0.06, 0.35, 0.65, 0.94):
        high = 0.32 - 0.22 * (1 - abs(x - 0.5) * 1.6) * 0.5
        pen.line([(x, high + 0.04), (x, high - 0.18)], 0.010, darker(stone, 0.6))
        pen.oval(x, high - 0.21, 0.010, 0.032, LAMP)
        if look.dark:
            pen.glow(x, high - 0.21, 0.16, LAMP, 0.45)


@subject(
    "pyramid",
    (0.87, 0.69, 0.42),
    size=0.48,
    aspect=1.6,
    natural="golden gold",
    place="desert",
    built=True,
)
def pyramid(pen: Pen, look: Look) -> None:
    """A pyramid with a lit and a dark face."""
    stone = look.colour
    pen.shape([(0.0, 1.0), (0.5, 0.0), (0.66, 1.0)], lighter(stone, 0.1))
    pen.shape([(0.66, 1.0), (0.5, 0.0), (1.0, 1.0)], darker(stone, 0.36))
    for row in range(1, 10):
        y = row / 10
        pen.line([(0.5 - 0.5 * y, y), (0.5 + 0.16 * y, y)], 0.004, darker(stone, 0.22))


@subject(
    "tent camp camping tipi yurt",
    (0.93, 0.62, 0.24),
    size=0.34,
    aspect=1.35,
    natural="orange",
    place="mountains",
    built=True,
)
def tent(pen: Pen, look: Look) -> None:
    """A tent, lit from inside after dark."""
    cloth = look.colour
    pen.shape([(0.42, 0.05), (0.78, 0.16), (1.0, 0.96), (0.62, 1.0)], darker(cloth, 0.28))
    pen.shape([(0.42, 0.05), (0.0, 1.0), (0.66, 1.0)], cloth)
    pen.curve(
        [(0.42, 0.22), (0.42, 0.22), (0.27, 1.0), (0.27, 1.0), (0.48, 1.0), (0.48, 1.0)],
        LAMP if look.dark else darker(cloth, 0.62),
    )
    pen.shape([(0.42, 0.22), (0.48, 1.0), (0.56, 1.0)], lighter(cloth, 0.3))
    if look.dark:
        pen.glow(0.38, 0.75, 0.6, LAMP, 0.5)
