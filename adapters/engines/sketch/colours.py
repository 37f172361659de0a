"""Colour values and the few operations on them that drawing needs."""

from typing import TypeAlias

Colour: TypeAlias = tuple[float, float, float]
"""Red, green and blue in sRGB, 0 to 1 each."""

WHITE: Colour = (0.97, 0.97, 0.96)
INK: Colour = (0.10, 0.09, 0.13)

NAMED: dict[str, Colour] = {
    "red": (0.83, 0.20, 0.18), "crimson": (0.70, 0.10, 0.20), "scarlet": (0.90, 0.20, 0.12),
    "orange": (0.95, 0.52, 0.16), "amber": (0.96, 0.66, 0.18), "yellow": (0.98, 0.82, 0.26),
    "gold": (0.91, 0.72, 0.27), "golden": (0.91, 0.72, 0.27), "green": (0.28, 0.62, 0.34),
    "emerald": (0.10, 0.58, 0.42), "lime": (0.62, 0.83, 0.25), "olive": (0.48, 0.50, 0.22),
    "teal": (0.12, 0.52, 0.54), "turquoise": (0.22, 0.76, 0.74), "cyan": (0.24, 0.78, 0.88),
    "blue": (0.20, 0.43, 0.80), "navy": (0.12, 0.18, 0.42), "azure": (0.28, 0.62, 0.92),
    "indigo": (0.30, 0.22, 0.62), "purple": (0.52, 0.28, 0.68), "violet": (0.56, 0.36, 0.80),
    "lavender": (0.74, 0.66, 0.90), "lilac": (0.76, 0.62, 0.86), "magenta": (0.86, 0.20, 0.62),
    "pink": (0.96, 0.56, 0.68), "rose": (0.90, 0.40, 0.52), "coral": (0.98, 0.50, 0.42),
    "brown": (0.48, 0.31, 0.20), "beige": (0.86, 0.78, 0.64), "cream": (0.96, 0.91, 0.79),
    "tan": (0.80, 0.65, 0.46), "white": (0.95, 0.95, 0.94), "ivory": (0.95, 0.93, 0.86),
    "black": (0.17, 0.16, 0.20), "grey": (0.56, 0.58, 0.61), "gray": (0.56, 0.58, 0.61),
    "silver": (0.76, 0.79, 0.83), "ginger": (0.88, 0.50, 0.20), "copper": (0.72, 0.43, 0.26),
}  # fmt: skip


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """The colour `amount` (0 to 1) of the way from `first` to `second`."""
    keep = 1.0 - amount
    return (
        first[0] * keep + second[0] * amount,
        first[1] * keep + second[1] * amount,
        first[2] * keep + second[2] * amount,
    )


def lighter(colour: Colour, amount: float = 0.25) -> Colour:
    """`colour` on the way to a warm white."""
    return mix(colour, (1.0, 0.98, 0.94), amount)


def darker(colour: Colour, amount: float = 0.25) -> Colour:
    """`colour` on the way to a bluish black: shadows outdoors are never neutral."""
    return mix(colour, (0.06, 0.05, 0.14), amount)


def luminance(colour: Colour) -> float:
    """Perceived brightness, 0 to 1."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
