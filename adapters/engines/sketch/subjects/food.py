"""Food and drink."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects.register import Look, subject


@subject("apple", (0.84, 0.16, 0.18), size=0.46, natural="red", place="room")
def apple(pen: Pen, look: Look) -> None:
    """An apple with a leaf."""
    skin = look.colour
    pen.line([(0.5, 0.26), (0.5, 0.14), (0.55, 0.04)], 0.04, (0.38, 0.25, 0.16), 0.028)
    pen.curve(
        [(0.53, 0.15), (0.64, 0.02), (0.82, 0.04), (0.82, 0.04), (0.74, 0.18), (0.58, 0.20)],
        (0.36, 0.62, 0.28),
    )
    pen.curve(
        [
            (0.5, 0.26),
            (0.64, 0.18),
            (0.82, 0.22),
            (0.93, 0.42),
            (0.88, 0.70),
            (0.72, 0.94),
            (0.58, 0.99),
            (0.5, 0.96),
            (0.42, 0.99),
            (0.28, 0.94),
            (0.12, 0.70),
            (0.07, 0.42),
            (0.18, 0.22),
            (0.36, 0.18),
        ],
        skin,
        0.22,
    )
    pen.curve(
        [(0.70, 0.24), (0.88, 0.36), (0.90, 0.56), (0.80, 0.84), (0.60, 0.97), (0.74, 0.76), (0.80, 0.50)],
        darker(skin, 0.35),
        opacity=0.45,
    )
    pen.oval(0.27, 0.42, 0.07, 0.13, WHITE, turn=25, opacity=0.55)
    pen.oval(0.5, 0.265, 0.09, 0.03, darker(skin, 0.5), opacity=0.6)


@subject("pear", (0.74, 0.78, 0.28), size=0.42, aspect=0.75, natural="green yellow", place="room")
def pear(pen: Pen, look: Look) -> None:
    """A pear."""
    skin = look.colour
    pen.line([(0.5, 0.14), (0.53, 0.0)], 0.05, (0.38, 0.25, 0.16), 0.03)
    pen.curve(
        [
            (0.5, 0.10),
            (0.62, 0.16),
            (0.67, 0.34),
            (0.84, 0.52),
            (0.92, 0.74),
            (0.78, 0.94),
            (0.5, 0.99),
            (0.22, 0.94),
            (0.08, 0.74),
            (0.16, 0.52),
            (0.33, 0.34),
            (0.38, 0.16),
        ],
        skin,
        0.22,
    )
    pen.oval(0.32, 0.62, 0.08, 0.13, WHITE, turn=20, opacity=0.45)


@subject("cherry", (0.80, 0.10, 0.20), size=0.46, natural="red", place="room")
def cherry(pen: Pen, look: Look) -> None:
    """Two cherries on their stalks."""
    skin = look.colour
    pen.line([(0.62, 0.06), (0.42, 0.30), (0.28, 0.62)], 0.026, (0.36, 0.50, 0.22), 0.02)
    pen.line([(0.62, 0.06), (0.68, 0.34), (0.72, 0.66)], 0.026, (0.36, 0.50, 0.22), 0.02)
    pen.curve(
        [(0.62, 0.07), (0.78, 0.02), (0.96, 0.12), (0.96, 0.12), (0.82, 0.22), (0.68, 0.16)],
        (0.36, 0.62, 0.28),
    )
    for x, y, size in ((0.27, 0.75, 0.235), (0.73, 0.77, 0.225)):
        pen.oval(x, y, size, size, skin, glossy=0.22)
        pen.oval(x - 0.08, y - 0.09, 0.05, 0.07, WHITE, turn=35, opacity=0.6)


@subject(
    "cake birthday cupcake pie dessert",
    (0.96, 0.72, 0.76),
    size=0.5,
    aspect=1.05,
    natural="pink",
    place="room",
)
def cake(pen: Pen, look: Look) -> None:
    """A cake with candles."""
    icing = look.colour
    sponge: Colour = (0.86, 0.66, 0.42)
    pen.oval(0.5, 0.95, 0.49, 0.055, (0.90, 0.91, 0.93))
    pen.box(0.12, 0.48, 0.88, 0.94, sponge, 0.15, rounding=0.05)
    pen.box(0.12, 0.68, 0.88, 0.745, lighter(icing, 0.5))
    pen.oval(0.5, 0.50, 0.38, 0.075, lighter(icing, 0.25))
    drips = [
        (0.14 + part * 0.09, 0.60 + (0.06 if part % 2 else -0.01) + 0.02 * ((part * 7) % 3))
        for part in range(9)
    ]
    pen.curve([(0.12, 0.49), (0.12, 0.49), *drips, (0.88, 0.49), (0.88, 0.49), (0.5, 0.565)], icing)
    for x in (0.32, 0.5, 0.68):
        pen.box(x - 0.022, 0.24, x + 0.022, 0.50, (0.96, 0.94, 0.90))
        for y in (0.29, 0.37, 0.45):
            pen.line([(x - 0.02, y), (x + 0.02, y - 0.03)], 0.018, (0.42, 0.66, 0.86))
        pen.glow(x, 0.17, 0.16, (1.0, 0.74, 0.30), 0.5)
        pen.curve(
            [(x, 0.09), (x, 0.09), (x + 0.034, 0.17), (x, 0.225), (x - 0.034, 0.17)],
            (1.0, 0.62, 0.16),
            glossy=0,
        )
        pen.oval(x, 0.185, 0.014, 0.025, (1.0, 0.94, 0.66), glossy=0)
    for x in (0.20, 0.41, 0.59, 0.80):
        pen.oval(x, 0.475, 0.042, 0.042, (0.82, 0.16, 0.24))
        pen.oval(x - 0.012, 0.462, 0.011, 0.011, WHITE, opacity=0.7)


@subject(
    "cup mug coffee tea teacup latte espresso",
    (0.88, 0.42, 0.34),
    size=0.40,
    aspect=1.1,
    natural="",
    place="room",
)
def cup(pen: Pen, look: Look) -> None:
    """A steaming cup on a saucer."""
    china = look.colour
    pen.oval(0.46, 0.94, 0.46, 0.06, lighter(china, 0.62))
    pen.oval(0.46, 0.93, 0.30, 0.03, darker(lighter(china, 0.6), 0.2))
    pen.line(
        [(0.76, 0.46), (0.93, 0.44), (0.97, 0.58), (0.86, 0.70), (0.70, 0.72)], 0.075, darker(china, 0.08)
    )
    pen.curve(
        [
            (0.12, 0.36),
            (0.12, 0.36),
            (0.80, 0.36),
            (0.80, 0.36),
            (0.79, 0.62),
            (0.68, 0.86),
            (0.56, 0.94),
            (0.36, 0.94),
            (0.24, 0.86),
            (0.13, 0.62),
        ],
        china,
        0.2,
    )
    pen.curve(
        [(0.62, 0.38), (0.78, 0.38), (0.76, 0.62), (0.66, 0.85), (0.56, 0.92), (0.66, 0.66)],
        darker(china, 0.35),
        opacity=0.4,
    )
    pen.oval(0.46, 0.36, 0.34, 0.075, lighter(china, 0.4))
    pen.oval(0.46, 0.368, 0.305, 0.058, (0.34, 0.20, 0.13))
    pen.oval(0.42, 0.36, 0.12, 0.020, (0.62, 0.42, 0.28), opacity=0.7)
    for x, sway in ((0.32, 0.05), (0.46, -0.06), (0.60, 0.05)):
        pen.line(
            [(x, 0.28), (x + sway, 0.18), (x - sway, 0.07), (x + sway * 0.6, -0.04)],
            0.030,
            WHITE,
            0.006,
            opacity=0.45,
        )


@subject("teapot kettle jug pitcher", (0.36, 0.58, 0.66), size=0.46, aspect=1.35, natural="", place="room")
def teapot(pen: Pen, look: Look) -> None:
    """A teapot."""
    china = look.colour
    pen.line([(0.26, 0.40), (0.07, 0.40), (0.08, 0.66), (0.26, 0.74)], 0.06, darker(china, 0.15))
    pen.curve(
        [
            (0.70, 0.58),
            (0.82, 0.50),
            (0.90, 0.28),
            (0.99, 0.26),
            (0.99, 0.26),
            (0.93, 0.50),
            (0.84, 0.72),
            (0.70, 0.82),
        ],
        darker(china, 0.08),
    )
    pen.curve(
        [
            (0.5, 0.24),
            (0.68, 0.30),
            (0.79, 0.52),
            (0.76, 0.78),
            (0.64, 0.94),
            (0.36, 0.94),
            (0.24, 0.78),
            (0.21, 0.52),
            (0.32, 0.30),
        ],
        china,
        0.22,
    )
    pen.oval(0.5, 0.27, 0.18, 0.055, lighter(china, 0.22))
    pen.oval(0.5, 0.17, 0.04, 0.055, darker(china, 0.25))
    for x in (0.36, 0.5, 0.64):
        for dx, dy in ((0, -0.05), (0.034, -0.015), (0.021, 0.04), (-0.021, 0.04), (-0.034, -0.015)):
            pen.oval(x + dx, 0.62 + dy, 0.022, 0.028, WHITE)
        pen.oval(x, 0.62, 0.016, 0.02, (0.95, 0.74, 0.28))
    pen.oval(0.33, 0.44, 0.04, 0.07, WHITE, turn=25, opacity=0.5)


@subject(
    "burger hamburger cheeseburger",
    (0.88, 0.60, 0.28),
    size=0.46,
    aspect=1.25,
    natural="",
    place="room",
)
def burger(pen: Pen, look: Look) -> None:
    """A burger."""
    bun = look.colour
    pen.curve(
        [(0.06, 0.78), (0.06, 0.78), (0.94, 0.78), (0.94, 0.78), (0.90, 0.97), (0.10, 0.97)],
        darker(bun, 0.08),
    )
    pen.box(0.05, 0.66, 0.95, 0.81, (0.36, 0.20, 0.13), rounding=0.06)
    pen.shape(
        [(0.04, 0.60), (0.96, 0.60), (0.80, 0.68), (0.66, 0.64), (0.52, 0.74), (0.36, 0.65), (0.2, 0.70)],
        (0.98, 0.76, 0.26),
    )
    pen.box(0.06, 0.54, 0.94, 0.61, (0.84, 0.26, 0.20), rounding=0.03)
    pen.curve(
        [
            (0.02, 0.48),
            (0.98, 0.48),
            (0.96, 0.56),
            (0.84, 0.53),
            (0.72, 0.59),
            (0.60, 0.53),
            (0.46, 0.59),
            (0.32, 0.53),
            (0.18, 0.59),
            (0.05, 0.55),
        ],
        (0.48, 0.72, 0.30),
    )
    pen.curve(
        [
            (0.05, 0.48),
            (0.05, 0.48),
            (0.10, 0.22),
            (0.32, 0.08),
            (0.68, 0.08),
            (0.90, 0.22),
            (0.95, 0.48),
            (0.95, 0.48),
        ],
        bun,
        0.22,
    )
    for x, y in (
        (0.28, 0.24),
        (0.42, 0.16),
        (0.58, 0.16),
        (0.72, 0.24),
        (0.5, 0.28),
        (0.35, 0.35),
        (0.65, 0.35),
    ):
        pen.oval(x, y, 0.022, 0.017, mix(WHITE, bun, 0.2))


@subject(
    "bottle wine potion flask",
    (0.26, 0.52, 0.38),
    size=0.5,
    aspect=0.42,
    natural="green",
    place="room",
)
def bottle(pen: Pen, look: Look) -> None:
    """A bottle."""
    glass = look.colour
    pen.box(0.41, 0.0, 0.59, 0.10, (0.66, 0.48, 0.32), rounding=0.02)
    pen.curve(
        [
            (0.40, 0.07),
            (0.40, 0.07),
            (0.60, 0.07),
            (0.60, 0.07),
            (0.60, 0.28),
            (0.72, 0.38),
            (0.86, 0.46),
            (0.87, 0.60),
            (0.86, 0.96),
            (0.78, 1.0),
            (0.22, 1.0),
            (0.14, 0.96),
            (0.13, 0.60),
            (0.14, 0.46),
            (0.28, 0.38),
            (0.40, 0.28),
        ],
        glass,
        0.2,
    )
    pen.box(0.14, 0.60, 0.86, 0.84, (0.95, 0.91, 0.80))
    pen.line([(0.26, 0.68), (0.74, 0.68)], 0.02, darker(glass, 0.2))
    pen.line([(0.32, 0.75), (0.68, 0.75)], 0.014, INK)
    pen.line([(0.24, 0.50), (0.24, 0.94)], 0.05, lighter(glass, 0.6), opacity=0.5)
