"""What hangs in the sky or rises at the horizon."""

from math import cos, pi, sin

from adapters.engines.sketch.colours import WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects.register import Look, Stand, subject


@subject("moon crescent", (0.97, 0.94, 0.82), stands=Stand.SKY, size=0.24, natural="white yellow silver")
def moon(pen: Pen, look: Look) -> None:
    """A full moon with craters."""
    disc = look.colour
    pen.glow(0.5, 0.5, 1.1, disc, 0.35)
    pen.oval(0.5, 0.5, 0.5, 0.5, disc, glossy=0.06)
    for _ in range(9):
        turn, far, size = (
            look.random.uniform(0, 2 * pi),
            look.random.uniform(0.05, 0.36),
            look.random.uniform(0.03, 0.10),
        )
        pen.oval(
            0.5 + far * cos(turn),
            0.5 + far * sin(turn),
            size,
            size * 0.92,
            darker(disc, 0.20),
            glossy=0,
            opacity=0.7,
        )


@subject("sun", (1.0, 0.85, 0.36), stands=Stand.SKY, size=0.24, natural="yellow golden gold orange")
def sun(pen: Pen, look: Look) -> None:
    """A sun with rays."""
    disc = look.colour
    pen.glow(0.5, 0.5, 1.2, disc, 0.5)
    for part in range(16):
        turn = part * pi / 8
        far = 0.50 if part % 2 == 0 else 0.43
        pen.line(
            [
                (0.5 + 0.36 * cos(turn), 0.5 + 0.36 * sin(turn)),
                (0.5 + far * cos(turn), 0.5 + far * sin(turn)),
            ],
            0.036,
            disc,
            0.010,
        )
    pen.oval(0.5, 0.5, 0.32, 0.32, lighter(disc, 0.25), glossy=0.2)


@subject("star", (1.0, 0.84, 0.34), stands=Stand.SKY, size=0.22, natural="yellow gold golden white")
def star(pen: Pen, look: Look) -> None:
    """A five-pointed star."""
    tips = []
    for part in range(10):
        far = 0.5 if part % 2 == 0 else 0.215
        tips.append((0.5 + far * sin(part * pi / 5), 0.52 - far * cos(part * pi / 5)))
    pen.glow(0.5, 0.5, 0.9, look.colour, 0.4)
    pen.shape(tips, look.colour, 0.2)
    for part in range(0, 10, 2):
        pen.shape([(0.5, 0.52), tips[part], tips[(part + 1) % 10]], darker(look.colour, 0.22), opacity=0.5)


@subject(
    "planet saturn jupiter",
    (0.88, 0.62, 0.40),
    stands=Stand.SKY,
    size=0.4,
    aspect=1.35,
    natural="",
    place="space",
)
def planet(pen: Pen, look: Look) -> None:
    """A planet with a ring."""
    globe = look.colour
    ring: list[tuple[float, float]] = [
        (
            0.5 + 0.5 * cos(t * pi / 16) + 0.02 * sin(t * pi / 16),
            0.52 + 0.13 * sin(t * pi / 16) - 0.14 * cos(t * pi / 16),
        )
        for t in range(33)
    ]
    pen.line(ring[16:], 0.045, lighter(globe, 0.5), opacity=0.9)
    pen.oval(0.5, 0.52, 0.315, 0.425, globe, glossy=0.25)
    for y, wide, shade in ((0.30, 0.25, 0.25), (0.44, 0.30, -0.3), (0.60, 0.30, 0.2), (0.76, 0.24, 0.3)):
        tone = darker(globe, shade) if shade > 0 else lighter(globe, -shade)
        pen.oval(0.5, y, wide, 0.035, tone, turn=-6, opacity=0.6)
    pen.curve(
        [(0.64, 0.14), (0.78, 0.32), (0.80, 0.62), (0.66, 0.88), (0.50, 0.945), (0.66, 0.70), (0.70, 0.40)],
        (0.05, 0.03, 0.14),
        glossy=0,
        opacity=0.35,
    )
    pen.line(ring[:17], 0.05, lighter(globe, 0.55))
    pen.line(ring[:17], 0.012, darker(globe, 0.2), opacity=0.6)


@subject("cloud", WHITE, stands=Stand.SKY, size=0.24, aspect=1.9, natural="white")
def cloud(pen: Pen, look: Look) -> None:
    """A fair-weather cloud."""
    tone = look.colour
    puffs = (
        (0.20, 0.66, 0.16),
        (0.36, 0.46, 0.19),
        (0.56, 0.36, 0.21),
        (0.74, 0.54, 0.17),
        (0.86, 0.70, 0.12),
        (0.5, 0.66, 0.22),
    )
    for shift, colour in ((0.05, darker(tone, 0.16)), (0.0, tone)):
        for x, y, size in puffs:
            pen.oval(x, y + shift, size, size * 1.5 * 0.9, colour, glossy=0.06)
    pen.box(0.12, 0.72, 0.92, 0.94, tone, 0.05, rounding=0.09)


@subject(
    "volcano eruption",
    (0.36, 0.28, 0.30),
    size=0.56,
    aspect=1.6,
    natural="black",
    place="hills",
    built=True,
)
def volcano(pen: Pen, look: Look) -> None:
    """A volcano at work."""
    rock = look.colour
    lava: Colour = (1.0, 0.42, 0.12)
    for x, y, size, shade in (
        (0.52, 0.06, 0.10, 0.1),
        (0.42, 0.0, 0.09, 0.2),
        (0.60, -0.06, 0.10, 0.15),
        (0.50, -0.12, 0.11, 0.05),
    ):
        pen.oval(x, y, size, size * 1.2, darker((0.56, 0.50, 0.54), shade), opacity=0.85)
    pen.glow(0.5, 0.24, 0.5, lava, 0.6)
    for part in range(7):
        lean = (part - 3) * 0.05
        pen.line(
            [
                (0.5 + lean * 0.3, 0.30),
                (0.5 + lean, 0.12 + abs(part - 3) * 0.02),
                (0.5 + lean * 2.2, 0.20 + abs(part - 3) * 0.03),
            ],
            0.018,
            (1.0, 0.62, 0.20),
            0.006,
        )
    pen.curve(
        [
            (0.0, 1.0),
            (0.0, 1.0),
            (0.16, 0.86),
            (0.30, 0.60),
            (0.41, 0.30),
            (0.41, 0.30),
            (0.46, 0.335),
            (0.54, 0.325),
            (0.59, 0.30),
            (0.59, 0.30),
            (0.70, 0.60),
            (0.84, 0.86),
            (1.0, 1.0),
            (1.0, 1.0),
        ],
        rock,
    )
    pen.curve(
        [
            (0.50, 0.33),
            (0.59, 0.30),
            (0.59, 0.30),
            (0.70, 0.60),
            (0.84, 0.86),
            (1.0, 1.0),
            (1.0, 1.0),
            (0.60, 1.0),
            (0.56, 0.70),
        ],
        darker(rock, 0.35),
        opacity=0.7,
    )
    for points in (
        [(0.47, 0.33), (0.46, 0.48), (0.40, 0.62), (0.41, 0.78)],
        [(0.53, 0.33), (0.54, 0.46), (0.58, 0.56)],
        [(0.50, 0.33), (0.51, 0.50), (0.50, 0.66), (0.55, 0.86)],
    ):
        pen.line(points, 0.036, lava, 0.012)
        pen.line(points, 0.014, (1.0, 0.84, 0.40), 0.004)
    pen.oval(0.5, 0.318, 0.088, 0.022, (1.0, 0.66, 0.24))


@subject("snowflake", (0.86, 0.94, 1.0), stands=Stand.SKY, size=0.4, natural="white blue", place="snow")
def snowflake(pen: Pen, look: Look) -> None:
    """A six-armed snowflake."""
    for part in range(6):
        turn = part * pi / 3 + pi / 6
        x, y = cos(turn), sin(turn)
        pen.line([(0.5, 0.5), (0.5 + 0.46 * x, 0.5 + 0.46 * y)], 0.030, look.colour)
        for far in (0.20, 0.33):
            for side in (-1, 1):
                lean = turn + side * pi / 4
                long = 0.16 - far * 0.2
                pen.line(
                    [
                        (0.5 + far * x, 0.5 + far * y),
                        (0.5 + far * x + long * cos(lean), 0.5 + far * y + long * sin(lean)),
                    ],
                    0.022,
                    look.colour,
                )
    pen.oval(0.5, 0.5, 0.05, 0.05, mix(WHITE, look.colour, 0.5))
