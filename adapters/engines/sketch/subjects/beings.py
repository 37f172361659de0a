"""People, robots and creatures of fables."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects import face
from adapters.engines.sketch.subjects.register import Look, Stand, subject

SKINS: tuple[Colour, ...] = ((0.96, 0.80, 0.68), (0.88, 0.66, 0.50), (0.70, 0.48, 0.34), (0.50, 0.33, 0.24))
HAIRS: tuple[Colour, ...] = (
    (0.16, 0.12, 0.12),
    (0.36, 0.22, 0.14),
    (0.62, 0.36, 0.18),
    (0.84, 0.66, 0.36),
    (0.60, 0.60, 0.64),
)


@subject(
    "person man woman girl boy portrait child lady astronaut cosmonaut wizard witch king queen prince "
    "princess knight warrior samurai pirate hero human people kid mermaid fairy elf ninja",
    (0.24, 0.46, 0.58),
    stands=Stand.FRONT,
    size=0.74,
    aspect=0.86,
)
def person(pen: Pen, look: Look) -> None:
    """A person, head and shoulders, looking at the viewer."""
    skin = SKINS[int(look.random.integers(len(SKINS)))]
    hair = HAIRS[int(look.random.integers(len(HAIRS)))]
    long_hair = bool(look.random.random() < 0.5)
    cloth = look.colour
    if look.costume == "astronaut":
        cloth = (0.90, 0.92, 0.96)
    elif look.costume == "wizard":
        cloth, long_hair = (0.32, 0.26, 0.62), True
    elif look.costume == "royal":
        cloth = (0.60, 0.14, 0.24)
    if long_hair:
        pen.curve(
            [
                (0.5, 0.08),
                (0.68, 0.11),
                (0.77, 0.28),
                (0.76, 0.50),
                (0.80, 0.70),
                (0.66, 0.74),
                (0.34, 0.74),
                (0.20, 0.70),
                (0.24, 0.50),
                (0.23, 0.28),
                (0.32, 0.11),
            ],
            darker(hair, 0.15),
        )
    pen.curve(
        [
            (0.05, 1.0),
            (0.05, 1.0),
            (0.09, 0.82),
            (0.22, 0.73),
            (0.40, 0.69),
            (0.60, 0.69),
            (0.78, 0.73),
            (0.91, 0.82),
            (0.95, 1.0),
            (0.95, 1.0),
        ],
        cloth,
    )
    pen.curve(
        [(0.42, 0.54), (0.58, 0.54), (0.58, 0.68), (0.62, 0.72), (0.5, 0.79), (0.38, 0.72), (0.42, 0.68)],
        darker(skin, 0.14),
    )
    pen.line([(0.37, 0.70), (0.5, 0.80), (0.63, 0.70)], 0.035, lighter(cloth, 0.35))
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.195, 0.40, 0.038, 0.052, darker(skin, 0.08))
    pen.curve(
        [
            (0.5, 0.13),
            (0.63, 0.17),
            (0.695, 0.30),
            (0.68, 0.46),
            (0.61, 0.58),
            (0.5, 0.635),
            (0.39, 0.58),
            (0.32, 0.46),
            (0.305, 0.30),
            (0.37, 0.17),
        ],
        skin,
    )
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.085, 0.385, 0.036, 0.024, WHITE, glossy=0)
        pen.oval(0.5 + side * 0.085, 0.387, 0.020, 0.023, (0.26, 0.34, 0.30), glossy=0)
        pen.oval(0.5 + side * 0.085, 0.387, 0.010, 0.012, INK, glossy=0)
        pen.oval(0.5 + side * 0.085 + 0.007, 0.379, 0.005, 0.006, WHITE, glossy=0)
        pen.line(
            [(0.5 + side * 0.045, 0.335), (0.5 + side * 0.085, 0.322), (0.5 + side * 0.128, 0.338)],
            0.016,
            darker(hair, 0.2),
            0.008,
        )
    face.blush(pen, 0.5, 0.465, 0.125, 0.042)
    pen.line([(0.505, 0.40), (0.522, 0.465), (0.49, 0.475)], 0.011, darker(skin, 0.28), 0.006)
    pen.curve(
        [(0.435, 0.527), (0.48, 0.520), (0.5, 0.526), (0.52, 0.520), (0.565, 0.527), (0.5, 0.562)],
        (0.76, 0.34, 0.34),
    )
    fringe = 0.23 if long_hair else 0.20
    pen.curve(
        [
            (0.28, 0.37),
            (0.265, 0.22),
            (0.35, 0.10),
            (0.5, 0.055),
            (0.65, 0.10),
            (0.735, 0.22),
            (0.72, 0.37),
            (0.685, 0.27),
            (0.60, fringe),
            (0.47, fringe + 0.02),
            (0.38, 0.23),
            (0.315, 0.28),
        ],
        hair,
        0.2,
    )
    if look.costume == "astronaut":
        face.suit(pen, 0.5, 0.90, 0.10)
    face.costume(pen, look.costume, 0.5, 0.36, 0.25 if look.costume != "astronaut" else 0.30)


@subject(
    "robot android droid mech cyborg",
    (0.60, 0.72, 0.78),
    size=0.56,
    aspect=0.78,
    natural="grey gray silver",
)
def robot(pen: Pen, look: Look) -> None:
    """A friendly robot."""
    metal = look.colour
    joint: Colour = (0.34, 0.36, 0.42)
    shine: Colour = (0.42, 0.96, 0.92)
    pen.line([(0.5, 0.12), (0.5, 0.03)], 0.020, joint)
    pen.oval(0.5, 0.02, 0.045, 0.035, (0.95, 0.36, 0.30))
    for side in (-1, 1):
        pen.line(
            [(0.5 + side * 0.30, 0.54), (0.5 + side * 0.42, 0.64), (0.5 + side * 0.40, 0.78)], 0.075, joint
        )
        pen.oval(0.5 + side * 0.40, 0.80, 0.075, 0.058, darker(metal, 0.15))
        pen.box(0.5 + side * 0.15 - 0.05, 0.82, 0.5 + side * 0.15 + 0.05, 0.95, joint)
        pen.box(
            0.5 + side * 0.165 - 0.11,
            0.925,
            0.5 + side * 0.165 + 0.11,
            1.0,
            darker(metal, 0.2),
            rounding=0.03,
        )
        pen.box(
            0.5 + side * 0.345 - 0.04,
            0.22,
            0.5 + side * 0.345 + 0.04,
            0.34,
            darker(metal, 0.25),
            rounding=0.02,
        )
    pen.box(0.42, 0.42, 0.58, 0.52, joint)
    pen.box(0.20, 0.48, 0.80, 0.86, metal, 0.16, rounding=0.06)
    pen.box(0.30, 0.55, 0.70, 0.74, darker(metal, 0.32), rounding=0.03)
    for part, tone in enumerate(((0.95, 0.40, 0.34), (0.98, 0.80, 0.34), (0.42, 0.82, 0.56))):
        pen.oval(0.38 + part * 0.12, 0.605, 0.030, 0.024, tone)
    pen.line(
        [(0.35, 0.685), (0.42, 0.685), (0.46, 0.655), (0.52, 0.715), (0.56, 0.685), (0.65, 0.685)],
        0.012,
        shine,
    )
    pen.box(0.16, 0.10, 0.84, 0.46, lighter(metal, 0.1), 0.16, rounding=0.08)
    pen.box(0.22, 0.17, 0.78, 0.39, (0.12, 0.15, 0.22), rounding=0.06)
    for side in (-1, 1):
        pen.glow(0.5 + side * 0.14, 0.265, 0.14, shine, 0.4)
        pen.oval(0.5 + side * 0.14, 0.265, 0.062, 0.050, shine)
        pen.oval(0.5 + side * 0.14 + 0.018, 0.25, 0.018, 0.014, WHITE, glossy=0)
    pen.line([(0.43, 0.335), (0.5, 0.355), (0.57, 0.335)], 0.018, shine)
    for x, y in ((0.24, 0.53), (0.76, 0.53), (0.24, 0.81), (0.76, 0.81)):
        pen.oval(x, y, 0.016, 0.012, darker(metal, 0.4))
    face.costume(pen, look.costume, 0.5, 0.26, 0.32)


@subject("dragon wyvern", (0.28, 0.56, 0.38), size=0.62, aspect=1.15, natural="green", place="mountains")
def dragon(pen: Pen, look: Look) -> None:
    """A winged dragon breathing a little fire."""
    skin = look.colour
    belly = mix(lighter(skin, 0.5), (0.96, 0.84, 0.54), 0.6)
    wing = mix(darker(skin, 0.15), (0.62, 0.22, 0.26), 0.55)
    pen.curve(
        [
            (0.40, 0.56),
            (0.34, 0.26),
            (0.40, 0.02),
            (0.40, 0.02),
            (0.56, 0.10),
            (0.62, 0.24),
            (0.54, 0.30),
            (0.54, 0.40),
            (0.48, 0.46),
        ],
        darker(wing, 0.3),
    )
    pen.line([(0.28, 0.86), (0.12, 0.92), (0.02, 0.80), (0.08, 0.64)], 0.13, skin, 0.02)
    pen.shape([(0.03, 0.68), (0.02, 0.54), (0.15, 0.60)], darker(skin, 0.3))
    for x in (0.10, 0.18, 0.26):
        pen.shape([(x - 0.03, 0.875), (x, 0.80), (x + 0.035, 0.86)], darker(skin, 0.35))
    for x in (0.34, 0.54):
        pen.oval(x, 0.86, 0.09, 0.11, darker(skin, 0.12))
        pen.oval(x + 0.035, 0.97, 0.095, 0.034, darker(skin, 0.2))
    pen.curve(
        [
            (0.22, 0.80),
            (0.28, 0.58),
            (0.44, 0.48),
            (0.56, 0.44),
            (0.62, 0.30),
            (0.66, 0.20),
            (0.76, 0.22),
            (0.76, 0.34),
            (0.70, 0.50),
            (0.68, 0.72),
            (0.60, 0.90),
            (0.40, 0.95),
        ],
        skin,
    )
    pen.curve(
        [
            (0.72, 0.34),
            (0.765, 0.32),
            (0.72, 0.50),
            (0.69, 0.72),
            (0.61, 0.89),
            (0.50, 0.93),
            (0.58, 0.72),
            (0.64, 0.52),
        ],
        belly,
    )
    for part in range(5):
        y = 0.44 + part * 0.095
        pen.line([(0.665 - part * 0.022, y), (0.73 - part * 0.016, y + 0.012)], 0.008, darker(belly, 0.3))
    pen.curve(
        [
            (0.36, 0.66),
            (0.22, 0.42),
            (0.10, 0.12),
            (0.10, 0.12),
            (0.26, 0.20),
            (0.40, 0.34),
            (0.36, 0.36),
            (0.46, 0.48),
            (0.42, 0.50),
            (0.50, 0.64),
        ],
        wing,
    )
    for end in ((0.12, 0.15), (0.38, 0.35), (0.45, 0.49)):
        pen.line([(0.43, 0.66), end], 0.018, darker(wing, 0.35), 0.006)
    for x, y in ((0.335, 0.515), (0.43, 0.455), (0.53, 0.415), (0.575, 0.32), (0.605, 0.22)):
        pen.shape([(x - 0.02, y + 0.045), (x - 0.03, y - 0.035), (x + 0.035, y + 0.02)], darker(skin, 0.35))
    pen.line([(0.69, 0.18), (0.63, 0.10), (0.64, 0.03)], 0.035, belly, 0.008)
    pen.line([(0.74, 0.16), (0.71, 0.08), (0.74, 0.02)], 0.035, belly, 0.008)
    pen.curve(
        [(0.93, 0.27), (1.04, 0.22), (1.12, 0.27), (1.20, 0.26), (1.20, 0.26), (1.13, 0.33), (1.02, 0.33)],
        (0.98, 0.50, 0.14),
        glossy=0,
    )
    pen.curve([(0.93, 0.28), (1.02, 0.255), (1.10, 0.285), (1.02, 0.31)], (1.0, 0.88, 0.44), glossy=0)
    pen.curve(
        [
            (0.64, 0.22),
            (0.70, 0.14),
            (0.78, 0.14),
            (0.84, 0.20),
            (0.94, 0.21),
            (0.965, 0.26),
            (0.92, 0.29),
            (0.82, 0.31),
            (0.72, 0.35),
        ],
        skin,
    )
    pen.line([(0.94, 0.285), (0.84, 0.295), (0.79, 0.28)], 0.008, darker(skin, 0.5))
    pen.oval(0.765, 0.20, 0.022, 0.024, (0.98, 0.84, 0.30))
    pen.oval(0.77, 0.20, 0.008, 0.020, INK, glossy=0)
    pen.oval(0.935, 0.232, 0.008, 0.007, INK, glossy=0)


@subject(
    "ghost spirit phantom",
    (0.95, 0.96, 0.99),
    stands=Stand.SKY,
    size=0.42,
    aspect=0.8,
    natural="white",
)
def ghost(pen: Pen, look: Look) -> None:
    """A small ghost."""
    pen.glow(0.5, 0.5, 0.8, look.colour, 0.25)
    pen.curve(
        [
            (0.5, 0.02),
            (0.76, 0.10),
            (0.88, 0.36),
            (0.90, 0.70),
            (0.94, 0.96),
            (0.80, 0.90),
            (0.66, 0.99),
            (0.52, 0.90),
            (0.36, 0.99),
            (0.22, 0.90),
            (0.06, 0.96),
            (0.10, 0.70),
            (0.12, 0.36),
            (0.24, 0.10),
        ],
        look.colour,
        0.1,
        0.92,
    )
    face.eyes(pen, 0.5, 0.36, 0.14, 0.06, tall=1.3)
    pen.oval(0.5, 0.53, 0.05, 0.06, INK, glossy=0)
    face.blush(pen, 0.5, 0.47, 0.25, 0.06)


@subject("snowman snowmen", WHITE, size=0.54, aspect=0.7, natural="white", place="snow")
def snowman(pen: Pen, look: Look) -> None:
    """A snowman with a hat and a scarf."""
    snow = look.colour
    for side in (-1, 1):
        pen.line([(0.5 + side * 0.22, 0.50), (0.5 + side * 0.46, 0.36)], 0.020, (0.40, 0.28, 0.20), 0.012)
        pen.line([(0.5 + side * 0.38, 0.41), (0.5 + side * 0.48, 0.44)], 0.013, (0.40, 0.28, 0.20), 0.008)
    pen.oval(0.5, 0.80, 0.36, 0.21, snow, glossy=0.14)
    pen.oval(0.5, 0.53, 0.27, 0.17, snow, glossy=0.14)
    pen.oval(0.5, 0.29, 0.20, 0.135, snow, glossy=0.14)
    pen.line([(0.33, 0.395), (0.5, 0.43), (0.67, 0.395)], 0.055, (0.82, 0.22, 0.24))
    pen.line([(0.60, 0.41), (0.63, 0.56)], 0.055, (0.72, 0.16, 0.20))
    face.eyes(pen, 0.5, 0.265, 0.07, 0.020, tall=0.9)
    pen.shape([(0.49, 0.295), (0.49, 0.335), (0.68, 0.335)], (0.96, 0.52, 0.16))
    for part in range(5):
        x = 0.5 + (part - 2) * 0.042
        pen.oval(x, 0.372 - abs(part - 2) * 0.007, 0.012, 0.009, INK, glossy=0)
    for y in (0.50, 0.57, 0.64):
        pen.oval(0.5, y, 0.022, 0.015, INK)
    pen.box(0.27, 0.165, 0.73, 0.195, INK, rounding=0.012)
    pen.box(0.35, 0.02, 0.65, 0.18, INK, 0.2, rounding=0.012)
    pen.box(0.35, 0.135, 0.65, 0.165, (0.82, 0.22, 0.24))
