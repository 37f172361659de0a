"""Birds and other winged things."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects import face
from adapters.engines.sketch.subjects.register import Look, Stand, subject


@subject(
    "bird sparrow robin swallow dove pigeon seagull gull eagle crow raven hawk parrot",
    (0.24, 0.46, 0.72),
    stands=Stand.SKY,
    size=0.24,
    aspect=1.25,
)
def bird(pen: Pen, look: Look) -> None:
    """A bird in flight, wings up."""
    coat = look.colour
    pen.curve(
        [(0.40, 0.50), (0.36, 0.30), (0.42, 0.06), (0.42, 0.06), (0.54, 0.20), (0.60, 0.46)],
        darker(coat, 0.25),
    )
    pen.shape([(0.22, 0.60), (0.0, 0.60), (0.05, 0.69), (0.02, 0.78), (0.26, 0.70)], darker(coat, 0.2))
    pen.curve(
        [
            (0.18, 0.64),
            (0.34, 0.52),
            (0.58, 0.46),
            (0.74, 0.42),
            (0.84, 0.48),
            (0.80, 0.60),
            (0.64, 0.74),
            (0.42, 0.78),
            (0.26, 0.72),
        ],
        coat,
    )
    pen.curve(
        [(0.38, 0.72), (0.58, 0.62), (0.80, 0.56), (0.74, 0.66), (0.60, 0.76), (0.44, 0.79)], face.pale(coat)
    )
    pen.curve(
        [
            (0.36, 0.60),
            (0.22, 0.40),
            (0.14, 0.10),
            (0.14, 0.10),
            (0.24, 0.16),
            (0.28, 0.14),
            (0.36, 0.22),
            (0.40, 0.22),
            (0.50, 0.36),
            (0.60, 0.56),
            (0.48, 0.64),
        ],
        lighter(coat, 0.12),
    )
    pen.curve(
        [(0.38, 0.58), (0.26, 0.40), (0.20, 0.20), (0.32, 0.30), (0.46, 0.52)],
        lighter(coat, 0.30),
        opacity=0.6,
    )
    pen.shape([(0.835, 0.455), (0.96, 0.51), (0.825, 0.545)], (0.95, 0.66, 0.22))
    pen.oval(0.775, 0.475, 0.018, 0.024, INK, glossy=0)
    pen.oval(0.78, 0.467, 0.006, 0.008, WHITE, glossy=0)


@subject("owl", (0.52, 0.38, 0.27), size=0.46, aspect=0.8, natural="brown", place="forest")
def owl(pen: Pen, look: Look) -> None:
    """An owl on a stump."""
    coat = look.colour
    wood: Colour = (0.42, 0.29, 0.20)
    pen.box(0.12, 0.86, 0.88, 1.0, wood)
    pen.oval(0.5, 0.865, 0.38, 0.045, lighter(wood, 0.35))
    pen.oval(0.5, 0.865, 0.22, 0.024, wood, opacity=0.4)
    pen.curve(
        [
            (0.5, 0.12),
            (0.74, 0.16),
            (0.86, 0.40),
            (0.84, 0.66),
            (0.70, 0.84),
            (0.5, 0.88),
            (0.30, 0.84),
            (0.16, 0.66),
            (0.14, 0.40),
            (0.26, 0.16),
        ],
        coat,
    )
    for side in (-1, 1):
        pen.shape([(0.5 + side * 0.16, 0.15), (0.5 + side * 0.34, 0.0), (0.5 + side * 0.33, 0.26)], coat)
    pen.curve(
        [(0.5, 0.42), (0.68, 0.50), (0.70, 0.68), (0.5, 0.85), (0.30, 0.68), (0.32, 0.50)], face.pale(coat)
    )
    for row in range(4):
        for column in range(4 - row % 2):
            x = 0.5 + (column - (3 - row % 2) / 2) * 0.095
            pen.curve(
                [
                    (x - 0.03, 0.53 + row * 0.07),
                    (x + 0.03, 0.53 + row * 0.07),
                    (x, 0.565 + row * 0.07),
                    (x, 0.565 + row * 0.07),
                ],
                mix(coat, face.pale(coat), 0.35),
            )
    for side in (-1, 1):
        pen.curve(
            [
                (0.5 + side * 0.30, 0.42),
                (0.5 + side * 0.37, 0.50),
                (0.5 + side * 0.35, 0.68),
                (0.5 + side * 0.22, 0.80),
                (0.5 + side * 0.22, 0.60),
            ],
            darker(coat, 0.25),
        )
        pen.oval(0.5 + side * 0.165, 0.32, 0.165, 0.135, lighter(coat, 0.55))
        pen.oval(0.5 + side * 0.155, 0.325, 0.108, 0.088, (0.98, 0.76, 0.22))
        pen.oval(0.5 + side * 0.15, 0.325, 0.066, 0.054, INK, glossy=0)
        pen.oval(0.5 + side * 0.15 + 0.025, 0.305, 0.02, 0.017, WHITE, glossy=0)
        for toe in (-0.035, 0.0, 0.035):
            pen.oval(0.5 + side * 0.12 + toe, 0.868, 0.018, 0.022, (0.92, 0.62, 0.24))
    pen.curve([(0.46, 0.37), (0.5, 0.35), (0.54, 0.37), (0.5, 0.46), (0.5, 0.46)], (0.93, 0.60, 0.22))
    face.costume(pen, look.costume, 0.5, 0.30, 0.27)


@subject("penguin", (0.15, 0.18, 0.26), size=0.46, aspect=0.68, natural="black white", place="ice")
def penguin(pen: Pen, look: Look) -> None:
    """A penguin."""
    coat = look.colour
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.17, 0.965, 0.15, 0.035, (0.95, 0.62, 0.20))
        pen.curve(
            [
                (0.5 + side * 0.30, 0.36),
                (0.5 + side * 0.48, 0.58),
                (0.5 + side * 0.44, 0.74),
                (0.5 + side * 0.30, 0.62),
            ],
            darker(coat, 0.2),
        )
    pen.curve(
        [
            (0.5, 0.04),
            (0.70, 0.10),
            (0.77, 0.26),
            (0.80, 0.42),
            (0.87, 0.70),
            (0.76, 0.93),
            (0.5, 0.975),
            (0.24, 0.93),
            (0.13, 0.70),
            (0.20, 0.42),
            (0.23, 0.26),
            (0.30, 0.10),
        ],
        coat,
    )
    pen.curve(
        [
            (0.5, 0.34),
            (0.68, 0.42),
            (0.76, 0.68),
            (0.68, 0.90),
            (0.5, 0.945),
            (0.32, 0.90),
            (0.24, 0.68),
            (0.32, 0.42),
        ],
        WHITE,
    )
    pen.oval(0.39, 0.245, 0.145, 0.105, WHITE)
    pen.oval(0.61, 0.245, 0.145, 0.105, WHITE)
    pen.oval(0.5, 0.40, 0.14, 0.05, (0.98, 0.80, 0.40), opacity=0.55)
    face.eyes(pen, 0.5, 0.225, 0.125, 0.030, tall=0.8)
    face.blush(pen, 0.5, 0.295, 0.20, 0.05)
    pen.curve([(0.43, 0.265), (0.5, 0.245), (0.57, 0.265), (0.5, 0.335), (0.5, 0.335)], (0.96, 0.62, 0.20))
    face.costume(pen, look.costume, 0.5, 0.22, 0.27)


@subject(
    "duck duckling swan goose",
    (0.98, 0.80, 0.28),
    stands=Stand.WATER,
    size=0.28,
    aspect=1.1,
    natural="yellow",
    place="lake",
)
def duck(pen: Pen, look: Look) -> None:
    """A swimming duck."""
    coat = look.colour
    pen.curve(
        [
            (0.04, 0.56),
            (0.12, 0.66),
            (0.34, 0.62),
            (0.56, 0.60),
            (0.70, 0.62),
            (0.82, 0.74),
            (0.74, 0.94),
            (0.48, 1.0),
            (0.22, 0.94),
            (0.08, 0.76),
        ],
        coat,
    )
    pen.curve(
        [
            (0.56, 0.66),
            (0.54, 0.46),
            (0.52, 0.26),
            (0.62, 0.12),
            (0.76, 0.14),
            (0.84, 0.28),
            (0.80, 0.44),
            (0.76, 0.56),
            (0.80, 0.74),
        ],
        coat,
    )
    pen.curve(
        [(0.20, 0.70), (0.40, 0.66), (0.58, 0.72), (0.52, 0.86), (0.34, 0.88), (0.16, 0.80), (0.10, 0.72)],
        darker(coat, 0.14),
    )
    pen.curve([(0.83, 0.29), (0.94, 0.32), (0.99, 0.37), (0.92, 0.41), (0.82, 0.40)], (0.96, 0.56, 0.16))
    pen.oval(0.725, 0.27, 0.026, 0.032, INK, glossy=0)
    pen.oval(0.734, 0.258, 0.009, 0.011, WHITE, glossy=0)


@subject(
    "butterfly moth",
    (0.95, 0.55, 0.16),
    stands=Stand.SKY,
    size=0.26,
    aspect=1.2,
    natural="orange",
)
def butterfly(pen: Pen, look: Look) -> None:
    """A butterfly seen from above."""
    wing = look.colour
    for side in (-1, 1):
        pen.curve(
            [
                (0.5, 0.42),
                (0.5 + side * 0.18, 0.10),
                (0.5 + side * 0.42, 0.06),
                (0.5 + side * 0.48, 0.26),
                (0.5 + side * 0.36, 0.50),
                (0.5 + side * 0.10, 0.54),
            ],
            mix(wing, INK, 0.8),
        )
        pen.curve(
            [
                (0.5, 0.54),
                (0.5 + side * 0.26, 0.54),
                (0.5 + side * 0.38, 0.70),
                (0.5 + side * 0.30, 0.92),
                (0.5 + side * 0.14, 0.86),
            ],
            mix(wing, INK, 0.75),
        )
        pen.curve(
            [
                (0.5 + side * 0.04, 0.42),
                (0.5 + side * 0.19, 0.16),
                (0.5 + side * 0.38, 0.13),
                (0.5 + side * 0.42, 0.26),
                (0.5 + side * 0.32, 0.45),
                (0.5 + side * 0.10, 0.50),
            ],
            wing,
        )
        pen.curve(
            [
                (0.5 + side * 0.04, 0.56),
                (0.5 + side * 0.24, 0.58),
                (0.5 + side * 0.32, 0.70),
                (0.5 + side * 0.26, 0.85),
                (0.5 + side * 0.14, 0.80),
            ],
            lighter(wing, 0.18),
        )
        pen.oval(0.5 + side * 0.30, 0.26, 0.05, 0.06, lighter(wing, 0.65))
        pen.oval(0.5 + side * 0.22, 0.70, 0.035, 0.045, lighter(wing, 0.65))
        pen.line([(0.5, 0.34), (0.5 + side * 0.06, 0.18), (0.5 + side * 0.12, 0.12)], 0.014, INK, 0.008)
    pen.oval(0.5, 0.55, 0.028, 0.22, INK)
