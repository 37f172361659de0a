"""What swims below the surface."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects import face
from adapters.engines.sketch.subjects.register import Look, Stand, subject


@subject(
    "fish goldfish clownfish koi carp trout",
    (0.97, 0.53, 0.16),
    stands=Stand.UNDER,
    size=0.28,
    aspect=1.5,
    natural="orange gold golden",
    place="underwater",
)
def fish(pen: Pen, look: Look) -> None:
    """A striped fish, swimming to the right."""
    coat = look.colour
    fin = lighter(mix(coat, (0.98, 0.72, 0.20), 0.4), 0.1)
    pen.curve(
        [
            (0.24, 0.50),
            (0.10, 0.30),
            (0.01, 0.20),
            (0.01, 0.20),
            (0.05, 0.50),
            (0.01, 0.82),
            (0.01, 0.82),
            (0.12, 0.70),
        ],
        fin,
    )
    pen.curve([(0.36, 0.26), (0.46, 0.02), (0.60, 0.04), (0.70, 0.26)], fin)
    pen.curve([(0.42, 0.78), (0.46, 0.97), (0.56, 0.95), (0.62, 0.76)], fin)
    pen.curve(
        [
            (0.18, 0.50),
            (0.34, 0.26),
            (0.56, 0.16),
            (0.80, 0.26),
            (0.97, 0.50),
            (0.82, 0.74),
            (0.56, 0.84),
            (0.34, 0.72),
        ],
        coat,
    )
    pen.curve(
        [(0.30, 0.66), (0.56, 0.64), (0.88, 0.62), (0.76, 0.76), (0.56, 0.83), (0.40, 0.77)],
        lighter(coat, 0.45),
        opacity=0.6,
    )
    for x, high in ((0.37, 0.24), (0.63, 0.325)):
        pen.curve(
            [
                (x - 0.03, 0.50 - high),
                (x + 0.045, 0.50 - high * 1.04),
                (x + 0.065, 0.50),
                (x + 0.045, 0.50 + high * 1.02),
                (x - 0.03, 0.50 + high),
                (x - 0.005, 0.50),
            ],
            WHITE,
        )
    pen.curve([(0.50, 0.52), (0.42, 0.62), (0.40, 0.72), (0.54, 0.66), (0.58, 0.56)], fin)
    pen.oval(0.815, 0.42, 0.048, 0.072, WHITE)
    pen.oval(0.825, 0.42, 0.027, 0.042, INK, glossy=0)
    pen.oval(0.834, 0.40, 0.009, 0.014, WHITE, glossy=0)
    pen.line([(0.955, 0.54), (0.90, 0.575)], 0.012, darker(coat, 0.45))


@subject(
    "whale orca",
    (0.22, 0.40, 0.60),
    stands=Stand.UNDER,
    size=0.44,
    aspect=1.75,
    natural="blue grey gray",
    place="underwater",
)
def whale(pen: Pen, look: Look) -> None:
    """A large, gentle whale."""
    coat = look.colour
    pen.curve(
        [
            (0.14, 0.42),
            (0.05, 0.28),
            (-0.02, 0.12),
            (-0.02, 0.12),
            (0.08, 0.14),
            (0.13, 0.24),
            (0.18, 0.12),
            (0.29, 0.10),
            (0.29, 0.10),
            (0.24, 0.28),
            (0.22, 0.40),
        ],
        darker(coat, 0.12),
    )
    pen.curve(
        [
            (0.12, 0.36),
            (0.22, 0.40),
            (0.34, 0.42),
            (0.52, 0.26),
            (0.74, 0.20),
            (0.92, 0.30),
            (0.99, 0.50),
            (0.94, 0.72),
            (0.78, 0.88),
            (0.54, 0.88),
            (0.32, 0.76),
            (0.18, 0.58),
        ],
        coat,
    )
    pen.curve(
        [(0.40, 0.74), (0.60, 0.70), (0.80, 0.64), (0.975, 0.60), (0.92, 0.74), (0.78, 0.87), (0.56, 0.87)],
        face.pale(coat),
    )
    for part in range(5):
        y = 0.70 + part * 0.035
        pen.line(
            [(0.90 - part * 0.035, y - 0.015), (0.70, y + 0.02), (0.55 - part * 0.01, y + 0.03)],
            0.007,
            darker(face.pale(coat), 0.25),
            0.003,
        )
    pen.curve(
        [(0.60, 0.72), (0.52, 0.86), (0.44, 1.0), (0.40, 1.02), (0.48, 0.84), (0.52, 0.72)], darker(coat, 0.2)
    )
    pen.line([(0.98, 0.575), (0.88, 0.625), (0.79, 0.60)], 0.010, darker(coat, 0.45), 0.005)
    pen.oval(0.80, 0.52, 0.017, 0.028, INK, glossy=0)
    pen.oval(0.804, 0.51, 0.006, 0.009, WHITE, glossy=0)
    for x, y in ((0.62, 0.34), (0.68, 0.30), (0.56, 0.40), (0.74, 0.33)):
        pen.oval(x, y, 0.010, 0.014, lighter(coat, 0.35), opacity=0.6)


@subject(
    "dolphin porpoise",
    (0.42, 0.56, 0.70),
    stands=Stand.UNDER,
    size=0.36,
    aspect=1.5,
    natural="grey gray blue",
    place="underwater",
)
def dolphin(pen: Pen, look: Look) -> None:
    """A dolphin in a leap."""
    coat = look.colour
    pen.curve(
        [
            (0.16, 0.72),
            (0.06, 0.70),
            (-0.02, 0.78),
            (-0.02, 0.78),
            (0.06, 0.82),
            (0.06, 0.94),
            (0.06, 0.94),
            (0.15, 0.88),
            (0.20, 0.80),
        ],
        darker(coat, 0.12),
    )
    pen.curve(
        [(0.44, 0.30), (0.44, 0.14), (0.38, 0.04), (0.38, 0.04), (0.54, 0.10), (0.60, 0.24)],
        darker(coat, 0.15),
    )
    pen.curve(
        [
            (0.12, 0.78),
            (0.22, 0.52),
            (0.42, 0.28),
            (0.64, 0.20),
            (0.80, 0.28),
            (0.86, 0.40),
            (0.97, 0.47),
            (0.98, 0.52),
            (0.88, 0.54),
            (0.78, 0.56),
            (0.60, 0.56),
            (0.38, 0.64),
            (0.22, 0.80),
        ],
        coat,
    )
    pen.curve(
        [(0.30, 0.69), (0.48, 0.54), (0.70, 0.48), (0.88, 0.53), (0.78, 0.565), (0.60, 0.57), (0.42, 0.63)],
        face.pale(coat),
    )
    pen.curve(
        [(0.62, 0.50), (0.60, 0.64), (0.52, 0.74), (0.52, 0.74), (0.52, 0.58), (0.54, 0.50)],
        darker(coat, 0.22),
    )
    pen.oval(0.80, 0.42, 0.014, 0.020, INK, glossy=0)
    pen.line([(0.975, 0.505), (0.89, 0.505), (0.84, 0.48)], 0.009, darker(coat, 0.45), 0.004)


@subject(
    "jellyfish medusa",
    (0.86, 0.52, 0.84),
    stands=Stand.UNDER,
    size=0.4,
    aspect=0.75,
    natural="pink purple",
    place="underwater",
)
def jellyfish(pen: Pen, look: Look) -> None:
    """A glowing jellyfish."""
    coat = look.colour
    pen.glow(0.5, 0.30, 0.75, coat, 0.25)
    for number in range(7):
        x = 0.20 + number * 0.10
        sway = float(look.random.uniform(-0.06, 0.06))
        pen.line(
            [
                (x, 0.38),
                (x + sway, 0.56),
                (x - sway, 0.76),
                (x + sway, float(look.random.uniform(0.86, 1.0))),
            ],
            0.022,
            lighter(coat, 0.2),
            0.005,
            opacity=0.75,
        )
    for x in (0.40, 0.60):
        pen.line(
            [(x, 0.36), (x + 0.05, 0.52), (x - 0.05, 0.66), (x + 0.03, 0.82)],
            0.07,
            lighter(coat, 0.4),
            0.02,
            opacity=0.8,
        )
    pen.curve(
        [
            (0.06, 0.40),
            (0.10, 0.18),
            (0.30, 0.03),
            (0.5, 0.0),
            (0.70, 0.03),
            (0.90, 0.18),
            (0.94, 0.40),
            (0.82, 0.37),
            (0.72, 0.42),
            (0.61, 0.38),
            (0.5, 0.43),
            (0.39, 0.38),
            (0.28, 0.42),
            (0.18, 0.37),
        ],
        coat,
        0.25,
        0.9,
    )
    pen.oval(0.38, 0.15, 0.14, 0.07, WHITE, turn=-30, opacity=0.35)


@subject(
    "octopus squid kraken",
    (0.80, 0.36, 0.40),
    stands=Stand.UNDER,
    size=0.44,
    natural="red pink",
    place="underwater",
)
def octopus(pen: Pen, look: Look) -> None:
    """An octopus with curling arms."""
    coat = look.colour
    for number, (end, high) in enumerate(
        ((0.02, 0.72), (0.12, 0.94), (0.30, 1.0), (0.70, 1.0), (0.88, 0.94), (0.98, 0.72))
    ):
        start = 0.5 + (end - 0.5) * 0.45
        curl = -0.07 if end < 0.5 else 0.07
        pen.line(
            [(start, 0.52), (start + (end - start) * 0.5, 0.72), (end, high), (end + curl, high - 0.10)],
            0.12,
            darker(coat, 0.1 if number % 2 else 0.02),
            0.02,
        )
    pen.curve(
        [
            (0.5, 0.02),
            (0.70, 0.08),
            (0.78, 0.28),
            (0.70, 0.46),
            (0.72, 0.62),
            (0.5, 0.68),
            (0.28, 0.62),
            (0.30, 0.46),
            (0.22, 0.28),
            (0.30, 0.08),
        ],
        coat,
    )
    for x, y, size in ((0.36, 0.16, 0.035), (0.46, 0.10, 0.022), (0.64, 0.18, 0.028)):
        pen.oval(x, y, size, size, lighter(coat, 0.35), opacity=0.7)
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.10, 0.42, 0.062, 0.070, WHITE)
    face.eyes(pen, 0.505, 0.43, 0.10, 0.034)
    pen.line([(0.45, 0.545), (0.5, 0.565), (0.55, 0.545)], 0.012, darker(coat, 0.5))
    face.blush(pen, 0.5, 0.50, 0.17, 0.035)


@subject(
    "turtle tortoise",
    (0.36, 0.58, 0.34),
    stands=Stand.UNDER,
    size=0.32,
    aspect=1.4,
    natural="green",
    place="underwater",
)
def turtle(pen: Pen, look: Look) -> None:
    """A sea turtle."""
    skin = look.colour
    shell: Colour = mix(darker(skin, 0.25), (0.48, 0.34, 0.16), 0.55)
    pen.curve(
        [(0.62, 0.56), (0.66, 0.76), (0.58, 0.96), (0.48, 1.0), (0.50, 0.80), (0.48, 0.60)], darker(skin, 0.1)
    )
    pen.curve([(0.20, 0.58), (0.10, 0.74), (0.02, 0.78), (0.06, 0.62), (0.14, 0.50)], darker(skin, 0.1))
    pen.curve([(0.74, 0.44), (0.84, 0.30), (0.95, 0.30), (1.0, 0.42), (0.94, 0.54), (0.80, 0.58)], skin)
    pen.curve(
        [
            (0.10, 0.56),
            (0.20, 0.28),
            (0.44, 0.12),
            (0.66, 0.22),
            (0.80, 0.48),
            (0.70, 0.62),
            (0.40, 0.68),
            (0.20, 0.64),
        ],
        shell,
    )
    for x, y, size in (
        (0.44, 0.32, 0.095),
        (0.28, 0.42, 0.075),
        (0.60, 0.40, 0.075),
        (0.44, 0.54, 0.07),
        (0.68, 0.52, 0.045),
        (0.22, 0.56, 0.045),
    ):
        pen.oval(x, y, size * 0.8, size, lighter(shell, 0.28))
    pen.curve([(0.70, 0.60), (0.62, 0.80), (0.48, 0.92), (0.40, 0.92), (0.46, 0.76), (0.54, 0.62)], skin)
    pen.oval(0.91, 0.40, 0.016, 0.024, INK, glossy=0)
    pen.line([(0.985, 0.47), (0.93, 0.49)], 0.009, darker(skin, 0.5))
