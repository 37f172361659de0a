"""Decides where every copy of every subject stands."""

from dataclasses import dataclass

import numpy as np

from adapters.engines.sketch.scene import Scene
from adapters.engines.sketch.subjects import REGISTER, Stand, Subject
from adapters.engines.sketch.words import Figure

_ROW: dict[Stand, str] = {Stand.SKY: "above", Stand.UNDER: "middle"}
"""What shares the width of the picture with what; all else stands below."""

WET = frozenset({"sea", "lake", "beach"})


@dataclass(frozen=True, slots=True)
class Placed:
    """One copy of a subject and where it is."""

    subject: Subject
    figure: Figure
    number: int
    x: float
    """Its middle, as a share of the width."""
    base: float
    """Its lower edge, as a share of the height."""
    size: float
    """Its height, as a share of the shorter side."""
    swims: bool = False


def grounded(item: Placed) -> bool:
    return item.subject.stands is Stand.GROUND and not item.swims


def _stand(subject: Subject, place: str) -> Stand:
    """Where a subject goes in this place, which need not be where it would like to be."""
    stands = subject.stands
    if place == "underwater" and stands is Stand.WATER:
        return Stand.UNDER
    if stands is Stand.UNDER and place != "underwater":
        return Stand.WATER if place in WET else Stand.SKY
    if stands is Stand.WATER and place not in WET:
        return Stand.GROUND
    if stands is Stand.SKY and place == "room":
        return Stand.GROUND
    return stands


@dataclass(frozen=True, slots=True)
class _Copy:
    subject: Subject
    figure: Figure
    number: int
    stands: Stand
    first: bool
    """It belongs to the figure that the prompt names first."""


def arrange(scene: Scene, ratio: float) -> list[Placed]:
    """Give every copy of every figure a place, the farthest first. `ratio`: width over height."""
    random = scene.random("arrange")
    rows: dict[str, list[_Copy]] = {}
    for order, figure in enumerate(scene.brief.figures):
        subject = REGISTER.get(figure.name)
        if subject is not None:
            stands = _stand(subject, scene.place)
            copies = [_Copy(subject, figure, number, stands, order == 0) for number in range(figure.count)]
            rows.setdefault(_ROW.get(stands, "below"), []).extend(copies)
    placed: list[Placed] = []
    for row in rows.values():
        slots = _slots(random, len(row), alone=len(rows) == 1)
        for copy, slot in zip(row, slots, strict=True):
            size = _size(random, copy, len(row), ratio, alone=len(rows) == 1)
            placed.append(_place(scene, random, copy, slot, size, len(row), ratio))
    # What stands farther up the sheet is farther away and painted first; the sky's things come before all.
    return sorted(placed, key=lambda item: (item.subject.stands is not Stand.SKY, item.base))


def _slots(random: np.random.Generator, count: int, *, alone: bool) -> list[float]:
    if count == 1:
        aside = random.uniform(0.0, 0.05) if alone else random.uniform(0.08, 0.16)
        return [0.5 + float(random.choice([-1, 1]) * aside)]
    spots = [(number + 0.5 + float(random.uniform(-0.12, 0.12))) / count for number in range(count)]
    # The first named gets the middle, the others alternate around it.
    return sorted(spots, key=lambda spot: abs(spot - 0.49))


def _size(random: np.random.Generator, copy: _Copy, crowd: int, ratio: float, *, alone: bool) -> float:
    size = copy.subject.size
    if crowd > 1:
        size *= max(0.62 if copy.first else 0.42, 0.94 - 0.10 * (crowd - 1))
    if copy.stands is Stand.SKY and not alone:
        size = min(size, 0.32)
    size *= float(random.uniform(0.92, 1.06))
    if copy.number and crowd > 2:
        size *= float(random.uniform(0.72, 1.0))
    # Neighbours may overlap a little, the picture's edges not.
    wide = max(ratio, 1.0) * (0.94 if crowd == 1 else min(0.94, 1.35 / crowd))
    high = max(1 / ratio, 1.0) * (0.86 if crowd == 1 else 0.70)
    return min(size, wide / copy.subject.aspect, high)


def _place(
    scene: Scene, random: np.random.Generator, copy: _Copy, x: float, size: float, crowd: int, ratio: float
) -> Placed:
    share = size / max(1.0, 1 / ratio)  # of the picture's height
    if copy.stands is Stand.SKY:
        x, base = _hang(scene, random, copy.subject, x, share, crowd)
    elif copy.stands is Stand.UNDER:
        middle = 0.50 + (float(random.uniform(-0.26, 0.22)) if crowd > 1 else 0.0)
        base = min(max(middle + share / 2, share + 0.04), 0.93)
    elif copy.stands is Stand.WATER:
        near = 0.45 if crowd == 1 else float(random.uniform(0.15, 0.75))
        base = scene.horizon + (0.80 - scene.horizon) * near + 0.04
        size *= 0.75 + 0.35 * near
    elif copy.stands is Stand.FRONT:
        base = 1.015
    else:
        base, size = _on_ground(scene, random, copy, x, size, crowd)
        size = min(size, (base - 0.04) * max(1.0, 1 / ratio))
    half = 0.5 * size * copy.subject.aspect / max(ratio, 1.0)
    x = min(max(x, half + 0.015), 0.985 - half) if half < 0.485 else 0.5
    return Placed(copy.subject, copy.figure, copy.number, x, base, size, copy.stands is Stand.WATER)


def _hang(
    scene: Scene, random: np.random.Generator, subject: Subject, x: float, share: float, crowd: int
) -> tuple[float, float]:
    ceiling = 0.06 if crowd > 1 else 0.10
    floor = (0.92 if scene.place == "space" else scene.horizon) - 0.05
    middle = (ceiling + floor) / 2
    if subject.name in ("moon", "sun"):
        middle = min(scene.light_y, ceiling + share / 2 + 0.05)
        x = scene.light_x if crowd == 1 else x
    elif crowd > 1:
        middle += float(random.uniform(-0.5, 0.5)) * max(0.0, floor - ceiling - share)
    else:
        middle -= 0.03
    return x, min(max(middle + share / 2, ceiling + share), 0.96)


def _on_ground(
    scene: Scene, random: np.random.Generator, copy: _Copy, x: float, size: float, crowd: int
) -> tuple[float, float]:
    far, close = _depths(scene)
    built = copy.subject.built
    if crowd == 1:
        depth = 0.12 if built else 0.72
    elif copy.first and not built:
        depth = 0.85
    else:
        depth = float(random.uniform(0.05, 0.30) if built else random.uniform(0.35, 0.95))
    base = far + (close - far) * depth
    if scene.brief.hill and built and scene.place not in ("sea", "city", "room"):
        base -= 0.13 * float(np.exp(-(((x - 0.5) / 0.26) ** 2))) - 0.012
    return base, size * (0.80 + 0.22 * depth if crowd > 1 else 1.0)


def _depths(scene: Scene) -> tuple[float, float]:
    """The farthest and the nearest line that something can stand on."""
    lines = {"sea": (0.80, 0.84), "lake": (0.935, 0.97), "beach": (0.88, 0.96)}
    return lines.get(scene.place, (scene.horizon + 0.06, 0.955))
