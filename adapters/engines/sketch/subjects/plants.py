"""Trees, flowers and what else grows."""

from math import cos, pi, sin

from adapters.engines.sketch.colours import WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects.register import Look, subject

BARK: Colour = (0.40, 0.28, 0.20)


@subject(
    "tree oak maple birch elm willow treehouse bonsai",
    (0.33, 0.56, 0.26),
    size=0.66,
    aspect=0.9,
    natural="green",
)
def tree(pen: Pen, look: Look) -> None:
    """A broad-leaved tree, its crown built of many puffs."""
    leaf = look.colour
    pen.curve(
        [(0.42, 1.0), (0.455, 0.86), (0.46, 0.60), (0.54, 0.60), (0.545, 0.86), (0.60, 1.0), (0.5, 0.975)],
        BARK,
    )
    pen.line([(0.48, 0.74), (0.34, 0.56)], 0.045, BARK, 0.02)
    pen.line([(0.53, 0.70), (0.67, 0.52)], 0.04, BARK, 0.02)
    puffs = (
        (0.26, 0.50, 0.19),
        (0.74, 0.50, 0.19),
        (0.5, 0.54, 0.18),
        (0.16, 0.38, 0.14),
        (0.84, 0.38, 0.14),
        (0.34, 0.28, 0.20),
        (0.66, 0.28, 0.20),
        (0.5, 0.18, 0.18),
        (0.5, 0.38, 0.22),
    )
    for shift, tone in ((0.03, darker(leaf, 0.32)), (0.0, leaf)):
        for x, y, size in puffs:
            pen.oval(x, y + shift, size * 1.02, size * 0.92, tone, glossy=0.10)
    for _ in range(46):
        turn, far = look.random.uniform(0, 6.28), look.random.uniform(0.05, 0.36)
        x, y = 0.5 + 1.05 * far * cos(turn), 0.34 + 0.86 * far * sin(turn)
        lift = 0.30 if y < 0.34 else 0.06
        pen.oval(
            x, y, 0.034, 0.024, lighter(leaf, lift), turn=float(look.random.uniform(-30, 30)), opacity=0.6
        )


@subject(
    "pine fir spruce conifer evergreen cedar",
    (0.15, 0.40, 0.30),
    size=0.68,
    aspect=0.56,
    natural="green",
    place="forest",
)
def pine(pen: Pen, look: Look) -> None:
    """A pine with five tiers."""
    pen.box(0.44, 0.84, 0.56, 1.0, BARK)
    for tier in range(5):
        low, wide = 0.90 - tier * 0.165, 0.47 - tier * 0.072
        tone = lighter(look.colour, 0.03 * tier)
        teeth = [(0.5, low - 0.28)]
        teeth += [(0.5 + wide - 2 * wide * part / 8, low + (0.03 if part % 2 else 0.0)) for part in range(9)]
        pen.shape(teeth, darker(tone, 0.30))
        pen.shape([(x - 0.012 * (x - 0.5), y - 0.022) for x, y in teeth], tone, 0.18)


@subject(
    "palm palm-tree coconut",
    (0.28, 0.58, 0.32),
    size=0.66,
    aspect=0.8,
    natural="green",
    place="beach",
)
def palm(pen: Pen, look: Look) -> None:
    """A leaning palm."""
    pen.line([(0.44, 1.0), (0.48, 0.70), (0.58, 0.42), (0.64, 0.28)], 0.075, (0.56, 0.42, 0.28), 0.045)
    for part in range(7):
        y = 0.94 - part * 0.09
        x = 0.445 + 0.02 * part + 0.0035 * part * part
        pen.line([(x - 0.03, y), (x + 0.035, y - 0.012)], 0.010, darker((0.56, 0.42, 0.28), 0.3))
    for turn in (200, 168, 232, 340, 12, 300, 268):
        x, y = cos(turn * pi / 180), sin(turn * pi / 180)
        tip = (0.64 + 0.42 * x, 0.26 + 0.30 * y + 0.16)
        middle = (0.64 + 0.26 * x, 0.26 + 0.26 * y - 0.02)
        tone = lighter(look.colour, 0.12) if y < -0.3 else darker(look.colour, 0.1)
        pen.curve([(0.64, 0.26), middle, tip, tip, (middle[0] + 0.03, middle[1] + 0.10), (0.65, 0.31)], tone)
    for x, y in ((0.61, 0.32), (0.68, 0.33), (0.645, 0.355)):
        pen.oval(x, y, 0.034, 0.030, (0.45, 0.30, 0.18))


def _bloom(
    pen: Pen,
    x: float,
    y: float,
    size: float,
    colour: Colour,
    petals: int,
    heart: Colour,
    heart_size: float = 0.36,
) -> None:
    for ring, (reach, tone) in enumerate(((1.0, darker(colour, 0.12)), (0.82, colour))):
        for part in range(petals):
            turn = (part + ring * 0.5) * 360 / petals
            dx, dy = cos(turn * pi / 180), sin(turn * pi / 180)
            pen.oval(
                x + dx * size * 0.62 * reach,
                y + dy * size * 0.62 * reach,
                size * 0.42 * reach,
                size * 0.24,
                tone,
                turn=turn,
            )
    pen.oval(x, y, size * heart_size, size * heart_size, heart)


def _stem(pen: Pen, top: float) -> None:
    green: Colour = (0.28, 0.52, 0.26)
    pen.line([(0.5, top), (0.485, 0.72), (0.5, 1.0)], 0.032, green, 0.04)
    pen.curve([(0.49, 0.80), (0.36, 0.72), (0.20, 0.70), (0.20, 0.70), (0.30, 0.82), (0.48, 0.88)], green)
    pen.curve(
        [(0.50, 0.70), (0.62, 0.60), (0.78, 0.58), (0.78, 0.58), (0.70, 0.70), (0.51, 0.78)],
        lighter(green, 0.1),
    )


@subject(
    "flower daisy poppy blossom cosmos lily orchid",
    (0.93, 0.40, 0.52),
    size=0.46,
    aspect=0.8,
    natural="pink",
    place="meadow",
)
def flower(pen: Pen, look: Look) -> None:
    """A single flower with round petals."""
    _stem(pen, 0.34)
    _bloom(pen, 0.5, 0.30, 0.29, look.colour, 9, (0.98, 0.80, 0.28))
    pen.oval(0.49, 0.29, 0.06, 0.05, (0.93, 0.62, 0.16), opacity=0.7)


@subject("sunflower", (0.99, 0.77, 0.16), size=0.52, aspect=0.8, natural="yellow golden", place="meadow")
def sunflower(pen: Pen, look: Look) -> None:
    """A sunflower."""
    _stem(pen, 0.34)
    _bloom(pen, 0.5, 0.31, 0.33, look.colour, 16, (0.40, 0.24, 0.12), 0.5)
    for part in range(40):
        turn, far = part * 2.39996, 0.14 * (part / 40) ** 0.5
        pen.oval(0.5 + far * cos(turn) * 1.1, 0.31 + far * sin(turn), 0.012, 0.010, (0.62, 0.40, 0.18))


@subject("rose peony", (0.80, 0.12, 0.22), size=0.46, aspect=0.7, natural="red", place="room")
def rose(pen: Pen, look: Look) -> None:
    """A rose with folded petals."""
    _stem(pen, 0.40)
    for x, y, size, shade in (
        (0.30, 0.28, 0.20, 0.28),
        (0.70, 0.28, 0.20, 0.24),
        (0.5, 0.36, 0.24, 0.18),
        (0.5, 0.20, 0.22, 0.10),
        (0.40, 0.26, 0.18, 0.05),
        (0.60, 0.27, 0.17, 0.02),
    ):
        pen.oval(x, y, size * 1.15, size * 0.85, darker(look.colour, shade))
    pen.oval(0.5, 0.25, 0.17, 0.12, lighter(look.colour, 0.10))
    for part in range(3):
        size = 0.12 - part * 0.034
        pen.line(
            [
                (0.5 - size, 0.24),
                (0.5, 0.24 + size * 0.8),
                (0.5 + size, 0.23),
                (0.5 + size * 0.2, 0.24 - size * 0.6),
            ],
            0.014,
            darker(look.colour, 0.4),
            0.006,
        )


@subject("tulip", (0.92, 0.30, 0.34), size=0.44, aspect=0.62, natural="red", place="meadow")
def tulip(pen: Pen, look: Look) -> None:
    """A tulip."""
    green: Colour = (0.30, 0.56, 0.34)
    pen.line([(0.5, 0.40), (0.5, 1.0)], 0.04, green)
    pen.curve([(0.5, 0.98), (0.30, 0.80), (0.20, 0.52), (0.20, 0.52), (0.38, 0.66), (0.5, 0.86)], green)
    pen.curve(
        [(0.5, 0.98), (0.70, 0.84), (0.84, 0.60), (0.84, 0.60), (0.64, 0.70), (0.5, 0.88)],
        lighter(green, 0.12),
    )
    for left, right, top, shade in ((0.22, 0.58, 0.04, 0.18), (0.42, 0.78, 0.04, 0.12)):
        middle = (left + right) / 2
        pen.curve(
            [
                (0.5, 0.46),
                (left, 0.36),
                (left + 0.01, 0.18),
                (middle - 0.06, top),
                (middle - 0.06, top),
                (right, 0.20),
                (right, 0.38),
            ],
            darker(look.colour, shade),
        )
    pen.curve(
        [(0.5, 0.47), (0.34, 0.38), (0.36, 0.18), (0.5, 0.05), (0.5, 0.05), (0.64, 0.18), (0.66, 0.38)],
        look.colour,
    )


@subject("mushroom toadstool fungus", (0.85, 0.20, 0.17), size=0.42, natural="red", place="forest")
def mushroom(pen: Pen, look: Look) -> None:
    """A toadstool with white dots."""
    cap = look.colour
    pen.curve(
        [(0.40, 0.52), (0.60, 0.52), (0.60, 0.78), (0.66, 0.97), (0.5, 1.0), (0.34, 0.97), (0.40, 0.78)],
        (0.95, 0.90, 0.80),
    )
    pen.oval(0.5, 0.535, 0.36, 0.075, (0.88, 0.80, 0.68))
    for part in range(9):
        x = 0.5 + (part - 4) * 0.075
        pen.line([(0.5 + (x - 0.5) * 0.35, 0.52), (x, 0.575)], 0.006, (0.72, 0.62, 0.50))
    pen.curve(
        [
            (0.04, 0.50),
            (0.10, 0.26),
            (0.30, 0.07),
            (0.5, 0.03),
            (0.70, 0.07),
            (0.90, 0.26),
            (0.96, 0.50),
            (0.80, 0.545),
            (0.5, 0.50),
            (0.20, 0.545),
        ],
        cap,
        0.22,
    )
    for x, y, size in (
        (0.32, 0.20, 0.062),
        (0.56, 0.14, 0.05),
        (0.72, 0.28, 0.06),
        (0.48, 0.34, 0.07),
        (0.20, 0.38, 0.05),
        (0.86, 0.42, 0.036),
        (0.66, 0.44, 0.04),
    ):
        pen.oval(x, y, size, size * 0.82, WHITE, glossy=0.06)
    pen.curve(
        [(0.40, 0.70), (0.5, 0.74), (0.60, 0.70), (0.64, 0.76), (0.5, 0.80), (0.36, 0.76)], (0.99, 0.96, 0.90)
    )


@subject(
    "cactus cacti succulent saguaro",
    (0.30, 0.56, 0.34),
    size=0.56,
    aspect=0.72,
    natural="green",
    place="desert",
)
def cactus(pen: Pen, look: Look) -> None:
    """A saguaro with two arms."""
    skin = look.colour
    pen.line([(0.42, 0.66), (0.16, 0.64), (0.14, 0.36)], 0.15, darker(skin, 0.1))
    pen.line([(0.56, 0.56), (0.84, 0.54), (0.86, 0.26)], 0.15, darker(skin, 0.06))
    pen.line([(0.5, 0.97), (0.5, 0.14)], 0.25, skin)
    for shift in (-0.075, -0.025, 0.025, 0.075):
        pen.line([(0.5 + shift, 0.97), (0.5 + shift * 0.92, 0.12)], 0.009, darker(skin, 0.35))
    for x in (0.11, 0.17):
        pen.line([(x, 0.56), (x, 0.35)], 0.007, darker(skin, 0.35))
    for x in (0.83, 0.89):
        pen.line([(x, 0.46), (x, 0.25)], 0.007, darker(skin, 0.35))
    _bloom(pen, 0.5, 0.055, 0.09, (0.96, 0.42, 0.58), 7, (0.99, 0.84, 0.36))
    for number in range(24):
        x, y = 0.5 + (number % 4 - 1.5) * 0.06, 0.20 + (number // 4) * 0.13
        pen.line([(x, y), (x + 0.018, y - 0.012)], 0.005, mix(WHITE, skin, 0.2))


@subject("pumpkin jack-o-lantern", (0.93, 0.48, 0.12), size=0.34, aspect=1.15, natural="orange")
def pumpkin(pen: Pen, look: Look) -> None:
    """A pumpkin, with a face that shines at night."""
    skin = look.colour
    pen.line([(0.5, 0.22), (0.49, 0.10), (0.56, 0.02)], 0.07, (0.36, 0.46, 0.22), 0.05)
    for x, wide, shade in (
        (0.20, 0.19, 0.18),
        (0.80, 0.19, 0.18),
        (0.34, 0.20, 0.08),
        (0.66, 0.20, 0.08),
        (0.5, 0.17, 0.0),
    ):
        pen.oval(x, 0.60, wide, 0.40 - abs(x - 0.5) * 0.18, darker(skin, shade), glossy=0.18)
    if look.dark:
        shine: Colour = (1.0, 0.86, 0.40)
        for side in (-1, 1):
            pen.shape(
                [(0.5 + side * 0.10, 0.54), (0.5 + side * 0.28, 0.54), (0.5 + side * 0.19, 0.38)], shine, 0
            )
        pen.shape(
            [
                (0.24, 0.66),
                (0.36, 0.70),
                (0.40, 0.66),
                (0.5, 0.72),
                (0.60, 0.66),
                (0.64, 0.70),
                (0.76, 0.66),
                (0.66, 0.84),
                (0.5, 0.88),
                (0.34, 0.84),
            ],
            shine,
            0,
        )
        pen.glow(0.5, 0.62, 0.55, (1.0, 0.60, 0.15), 0.35)
