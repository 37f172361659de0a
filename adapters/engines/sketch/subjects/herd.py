"""Four-legged animals seen from the side."""

from adapters.engines.sketch.colours import INK, WHITE, Colour, darker, lighter, mix
from adapters.engines.sketch.pen import Pen
from adapters.engines.sketch.subjects import face
from adapters.engines.sketch.subjects.register import Look, subject


def _legs(pen: Pen, coat: Colour, hoof: Colour, top: float, places: tuple[float, ...], thick: float) -> None:
    for number, x in enumerate(places):
        far = number % 2 == 0
        tone = darker(coat, 0.28) if far else coat
        pen.line([(x, top), (x + 0.008, (top + 0.97) / 2), (x, 0.95)], thick, tone, thick * 0.52)
        pen.curve(
            [
                (x - thick * 0.34, 0.945),
                (x + thick * 0.34, 0.945),
                (x + thick * 0.52, 1.0),
                (x - thick * 0.42, 1.0),
            ],
            hoof,
        )


def _steed(pen: Pen, coat: Colour, mane: Colour) -> None:
    pen.line([(0.14, 0.47), (0.055, 0.58), (0.075, 0.80)], 0.07, mane, 0.03)
    _legs(pen, coat, darker(mane, 0.3), 0.60, (0.25, 0.19, 0.61, 0.67), 0.075)
    pen.curve(
        [
            (0.13, 0.50),
            (0.20, 0.42),
            (0.38, 0.435),
            (0.54, 0.42),
            (0.66, 0.42),
            (0.745, 0.52),
            (0.70, 0.65),
            (0.56, 0.68),
            (0.40, 0.665),
            (0.24, 0.70),
            (0.13, 0.62),
        ],
        coat,
    )
    pen.curve(
        [
            (0.58, 0.46),
            (0.66, 0.30),
            (0.715, 0.16),
            (0.775, 0.12),
            (0.83, 0.22),
            (0.80, 0.36),
            (0.755, 0.56),
            (0.65, 0.60),
        ],
        coat,
    )
    pen.curve(
        [
            (0.745, 0.10),
            (0.82, 0.11),
            (0.89, 0.20),
            (0.965, 0.285),
            (0.965, 0.335),
            (0.92, 0.355),
            (0.86, 0.31),
            (0.77, 0.275),
            (0.73, 0.19),
        ],
        coat,
    )
    pen.curve(
        [(0.925, 0.255), (0.968, 0.29), (0.966, 0.335), (0.92, 0.355), (0.90, 0.32)], darker(coat, 0.22)
    )
    pen.curve([(0.755, 0.115), (0.76, 0.03), (0.76, 0.03), (0.80, 0.105)], coat)
    pen.curve(
        [
            (0.79, 0.09),
            (0.72, 0.10),
            (0.66, 0.20),
            (0.60, 0.34),
            (0.565, 0.45),
            (0.63, 0.43),
            (0.665, 0.33),
            (0.70, 0.28),
            (0.715, 0.19),
            (0.77, 0.16),
        ],
        mane,
    )
    pen.oval(0.825, 0.175, 0.014, 0.017, INK, glossy=0)
    pen.oval(0.829, 0.170, 0.005, 0.006, WHITE, glossy=0)
    pen.oval(0.945, 0.295, 0.008, 0.007, INK, glossy=0)


@subject("horse pony stallion mare foal", (0.56, 0.34, 0.20), size=0.58, aspect=1.1, natural="brown")
def horse(pen: Pen, look: Look) -> None:
    """A standing horse."""
    _steed(pen, look.colour, mix(look.colour, INK, 0.62))


@subject("unicorn pegasus", (0.95, 0.93, 0.96), size=0.6, aspect=1.1, natural="white")
def unicorn(pen: Pen, look: Look) -> None:
    """A unicorn with a coloured mane."""
    _steed(pen, look.colour, (0.86, 0.52, 0.80))
    pen.curve([(0.795, 0.11), (0.83, 0.10), (0.885, -0.10), (0.885, -0.10)], (0.97, 0.82, 0.42))
    pen.curve([(0.16, 0.48), (0.05, 0.60), (0.08, 0.80), (0.12, 0.62)], (0.60, 0.62, 0.92))


@subject(
    "deer stag doe reindeer elk moose antelope",
    (0.62, 0.40, 0.23),
    size=0.62,
    aspect=0.95,
    natural="brown",
    place="forest",
)
def deer(pen: Pen, look: Look) -> None:
    """A stag with antlers."""
    coat = look.colour
    antler: Colour = (0.86, 0.76, 0.60)
    _legs(pen, coat, darker(coat, 0.6), 0.66, (0.27, 0.21, 0.60, 0.66), 0.058)
    pen.curve([(0.14, 0.56), (0.08, 0.55), (0.10, 0.62), (0.17, 0.64)], WHITE)
    pen.curve(
        [
            (0.14, 0.58),
            (0.21, 0.51),
            (0.40, 0.525),
            (0.58, 0.51),
            (0.70, 0.56),
            (0.71, 0.66),
            (0.62, 0.725),
            (0.42, 0.715),
            (0.24, 0.74),
            (0.15, 0.69),
        ],
        coat,
    )
    pen.curve([(0.30, 0.70), (0.45, 0.67), (0.62, 0.68), (0.60, 0.725), (0.42, 0.72)], face.pale(coat))
    pen.curve(
        [
            (0.58, 0.56),
            (0.65, 0.44),
            (0.69, 0.34),
            (0.75, 0.32),
            (0.775, 0.40),
            (0.745, 0.52),
            (0.71, 0.64),
            (0.63, 0.66),
        ],
        coat,
    )
    pen.curve([(0.70, 0.46), (0.755, 0.42), (0.745, 0.52), (0.70, 0.60)], face.pale(coat), opacity=0.8)
    for far, tone in ((0.035, darker(antler, 0.2)), (0.0, antler)):
        x = 0.725 + far
        pen.line([(x, 0.315), (x - 0.055, 0.20), (x - 0.035, 0.04)], 0.02, tone, 0.012)
        pen.line([(x - 0.05, 0.225), (x + 0.02, 0.18), (x + 0.045, 0.08)], 0.016, tone, 0.009)
        pen.line([(x - 0.053, 0.16), (x - 0.12, 0.12), (x - 0.13, 0.05)], 0.014, tone, 0.009)
    pen.curve([(0.70, 0.335), (0.635, 0.305), (0.60, 0.315), (0.63, 0.36), (0.69, 0.375)], darker(coat, 0.12))
    pen.curve(
        [
            (0.69, 0.325),
            (0.745, 0.295),
            (0.80, 0.33),
            (0.875, 0.40),
            (0.88, 0.435),
            (0.84, 0.45),
            (0.77, 0.435),
            (0.70, 0.40),
        ],
        coat,
    )
    pen.oval(0.868, 0.418, 0.016, 0.016, INK)
    pen.oval(0.765, 0.348, 0.012, 0.014, INK, glossy=0)
    for x, y in ((0.26, 0.56), (0.33, 0.60), (0.38, 0.555), (0.46, 0.59), (0.24, 0.62), (0.52, 0.56)):
        pen.oval(x, y, 0.012, 0.011, lighter(coat, 0.5), glossy=0)


@subject("cow bull ox calf cattle", WHITE, size=0.5, aspect=1.3, natural="white black", place="meadow")
def cow(pen: Pen, look: Look) -> None:
    """A spotted cow."""
    coat: Colour = look.colour
    spots: Colour = (0.20, 0.18, 0.20)
    pen.line([(0.10, 0.38), (0.05, 0.55), (0.06, 0.72)], 0.018, coat)
    pen.oval(0.06, 0.75, 0.02, 0.05, spots)
    _legs(pen, coat, spots, 0.66, (0.24, 0.16, 0.60, 0.68), 0.085)
    pen.oval(0.32, 0.74, 0.06, 0.05, (0.94, 0.68, 0.68))
    pen.curve(
        [
            (0.09, 0.38),
            (0.20, 0.30),
            (0.45, 0.32),
            (0.66, 0.28),
            (0.77, 0.38),
            (0.76, 0.62),
            (0.64, 0.73),
            (0.40, 0.72),
            (0.18, 0.75),
            (0.09, 0.62),
        ],
        coat,
    )
    pen.curve([(0.22, 0.31), (0.38, 0.32), (0.40, 0.44), (0.30, 0.52), (0.20, 0.44)], spots)
    pen.curve([(0.52, 0.44), (0.62, 0.42), (0.64, 0.56), (0.54, 0.60), (0.48, 0.54)], spots)
    pen.curve([(0.10, 0.56), (0.18, 0.58), (0.17, 0.70), (0.10, 0.66)], spots)
    pen.curve(
        [
            (0.69, 0.20),
            (0.77, 0.17),
            (0.87, 0.20),
            (0.90, 0.32),
            (0.94, 0.46),
            (0.90, 0.54),
            (0.82, 0.54),
            (0.75, 0.44),
            (0.70, 0.34),
        ],
        coat,
    )
    pen.curve([(0.86, 0.40), (0.94, 0.44), (0.93, 0.53), (0.84, 0.55), (0.81, 0.47)], (0.94, 0.70, 0.68))
    pen.curve([(0.70, 0.24), (0.60, 0.20), (0.58, 0.26), (0.68, 0.31)], spots)
    pen.line([(0.745, 0.19), (0.735, 0.12), (0.765, 0.08)], 0.022, (0.88, 0.82, 0.70), 0.01)
    pen.line([(0.83, 0.18), (0.86, 0.12), (0.85, 0.07)], 0.022, (0.88, 0.82, 0.70), 0.01)
    pen.oval(0.835, 0.29, 0.014, 0.02, INK, glossy=0)
    pen.oval(0.905, 0.475, 0.008, 0.012, darker(spots, 0.2), glossy=0)


@subject("sheep lamb ram", WHITE, size=0.38, aspect=1.2, natural="white", place="hills")
def sheep(pen: Pen, look: Look) -> None:
    """A woolly sheep."""
    skin: Colour = (0.22, 0.20, 0.24)
    _legs(pen, skin, darker(skin, 0.4), 0.72, (0.30, 0.22, 0.58, 0.66), 0.07)
    for x, y, size in (
        (0.20, 0.46, 0.15),
        (0.20, 0.62, 0.14),
        (0.36, 0.36, 0.17),
        (0.38, 0.70, 0.15),
        (0.54, 0.36, 0.16),
        (0.56, 0.70, 0.15),
        (0.68, 0.46, 0.15),
        (0.67, 0.62, 0.14),
        (0.44, 0.53, 0.24),
    ):
        pen.oval(x, y, size * 0.86, size, look.colour, glossy=0.09)
    pen.oval(0.70, 0.36, 0.055, 0.035, skin, turn=-30)
    pen.curve([(0.74, 0.28), (0.84, 0.27), (0.93, 0.38), (0.94, 0.50), (0.86, 0.56), (0.77, 0.48)], skin)
    pen.oval(0.77, 0.26, 0.085, 0.085, look.colour)
    pen.oval(0.85, 0.38, 0.018, 0.022, WHITE, glossy=0)
    pen.oval(0.855, 0.38, 0.009, 0.012, INK, glossy=0)


@subject(
    "elephant mammoth",
    (0.56, 0.58, 0.64),
    size=0.6,
    aspect=1.25,
    natural="grey gray",
    place="desert",
)
def elephant(pen: Pen, look: Look) -> None:
    """An elephant with its trunk raised a little."""
    coat = look.colour
    pen.line([(0.09, 0.44), (0.05, 0.62)], 0.02, darker(coat, 0.2), 0.012)
    for number, x in enumerate((0.25, 0.15, 0.55, 0.65)):
        tone = darker(coat, 0.2) if number % 2 == 0 else coat
        pen.box(x - 0.062, 0.6, x + 0.062, 1.0, tone, rounding=0.03)
        for toe in (-0.035, 0.0, 0.035):
            pen.oval(x + toe, 0.985, 0.015, 0.016, lighter(coat, 0.55))
    pen.curve(
        [
            (0.07, 0.50),
            (0.14, 0.32),
            (0.34, 0.25),
            (0.56, 0.28),
            (0.72, 0.36),
            (0.74, 0.62),
            (0.60, 0.76),
            (0.36, 0.78),
            (0.14, 0.76),
        ],
        coat,
    )
    pen.line([(0.86, 0.36), (0.93, 0.56), (0.94, 0.74), (0.985, 0.80)], 0.105, coat, 0.045)
    pen.curve(
        [(0.60, 0.24), (0.72, 0.13), (0.86, 0.18), (0.92, 0.32), (0.88, 0.48), (0.74, 0.54), (0.62, 0.44)],
        coat,
    )
    pen.line([(0.845, 0.48), (0.90, 0.58), (0.97, 0.59)], 0.03, (0.95, 0.92, 0.84), 0.012)
    pen.curve(
        [(0.70, 0.22), (0.60, 0.12), (0.50, 0.16), (0.47, 0.34), (0.52, 0.54), (0.62, 0.58), (0.70, 0.46)],
        darker(coat, 0.12),
    )
    pen.curve(
        [(0.67, 0.26), (0.60, 0.18), (0.53, 0.22), (0.51, 0.36), (0.55, 0.49), (0.62, 0.51), (0.67, 0.42)],
        (0.80, 0.62, 0.64),
        opacity=0.6,
    )
    pen.oval(0.81, 0.29, 0.014, 0.018, INK, glossy=0)
    pen.oval(0.814, 0.284, 0.005, 0.006, WHITE, glossy=0)
