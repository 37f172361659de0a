"""Eyes, noses and what is worn on a head."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen


def eyes(
    pen: Pen, x: float, y: float, apart: float, size: float, iris: Colour | None = None, tall: float = 1.15
) -> None:
    """Two eyes about (x, y), each with a glint."""
    for side in (-1, 1):
        middle = x + side * apart
        if iris is not None:
            pen.oval(middle, y, size * 1.25, size * 1.3, iris)
            pen.oval(middle, y, size * 0.62, size * 1.15, INK, glossy=0)
        else:
            pen.oval(middle, y, size, size * tall, INK, glossy=0)
        pen.oval(middle + size * 0.3, y - size * 0.42, size * 0.34, size * 0.34, WHITE, glossy=0)


def blush(pen: Pen, x: float, y: float, apart: float, size: float) -> None:
    """Rosy cheeks."""
    for side in (-1, 1):
        pen.oval(x + side * apart, y, size, size * 0.65, (0.96, 0.46, 0.44), glossy=0, opacity=0.35)


def costume(pen: Pen, name: str, x: float, y: float, radius: float) -> None:
    """What is worn on the head at (x, y) with the given radius; drawn after the head."""
    if name == "astronaut":
        helmet(pen, x, y, radius)
    elif name == "wizard":
        hat: Colour = (0.30, 0.24, 0.62)
        pen.curve(
            [
                (x - radius * 0.62, y - radius * 0.66),
                (x - radius * 0.16, y - radius * 1.7),
                (x + radius * 0.30, y - radius * 2.25),
                (x + radius * 0.30, y - radius * 2.25),
                (x + radius * 0.24, y - radius * 1.5),
                (x + radius * 0.62, y - radius * 0.66),
            ],
            hat,
        )
        pen.oval(x, y - radius * 0.66, radius * 1.08, radius * 0.22, darker(hat, 0.15))
        pen.oval(x, y - radius * 0.76, radius * 0.62, radius * 0.14, (0.92, 0.74, 0.30))
        for dx, dy in ((-0.1, -1.1), (0.25, -1.35), (0.08, -1.75)):
            pen.oval(
                x + radius * dx, y + radius * dy, radius * 0.06, radius * 0.06, (0.98, 0.86, 0.45), glossy=0
            )
    elif name == "royal":
        gold: Colour = (0.94, 0.74, 0.26)
        low, high = y - radius * 0.72, y - radius * 1.32
        points = [(x - radius * 0.55, low)]
        points += [
            (x - radius * 0.62 + radius * 1.24 * part / 6, high if part % 2 == 0 else low - radius * 0.26)
            for part in range(7)
        ]
        pen.shape([*points, (x + radius * 0.55, low)], gold, 0.2)
        for part in range(3):
            pen.oval(
                x + (part - 1) * radius * 0.3,
                low - radius * 0.1,
                radius * 0.06,
                radius * 0.06,
                (0.82, 0.20, 0.30),
            )
    elif name == "scarf":
        pen.line(
            [
                (x - radius * 0.62, y + radius * 0.88),
                (x, y + radius * 1.08),
                (x + radius * 0.62, y + radius * 0.88),
            ],
            radius * 0.36,
            (0.80, 0.24, 0.24),
        )
        pen.line(
            [(x + radius * 0.35, y + radius * 1.05), (x + radius * 0.46, y + radius * 1.75)],
            radius * 0.28,
            (0.70, 0.18, 0.20),
        )


def helmet(pen: Pen, x: float, y: float, radius: float) -> None:
    """A glass bubble with a collar: the face stays visible."""
    glass = radius * 1.36
    pen.oval(x, y - radius * 0.16, glass, glass, (0.72, 0.86, 0.98), glossy=0.3, opacity=0.20)
    for part in range(2):
        turn = -38 if part == 0 else 145
        sign = -1 if part == 0 else 1
        pen.oval(
            x + sign * glass * 0.58,
            y - radius * 0.16 + sign * glass * 0.50,
            glass * 0.30,
            glass * 0.08,
            WHITE,
            turn=turn if part == 0 else turn - 180,
            glossy=0,
            opacity=0.75 if part == 0 else 0.3,
        )
    ring(pen, x, y - radius * 0.16, glass, glass * 0.055, (0.86, 0.90, 0.96))
    pen.oval(x, y + radius * 1.08, radius * 0.92, radius * 0.20, (0.80, 0.83, 0.90))
    pen.oval(x, y + radius * 1.04, radius * 0.74, radius * 0.10, (0.55, 0.60, 0.70))


def ring(pen: Pen, x: float, y: float, radius: float, thick: float, colour: Colour) -> None:
    """A circle's outline."""
    from math import cos, pi, sin  # noqa: PLC0415

    spots = [(x + radius * cos(part * pi / 12), y + radius * sin(part * pi / 12)) for part in range(25)]
    pen.line(spots, thick, colour)


def suit(pen: Pen, x: float, y: float, wide: float) -> None:
    """The controls on a space suit's chest, about (x, y)."""
    pen.box(x - wide, y - wide * 0.6, x + wide, y + wide * 0.6, (0.66, 0.70, 0.78), rounding=wide * 0.2)
    for part, tone in enumerate(((0.90, 0.30, 0.28), (0.98, 0.78, 0.28), (0.32, 0.72, 0.52))):
        pen.oval(x + (part - 1) * wide * 0.55, y - wide * 0.15, wide * 0.17, wide * 0.17, tone)
    pen.line(
        [(x - wide * 0.6, y + wide * 0.3), (x + wide * 0.6, y + wide * 0.3)], wide * 0.14, (0.30, 0.36, 0.46)
    )


def pale(colour: Colour) -> Colour:
    """A belly for a coat of this colour."""
    return mix(lighter(colour, 0.72), WHITE, 0.35)
