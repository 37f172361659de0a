"""What drives, sails and flies."""

from math import cos, pi, sin

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects import face
from adapters.engines.sketch.subjects.register import Look, Stand, subject

GLASS: Colour = (0.62, 0.80, 0.90)
LAMP: Colour = (1.0, 0.88, 0.55)


def _wheel(pen: Pen, x: float, y: float, across: float, down: float) -> None:
    pen.oval(x, y, across, down, (0.14, 0.14, 0.17))
    pen.oval(x, y, across * 0.58, down * 0.58, (0.72, 0.74, 0.78))
    pen.oval(x, y, across * 0.22, down * 0.22, (0.36, 0.38, 0.42))


@subject(
    "car taxi automobile sedan beetle jeep",
    (0.84, 0.24, 0.22),
    size=0.30,
    aspect=2.0,
    natural="red",
    place="city",
)
def car(pen: Pen, look: Look) -> None:
    """A small round car."""
    paint = look.colour
    pen.curve(
        [(0.24, 0.46), (0.32, 0.16), (0.42, 0.06), (0.62, 0.06), (0.72, 0.16), (0.80, 0.46)],
        darker(paint, 0.12),
    )
    pen.curve(
        [
            (0.30, 0.42),
            (0.30, 0.42),
            (0.36, 0.20),
            (0.43, 0.14),
            (0.50, 0.14),
            (0.50, 0.14),
            (0.50, 0.42),
            (0.50, 0.42),
        ],
        GLASS,
    )
    pen.curve(
        [
            (0.54, 0.14),
            (0.54, 0.14),
            (0.61, 0.14),
            (0.68, 0.22),
            (0.74, 0.42),
            (0.74, 0.42),
            (0.54, 0.42),
            (0.54, 0.42),
        ],
        GLASS,
    )
    pen.shape([(0.34, 0.40), (0.41, 0.17), (0.45, 0.17), (0.38, 0.40)], WHITE, opacity=0.4)
    pen.curve(
        [
            (0.01, 0.60),
            (0.05, 0.46),
            (0.24, 0.42),
            (0.5, 0.41),
            (0.78, 0.42),
            (0.94, 0.50),
            (0.99, 0.64),
            (0.98, 0.80),
            (0.90, 0.83),
            (0.5, 0.84),
            (0.10, 0.83),
            (0.02, 0.78),
        ],
        paint,
        0.2,
    )
    pen.line([(0.05, 0.76), (0.5, 0.775), (0.95, 0.76)], 0.016, darker(paint, 0.4))
    pen.line([(0.52, 0.44), (0.52, 0.74)], 0.006, darker(paint, 0.3))
    pen.line([(0.56, 0.54), (0.61, 0.54)], 0.016, lighter(paint, 0.6))
    for x in (0.23, 0.77):
        pen.oval(x, 0.80, 0.115, 0.22, darker(paint, 0.55))
        _wheel(pen, x, 0.82, 0.09, 0.18)
    pen.oval(0.955, 0.57, 0.025, 0.06, LAMP)
    pen.oval(0.03, 0.57, 0.015, 0.05, (0.80, 0.12, 0.12))
    if look.dark:
        pen.glow(0.98, 0.57, 0.32, LAMP, 0.7)


@subject(
    "bus van truck lorry camper",
    (0.94, 0.68, 0.20),
    size=0.36,
    aspect=1.8,
    natural="yellow",
    place="city",
)
def bus(pen: Pen, look: Look) -> None:
    """A bus."""
    paint = look.colour
    pen.box(0.02, 0.08, 0.98, 0.86, paint, 0.16, rounding=0.06)
    pen.box(0.04, 0.56, 0.96, 0.62, lighter(paint, 0.6))
    for part in range(4):
        x = 0.07 + part * 0.185
        pen.box(x, 0.18, x + 0.155, 0.46, LAMP if look.dark else GLASS, 0.2, rounding=0.015)
    pen.box(0.82, 0.18, 0.955, 0.80, LAMP if look.dark else GLASS, 0.2, rounding=0.015)
    pen.line([(0.888, 0.18), (0.888, 0.80)], 0.008, darker(paint, 0.3))
    for x in (0.24, 0.72):
        pen.oval(x, 0.84, 0.105, 0.19, darker(paint, 0.55))
        _wheel(pen, x, 0.855, 0.08, 0.145)
    pen.oval(0.965, 0.72, 0.018, 0.04, LAMP)


@subject(
    "train locomotive steam-train tram",
    (0.22, 0.34, 0.46),
    size=0.36,
    aspect=2.3,
    natural="blue black",
    place="hills",
)
def train(pen: Pen, look: Look) -> None:
    """A steam engine with one carriage."""
    paint = look.colour
    trim: Colour = (0.86, 0.66, 0.28)
    for part, (x, y, size) in enumerate(((0.885, 0.06, 0.035), (0.84, -0.06, 0.05), (0.77, -0.17, 0.07))):
        pen.oval(x, y, size, size * 1.7, WHITE, opacity=0.75 - part * 0.15)
    pen.box(0.01, 0.30, 0.38, 0.82, mix(paint, (0.64, 0.22, 0.20), 0.85), rounding=0.02)
    pen.box(0.0, 0.24, 0.39, 0.33, darker(paint, 0.4))
    for x in (0.05, 0.14, 0.23, 0.32):
        pen.box(x, 0.42, x + 0.055, 0.60, LAMP, rounding=0.01)
    pen.box(0.37, 0.76, 0.46, 0.81, INK)
    pen.box(0.44, 0.22, 0.64, 0.82, paint)
    pen.box(0.42, 0.15, 0.66, 0.23, darker(paint, 0.4))
    pen.box(0.475, 0.32, 0.605, 0.50, LAMP if look.dark else GLASS, rounding=0.01)
    pen.box(0.60, 0.38, 0.95, 0.76, lighter(paint, 0.06), 0.28, rounding=0.05)
    for x in (0.70, 0.80):
        pen.box(x, 0.38, x + 0.014, 0.76, trim)
    pen.shape([(0.845, 0.40), (0.92, 0.40), (0.935, 0.13), (0.83, 0.13)], darker(paint, 0.35))
    pen.box(0.82, 0.10, 0.945, 0.16, trim)
    pen.oval(0.73, 0.37, 0.035, 0.075, trim)
    pen.oval(0.955, 0.50, 0.022, 0.055, LAMP)
    pen.shape([(0.93, 0.74), (1.0, 0.97), (0.88, 0.97), (0.86, 0.76)], (0.66, 0.22, 0.20))
    pen.box(0.02, 0.78, 0.94, 0.84, INK)
    for x, size in ((0.09, 0.045), (0.29, 0.045), (0.52, 0.062), (0.68, 0.062), (0.82, 0.05)):
        pen.oval(x, 1.0 - size * 2.2, size, size * 2.2, (0.62, 0.20, 0.18))
        pen.oval(x, 1.0 - size * 2.2, size * 0.66, size * 1.45, (0.80, 0.76, 0.70))
        pen.oval(x, 1.0 - size * 2.2, size * 0.25, size * 0.55, INK)
    pen.line([(0.52, 0.90), (0.68, 0.90)], 0.02, (0.80, 0.76, 0.70))
    if look.dark:
        pen.glow(0.97, 0.50, 0.28, LAMP, 0.6)


@subject(
    "boat sailboat ship yacht galleon vessel sailing",
    (0.66, 0.30, 0.20),
    stands=Stand.WATER,
    size=0.56,
    aspect=1.0,
    natural="brown",
    place="sea",
)
def boat(pen: Pen, look: Look) -> None:
    """A sailing boat."""
    hull = look.colour
    sail: Colour = (0.98, 0.95, 0.87)
    pen.line([(0.5, 0.82), (0.5, 0.02)], 0.022, (0.42, 0.30, 0.22), 0.014)
    pen.curve(
        [
            (0.53, 0.06),
            (0.53, 0.06),
            (0.70, 0.30),
            (0.82, 0.52),
            (0.90, 0.70),
            (0.90, 0.70),
            (0.70, 0.74),
            (0.53, 0.72),
            (0.53, 0.72),
        ],
        sail,
        0.06,
    )
    pen.curve(
        [
            (0.53, 0.40),
            (0.53, 0.40),
            (0.66, 0.44),
            (0.775, 0.44),
            (0.86, 0.62),
            (0.70, 0.62),
            (0.53, 0.58),
            (0.53, 0.58),
        ],
        mix(hull, (0.9, 0.3, 0.25), 0.4),
        opacity=0.9,
    )
    pen.curve(
        [
            (0.47, 0.14),
            (0.47, 0.14),
            (0.36, 0.40),
            (0.24, 0.56),
            (0.12, 0.70),
            (0.12, 0.70),
            (0.30, 0.73),
            (0.47, 0.70),
            (0.47, 0.70),
        ],
        darker(sail, 0.10),
        0.06,
    )
    pen.shape([(0.5, 0.02), (0.62, 0.045), (0.5, 0.08)], (0.86, 0.24, 0.26))
    pen.curve(
        [
            (0.06, 0.78),
            (0.06, 0.78),
            (0.30, 0.82),
            (0.60, 0.82),
            (0.97, 0.74),
            (0.97, 0.74),
            (0.90, 0.92),
            (0.80, 1.0),
            (0.5, 1.02),
            (0.22, 1.0),
            (0.12, 0.92),
        ],
        hull,
    )
    pen.line([(0.065, 0.79), (0.30, 0.83), (0.60, 0.83), (0.96, 0.755)], 0.022, lighter(hull, 0.55))
    pen.line([(0.12, 0.90), (0.5, 0.93), (0.90, 0.88)], 0.012, darker(hull, 0.4))


@subject(
    "rocket spaceship spacecraft shuttle starship",
    (0.93, 0.93, 0.95),
    stands=Stand.SKY,
    size=0.56,
    aspect=0.56,
    natural="white silver",
    place="space",
)
def rocket(pen: Pen, look: Look) -> None:
    """A rocket on its flame."""
    hull = look.colour
    fin: Colour = (0.86, 0.26, 0.24) if hull[1] > 0.4 else (0.90, 0.88, 0.84)
    pen.glow(0.5, 0.92, 0.55, (1.0, 0.62, 0.22), 0.6)
    pen.curve(
        [
            (0.36, 0.78),
            (0.30, 0.90),
            (0.40, 0.94),
            (0.42, 1.06),
            (0.5, 1.18),
            (0.5, 1.18),
            (0.58, 1.06),
            (0.60, 0.94),
            (0.70, 0.90),
            (0.64, 0.78),
        ],
        (0.98, 0.52, 0.14),
        glossy=0,
    )
    pen.curve(
        [(0.41, 0.78), (0.40, 0.90), (0.46, 0.98), (0.5, 1.06), (0.54, 0.98), (0.60, 0.90), (0.59, 0.78)],
        (1.0, 0.86, 0.40),
        glossy=0,
    )
    for side in (-1, 1):
        pen.curve(
            [
                (0.5 + side * 0.22, 0.50),
                (0.5 + side * 0.40, 0.62),
                (0.5 + side * 0.48, 0.84),
                (0.5 + side * 0.48, 0.84),
                (0.5 + side * 0.30, 0.77),
                (0.5 + side * 0.20, 0.77),
            ],
            darker(fin, 0.12 if side > 0 else 0.0),
        )
    pen.box(0.36, 0.75, 0.64, 0.81, (0.36, 0.38, 0.44))
    pen.curve(
        [
            (0.5, 0.0),
            (0.5, 0.0),
            (0.64, 0.12),
            (0.74, 0.32),
            (0.74, 0.54),
            (0.66, 0.77),
            (0.66, 0.77),
            (0.34, 0.77),
            (0.34, 0.77),
            (0.26, 0.54),
            (0.26, 0.32),
            (0.36, 0.12),
        ],
        hull,
        0.08,
    )
    pen.curve(
        [
            (0.5, 0.0),
            (0.5, 0.0),
            (0.64, 0.12),
            (0.74, 0.32),
            (0.74, 0.54),
            (0.66, 0.77),
            (0.66, 0.77),
            (0.56, 0.77),
            (0.62, 0.50),
            (0.61, 0.26),
            (0.5, 0.0),
        ],
        darker(hull, 0.25),
        opacity=0.7,
    )
    pen.curve(
        [
            (0.5, 0.0),
            (0.5, 0.0),
            (0.59, 0.07),
            (0.665, 0.17),
            (0.665, 0.17),
            (0.5, 0.195),
            (0.335, 0.17),
            (0.335, 0.17),
            (0.41, 0.07),
        ],
        fin,
        0.2,
    )
    pen.oval(0.5, 0.34, 0.135, 0.076, (0.42, 0.46, 0.54))
    pen.oval(0.5, 0.34, 0.105, 0.059, (0.34, 0.66, 0.86), 0, 0.35)
    pen.oval(0.465, 0.322, 0.036, 0.017, WHITE, turn=-25, opacity=0.8)
    pen.oval(0.5, 0.53, 0.07, 0.04, (0.42, 0.46, 0.54))
    pen.oval(0.5, 0.53, 0.05, 0.028, (0.34, 0.66, 0.86), 0, 0.35)
    pen.box(0.335, 0.655, 0.665, 0.685, fin)
    pen.curve([(0.47, 0.62), (0.53, 0.62), (0.54, 0.84), (0.5, 0.88), (0.46, 0.84)], darker(fin, 0.06))


@subject(
    "balloon hot-air-balloon blimp zeppelin airship",
    (0.90, 0.34, 0.28),
    stands=Stand.SKY,
    size=0.46,
    aspect=0.74,
    natural="",
    place="hills",
)
def balloon(pen: Pen, look: Look) -> None:
    """A hot air balloon."""
    cloth = look.colour
    second = (0.98, 0.88, 0.62) if cloth[0] < 0.95 or cloth[1] < 0.7 else (0.92, 0.48, 0.30)
    for side in (-1, 1):
        pen.line([(0.5 + side * 0.18, 0.66), (0.5 + side * 0.08, 0.86)], 0.008, (0.36, 0.28, 0.22))
    for number, wide in enumerate((0.48, 0.38, 0.25, 0.105)):
        tone = cloth if number % 2 == 0 else second
        low = 0.70 + 0.012 * number
        pen.curve(
            [
                (0.5, 0.0),
                (0.5 + wide * 0.76, 0.08),
                (0.5 + wide, 0.30),
                (0.5 + wide * 0.80, 0.50),
                (0.5 + min(wide, 0.17), low),
                (0.5 + min(wide, 0.17), low),
                (0.5 - min(wide, 0.17), low),
                (0.5 - min(wide, 0.17), low),
                (0.5 - wide * 0.80, 0.50),
                (0.5 - wide, 0.30),
                (0.5 - wide * 0.76, 0.08),
            ],
            tone,
            0.2,
        )
    pen.oval(0.34, 0.18, 0.08, 0.10, WHITE, turn=25, opacity=0.22)
    pen.box(0.33, 0.685, 0.67, 0.715, darker(cloth, 0.35), rounding=0.01)
    pen.box(0.40, 0.855, 0.60, 1.0, (0.60, 0.42, 0.26), rounding=0.025)
    pen.box(0.385, 0.85, 0.615, 0.88, (0.42, 0.28, 0.18), rounding=0.012)
    for x in (0.45, 0.50, 0.55):
        pen.line([(x, 0.885), (x, 0.99)], 0.006, (0.46, 0.31, 0.19))
    if look.dark:
        pen.glow(0.5, 0.60, 0.5, (1.0, 0.70, 0.30), 0.55)


@subject(
    "plane airplane aeroplane aircraft jet biplane",
    (0.90, 0.30, 0.26),
    stands=Stand.SKY,
    size=0.28,
    aspect=1.9,
    natural="",
)
def plane(pen: Pen, look: Look) -> None:
    """A small propeller plane."""
    paint = look.colour
    pen.curve([(0.04, 0.44), (0.02, 0.10), (0.10, 0.10), (0.20, 0.42)], darker(paint, 0.15))
    pen.curve(
        [
            (0.02, 0.42),
            (0.20, 0.34),
            (0.46, 0.26),
            (0.72, 0.28),
            (0.93, 0.40),
            (0.95, 0.52),
            (0.86, 0.64),
            (0.60, 0.70),
            (0.30, 0.62),
            (0.06, 0.50),
        ],
        paint,
        0.2,
    )
    pen.curve(
        [(0.20, 0.58), (0.50, 0.60), (0.92, 0.56), (0.84, 0.65), (0.60, 0.70), (0.36, 0.645)],
        lighter(paint, 0.65),
    )
    pen.curve([(0.50, 0.28), (0.54, 0.12), (0.66, 0.12), (0.74, 0.30)], GLASS)
    pen.curve([(0.36, 0.52), (0.60, 0.50), (0.56, 0.70), (0.40, 0.94), (0.30, 0.94)], darker(paint, 0.22))
    pen.shape([(0.02, 0.44), (0.18, 0.40), (0.10, 0.54), (0.0, 0.54)], darker(paint, 0.3))
    pen.oval(0.955, 0.47, 0.012, 0.34, (0.85, 0.88, 0.92), opacity=0.5)
    pen.oval(0.95, 0.47, 0.025, 0.06, (0.95, 0.78, 0.32))


@subject(
    "ufo flying-saucer saucer alien-ship",
    (0.72, 0.76, 0.82),
    stands=Stand.SKY,
    size=0.26,
    aspect=1.9,
    natural="silver grey gray",
)
def ufo(pen: Pen, look: Look) -> None:
    """A flying saucer with its beam."""
    hull = look.colour
    pen.shape(
        [(0.38, 0.72), (0.62, 0.72), (0.92, 1.9), (0.08, 1.9)], (0.72, 1.0, 0.80), glossy=0, opacity=0.22
    )
    pen.curve(
        [(0.30, 0.46), (0.34, 0.16), (0.5, 0.04), (0.66, 0.16), (0.70, 0.46)], (0.62, 0.92, 0.86), 0.3, 0.85
    )
    pen.oval(0.5, 0.40, 0.06, 0.14, (0.46, 0.76, 0.40))
    face.eyes(pen, 0.5, 0.36, 0.026, 0.015, tall=2.2)
    pen.oval(0.5, 0.58, 0.5, 0.20, darker(hull, 0.2))
    pen.oval(0.5, 0.53, 0.5, 0.17, hull, glossy=0.25)
    for part in range(7):
        x = 0.5 + (part - 3) * 0.135
        pen.oval(
            x,
            0.62 - abs(part - 3) * 0.018,
            0.022,
            0.042,
            ((0.98, 0.86, 0.4), (0.4, 0.95, 0.8), (0.98, 0.5, 0.6))[part % 3],
        )


@subject("bicycle bike cycle", (0.20, 0.48, 0.62), size=0.36, aspect=1.55)
def bicycle(pen: Pen, look: Look) -> None:
    """A bicycle."""
    frame = look.colour
    for x in (0.21, 0.79):
        for part in range(8):
            turn = part * pi / 8
            pen.line(
                [
                    (x - 0.19 * cos(turn), 0.70 - 0.29 * sin(turn)),
                    (x + 0.19 * cos(turn), 0.70 + 0.29 * sin(turn)),
                ],
                0.004,
                (0.70, 0.72, 0.75),
            )
        spots = [(x + 0.20 * cos(part * pi / 12), 0.70 + 0.31 * sin(part * pi / 12)) for part in range(25)]
        pen.line(spots, 0.024, (0.16, 0.16, 0.19))
    for line in (
        [(0.21, 0.70), (0.45, 0.72)],
        [(0.21, 0.70), (0.37, 0.34)],
        [(0.37, 0.34), (0.45, 0.72)],
        [(0.37, 0.34), (0.70, 0.32)],
        [(0.45, 0.72), (0.71, 0.36)],
        [(0.79, 0.70), (0.69, 0.18)],
    ):
        pen.line(line, 0.030, frame)
    pen.line([(0.37, 0.34), (0.355, 0.22)], 0.022, (0.7, 0.72, 0.75))
    pen.line([(0.29, 0.20), (0.42, 0.20)], 0.045, INK, 0.025)
    pen.line([(0.69, 0.18), (0.76, 0.10), (0.82, 0.16)], 0.026, INK)
    pen.oval(0.45, 0.72, 0.04, 0.06, (0.7, 0.72, 0.75))
