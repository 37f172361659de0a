"""Things one can hold, and signs."""

from math import cos, pi, sin

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects.register import Look, Stand, subject

LAMP: Colour = (1.0, 0.84, 0.46)


@subject("heart love valentine", (0.88, 0.20, 0.30), stands=Stand.SKY, size=0.46, natural="red")
def heart(pen: Pen, look: Look) -> None:
    """A heart."""
    pen.curve(
        [
            (0.5, 0.24),
            (0.5, 0.24),
            (0.40, 0.08),
            (0.24, 0.05),
            (0.07, 0.16),
            (0.05, 0.38),
            (0.18, 0.62),
            (0.5, 0.95),
            (0.5, 0.95),
            (0.82, 0.62),
            (0.95, 0.38),
            (0.93, 0.16),
            (0.76, 0.05),
            (0.60, 0.08),
        ],
        look.colour,
        0.25,
    )
    pen.oval(0.26, 0.25, 0.10, 0.065, WHITE, turn=-40, opacity=0.5)


@subject("book novel diary library", (0.66, 0.22, 0.22), size=0.34, aspect=1.3, natural="", place="room")
def book(pen: Pen, look: Look) -> None:
    """An open book."""
    cover = look.colour
    page: Colour = (0.97, 0.94, 0.86)
    pen.curve(
        [
            (0.0, 0.36),
            (0.0, 0.36),
            (0.24, 0.28),
            (0.5, 0.40),
            (0.76, 0.28),
            (1.0, 0.36),
            (1.0, 0.36),
            (0.98, 0.98),
            (0.98, 0.98),
            (0.74, 0.90),
            (0.5, 1.0),
            (0.26, 0.90),
            (0.02, 0.98),
            (0.02, 0.98),
        ],
        cover,
    )
    for side in (-1, 1):
        for lift, tone in ((0.05, darker(page, 0.12)), (0.0, page)):
            pen.curve(
                [
                    (0.5, 0.32 + lift),
                    (0.5, 0.32 + lift),
                    (0.5 + side * 0.20, 0.20 + lift),
                    (0.5 + side * 0.44, 0.26 + lift),
                    (0.5 + side * 0.44, 0.26 + lift),
                    (0.5 + side * 0.43, 0.84 + lift),
                    (0.5 + side * 0.43, 0.84 + lift),
                    (0.5 + side * 0.22, 0.79 + lift),
                    (0.5, 0.90 + lift),
                    (0.5, 0.90 + lift),
                ],
                tone,
                0.04,
            )
        for row in range(7):
            y = 0.36 + row * 0.066
            pen.line(
                [
                    (0.5 + side * 0.06, y + 0.02),
                    (0.5 + side * 0.22, y - 0.045),
                    (0.5 + side * (0.39 if row != 6 else 0.28), y - 0.025),
                ],
                0.009,
                darker(page, 0.42),
                opacity=0.8,
            )
    pen.line([(0.5, 0.32), (0.5, 0.90)], 0.012, darker(page, 0.4))
    pen.shape([(0.53, 0.33), (0.57, 0.31), (0.57, 1.02), (0.55, 0.98), (0.53, 1.03)], (0.90, 0.66, 0.26))


@subject(
    "guitar ukulele violin lute cello",
    (0.80, 0.46, 0.18),
    size=0.6,
    aspect=0.48,
    natural="brown",
    place="room",
)
def guitar(pen: Pen, look: Look) -> None:
    """A guitar."""
    wood = look.colour
    neck: Colour = (0.34, 0.22, 0.16)
    pen.box(0.445, 0.10, 0.555, 0.62, neck)
    pen.curve(
        [
            (0.41, 0.0),
            (0.41, 0.0),
            (0.59, 0.0),
            (0.59, 0.0),
            (0.57, 0.13),
            (0.57, 0.13),
            (0.43, 0.13),
            (0.43, 0.13),
        ],
        darker(wood, 0.4),
    )
    for y in (0.025, 0.06, 0.095):
        for side in (-1, 1):
            pen.oval(0.5 + side * 0.12, y, 0.032, 0.012, (0.90, 0.86, 0.74))
    for shift, tone in ((0.0, darker(wood, 0.5)), (0.022, wood)):
        pen.curve(
            [
                (0.5, 0.46 + shift),
                (0.68 - shift, 0.475 + shift),
                (0.77 - shift, 0.55),
                (0.70 - shift, 0.645),
                (0.84 - shift, 0.72),
                (0.93 - shift * 2, 0.84),
                (0.80 - shift, 0.97 - shift),
                (0.5, 1.0 - shift),
                (0.20 + shift, 0.97 - shift),
                (0.07 + shift * 2, 0.84),
                (0.16 + shift, 0.72),
                (0.30 + shift, 0.645),
                (0.23 + shift, 0.55),
                (0.32 + shift, 0.475 + shift),
            ],
            tone,
            0.18,
        )
    pen.oval(0.5, 0.66, 0.17, 0.082, (0.92, 0.76, 0.46))
    pen.oval(0.5, 0.66, 0.14, 0.068, (0.16, 0.10, 0.08))
    pen.box(0.445, 0.45, 0.555, 0.60, neck)
    pen.box(0.34, 0.84, 0.66, 0.865, neck)
    for x in (0.465, 0.488, 0.512, 0.535):
        pen.line([(x, 0.10), (x, 0.85)], 0.006, (0.92, 0.90, 0.84))
    for y in (0.17, 0.23, 0.29, 0.35, 0.41, 0.47, 0.53):
        pen.line([(0.448, y), (0.552, y)], 0.006, (0.76, 0.70, 0.58))


@subject("umbrella parasol", (0.86, 0.24, 0.26), size=0.46, natural="red")
def umbrella(pen: Pen, look: Look) -> None:
    """An open umbrella."""
    cloth = look.colour
    pen.line([(0.5, 0.06), (0.5, 0.86), (0.53, 0.95), (0.60, 0.96), (0.64, 0.90)], 0.030, (0.40, 0.28, 0.20))
    pen.line([(0.5, 0.08), (0.5, 0.0)], 0.018, (0.40, 0.28, 0.20))
    for number, (wide, tone) in enumerate(
        ((0.48, darker(cloth, 0.16)), (0.30, cloth), (0.11, lighter(cloth, 0.14)))
    ):
        edge = 0.50
        inner = (0.30, 0.11, 0.0)[number]
        pen.curve(
            [
                (0.5, 0.06),
                (0.5 + wide * 0.62, 0.14),
                (0.5 + wide * 0.94, 0.34),
                (0.5 + wide, edge),
                (0.5 + wide, edge),
                (0.5 + (wide + inner) / 2, edge - 0.05),
                (0.5 + inner, edge),
                (0.5 + inner, edge),
                (0.5, edge - 0.05),
                (0.5 - inner, edge),
                (0.5 - inner, edge),
                (0.5 - (wide + inner) / 2, edge - 0.05),
                (0.5 - wide, edge),
                (0.5 - wide, edge),
                (0.5 - wide * 0.94, 0.34),
                (0.5 - wide * 0.62, 0.14),
            ],
            tone,
            0.2,
        )


@subject("lantern lamp", (0.28, 0.26, 0.30), size=0.44, aspect=0.6, natural="black", place="room")
def lantern(pen: Pen, look: Look) -> None:
    """A lantern, burning."""
    metal = look.colour
    pen.glow(0.5, 0.60, 1.1, (1.0, 0.66, 0.26), 0.55)
    ring = [(0.5 + 0.17 * cos(part * pi / 12), 0.10 + 0.095 * sin(part * pi / 12)) for part in range(25)]
    pen.line(ring, 0.028, metal)
    pen.curve(
        [
            (0.14, 0.34),
            (0.14, 0.34),
            (0.30, 0.22),
            (0.42, 0.17),
            (0.58, 0.17),
            (0.70, 0.22),
            (0.86, 0.34),
            (0.86, 0.34),
        ],
        metal,
        0.25,
    )
    pen.box(0.20, 0.34, 0.80, 0.88, (1.0, 0.80, 0.42), glossy=0.3)
    pen.oval(0.5, 0.64, 0.24, 0.20, (1.0, 0.93, 0.66), glossy=0)
    pen.box(0.43, 0.70, 0.57, 0.88, (0.96, 0.92, 0.82))
    pen.curve(
        [(0.5, 0.46), (0.5, 0.46), (0.58, 0.60), (0.55, 0.69), (0.45, 0.69), (0.42, 0.60)],
        (1.0, 0.55, 0.12),
        glossy=0,
    )
    pen.curve([(0.5, 0.55), (0.54, 0.63), (0.5, 0.68), (0.46, 0.63)], (1.0, 0.95, 0.70), glossy=0)
    for x in (0.18, 0.34, 0.66, 0.82):
        pen.line([(x, 0.33), (x, 0.90)], 0.030 if x in (0.18, 0.82) else 0.014, metal)
    pen.box(0.10, 0.87, 0.90, 0.94, metal, 0.2)
    pen.box(0.18, 0.94, 0.82, 1.0, darker(metal, 0.2))


@subject("clock alarm-clock", (0.84, 0.34, 0.28), size=0.40, aspect=0.9, natural="", place="room")
def clock(pen: Pen, look: Look) -> None:
    """An alarm clock."""
    case = look.colour
    for side in (-1, 1):
        pen.line([(0.5 + side * 0.28, 0.86), (0.5 + side * 0.36, 0.98)], 0.06, darker(case, 0.4))
        pen.oval(0.5 + side * 0.28, 0.14, 0.17, 0.10, darker(case, 0.15), turn=side * 38)
    pen.line([(0.44, 0.10), (0.5, 0.03), (0.56, 0.10)], 0.04, darker(case, 0.4))
    pen.oval(0.5, 0.54, 0.46, 0.42, case)
    pen.oval(0.5, 0.54, 0.375, 0.342, (0.98, 0.96, 0.90))
    for part in range(12):
        x, y = sin(part * pi / 6), -cos(part * pi / 6)
        pen.line(
            [
                (0.5 + 0.33 * x, 0.54 + 0.30 * y),
                (0.5 + (0.27 if part % 3 == 0 else 0.30) * x, 0.54 + (0.245 if part % 3 == 0 else 0.272) * y),
            ],
            0.018,
            INK,
        )
    hour = float(look.random.uniform(0, 2 * pi))
    pen.line([(0.5, 0.54), (0.5 + 0.17 * sin(hour), 0.54 - 0.155 * cos(hour))], 0.036, INK, 0.026)
    pen.line([(0.5, 0.54), (0.5 + 0.26 * sin(hour * 12), 0.54 - 0.236 * cos(hour * 12))], 0.022, INK, 0.016)
    pen.oval(0.5, 0.54, 0.03, 0.027, case)


@subject(
    "key",
    (0.88, 0.68, 0.28),
    stands=Stand.SKY,
    size=0.42,
    aspect=0.5,
    natural="gold golden",
    place="room",
)
def key(pen: Pen, look: Look) -> None:
    """An old key."""
    metal = look.colour
    ring = [(0.5 + 0.28 * cos(part * pi / 12), 0.20 + 0.14 * sin(part * pi / 12)) for part in range(25)]
    pen.line([(0.5, 0.34), (0.5, 0.98)], 0.10, metal)
    pen.line(ring, 0.11, metal)
    pen.box(0.5, 0.78, 0.78, 0.85, metal)
    pen.box(0.5, 0.90, 0.70, 0.97, metal)
    pen.box(0.40, 0.37, 0.60, 0.42, lighter(metal, 0.3), rounding=0.02)


@subject(
    "sword blade excalibur",
    (0.80, 0.84, 0.90),
    size=0.6,
    aspect=0.36,
    natural="silver grey gray",
    place="hills",
)
def sword(pen: Pen, look: Look) -> None:
    """A sword in a stone."""
    steel = look.colour
    stone: Colour = (0.50, 0.50, 0.54)
    pen.shape([(0.42, 0.26), (0.5, 0.26), (0.5, 0.86), (0.44, 0.86)], lighter(steel, 0.25))
    pen.shape([(0.5, 0.26), (0.58, 0.26), (0.56, 0.86), (0.5, 0.86)], darker(steel, 0.18))
    pen.box(0.43, 0.06, 0.57, 0.26, (0.42, 0.24, 0.18), rounding=0.03)
    pen.line([(0.14, 0.265), (0.5, 0.25), (0.86, 0.265)], 0.075, (0.88, 0.68, 0.28))
    pen.oval(0.5, 0.05, 0.10, 0.045, (0.88, 0.68, 0.28))
    pen.oval(0.5, 0.05, 0.045, 0.02, (0.78, 0.18, 0.24))
    pen.curve(
        [
            (-0.05, 1.0),
            (-0.05, 1.0),
            (0.02, 0.86),
            (0.24, 0.76),
            (0.5, 0.79),
            (0.74, 0.75),
            (0.98, 0.86),
            (1.05, 1.0),
            (1.05, 1.0),
        ],
        stone,
        0.25,
    )
    pen.line([(0.30, 0.84), (0.38, 0.90), (0.36, 0.97)], 0.02, darker(stone, 0.35))


@subject(
    "crystal gem diamond jewel ruby",
    (0.46, 0.78, 0.92),
    size=0.44,
    aspect=0.85,
    natural="",
    place="room",
)
def crystal(pen: Pen, look: Look) -> None:
    """A cluster of crystals."""
    ice = look.colour
    pen.glow(0.5, 0.55, 0.8, ice, 0.3)
    for x, top, wide, lean in (
        (0.24, 0.42, 0.11, -0.14),
        (0.76, 0.36, 0.12, 0.13),
        (0.36, 0.22, 0.11, -0.05),
        (0.63, 0.16, 0.11, 0.05),
        (0.5, 0.0, 0.15, 0.0),
    ):
        tip = (x + lean, top)
        left, right = (x - wide + lean * 0.7, top + 0.16), (x + wide + lean * 0.7, top + 0.16)
        low_left, low_right = (x - wide * 0.75, 1.0), (x + wide * 0.75, 1.0)
        middle, low = (x + lean * 0.75 - wide * 0.2, top + 0.20), (x - wide * 0.15, 1.0)
        pen.shape([tip, left, middle], lighter(ice, 0.55))
        pen.shape([tip, middle, right], lighter(ice, 0.15))
        pen.shape([left, middle, low, low_left], lighter(ice, 0.25), 0.2)
        pen.shape([middle, right, low_right, low], darker(ice, 0.28), 0.2)


@subject(
    "chair armchair sofa couch throne", (0.24, 0.50, 0.50), size=0.44, aspect=1.0, natural="", place="room"
)
def chair(pen: Pen, look: Look) -> None:
    """An armchair."""
    cloth = look.colour
    for x in (0.24, 0.76):
        pen.line([(x, 0.86), (x, 0.99)], 0.045, (0.40, 0.26, 0.18), 0.03)
    pen.curve(
        [(0.22, 0.62), (0.20, 0.24), (0.30, 0.06), (0.5, 0.02), (0.70, 0.06), (0.80, 0.24), (0.78, 0.62)],
        darker(cloth, 0.08),
        0.2,
    )
    for x, y in ((0.40, 0.20), (0.60, 0.20), (0.5, 0.32), (0.40, 0.44), (0.60, 0.44)):
        pen.oval(x, y, 0.014, 0.014, darker(cloth, 0.4))
    pen.box(0.16, 0.66, 0.84, 0.90, darker(cloth, 0.2), rounding=0.04)
    pen.box(0.20, 0.56, 0.80, 0.74, lighter(cloth, 0.12), rounding=0.06)
    for side in (-1, 1):
        pen.box(0.5 + side * 0.37 - 0.09, 0.44, 0.5 + side * 0.37 + 0.09, 0.90, cloth, 0.2, rounding=0.08)


@subject("camera", (0.26, 0.26, 0.30), size=0.34, aspect=1.35, natural="black", place="room")
def camera(pen: Pen, look: Look) -> None:
    """A camera."""
    body = look.colour
    pen.box(0.32, 0.08, 0.66, 0.34, darker(body, 0.1), rounding=0.04)
    pen.box(0.02, 0.24, 0.98, 0.98, body, 0.18, rounding=0.07)
    pen.box(0.02, 0.24, 0.98, 0.42, (0.76, 0.76, 0.78), rounding=0.05)
    pen.box(0.12, 0.14, 0.24, 0.26, (0.80, 0.30, 0.26), rounding=0.02)
    for size, tone in (
        (0.27, (0.70, 0.70, 0.73)),
        (0.235, (0.16, 0.16, 0.19)),
        (0.17, (0.22, 0.30, 0.44)),
        (0.10, (0.10, 0.12, 0.22)),
    ):
        pen.oval(0.5, 0.62, size, size * 1.3, tone)
    pen.oval(0.44, 0.54, 0.045, 0.05, WHITE, turn=-30, opacity=0.75)
    pen.box(0.78, 0.28, 0.92, 0.38, mix(WHITE, (0.7, 0.85, 0.95), 0.5), rounding=0.02)
