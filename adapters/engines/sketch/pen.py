"""Vector shapes, drawn smoothly onto a transparent patch.

Coordinates are the subject's own: x from 0 to 1 across, y from 0 (top) to 1 (where it stands). A shape's mask
is drawn larger than needed by Pillow and reduced, which gives clean edges at any size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, pi, sin
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from adapters.engines.sketch.colours import Colour, darker, lighter
from adapters.engines.sketch.picture import Pixels

Point: TypeAlias = tuple[float, float]

CURVE_STEPS = 10
"""Straight pieces between two points of a curve."""


def curve_through(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """A smooth line through `points` (Catmull-Rom); a point given twice in a row is a corner."""
    ring = np.asarray(points, dtype=np.float64)
    if closed:
        padded = np.concatenate([ring[-1:], ring, ring[:2]])
    else:
        padded = np.concatenate([ring[:1], ring, ring[-1:]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0.0, 1.0, CURVE_STEPS, endpoint=False)[None, :, None]
    leave, arrive = (end - before)[:, None] / 2, (after - start)[:, None] / 2
    # At a corner both tangents vanish, so the line runs straight into it.
    corner_start = np.all(before == start, axis=1) | np.all(start == end, axis=1)
    corner_end = np.all(end == after, axis=1) | np.all(start == end, axis=1)
    leave[corner_start] = 0.0
    arrive[corner_end] = 0.0
    line = (
        (2 * t**3 - 3 * t**2 + 1) * start[:, None]
        + (t**3 - 2 * t**2 + t) * leave
        + (-2 * t**3 + 3 * t**2) * end[:, None]
        + (t**3 - t**2) * arrive
    ).reshape(-1, 2)
    spots = [(float(x), float(y)) for x, y in line]
    return spots if closed else [*spots, (float(ring[-1, 0]), float(ring[-1, 1]))]


@dataclass(frozen=True, slots=True)
class _Shape:
    outline: list[Point]
    fill: Colour
    glossy: float
    opacity: float
    caps: tuple[tuple[float, float, float], ...] = ()
    """Round ends of a stroke: x, y, radius."""
    glow: bool = False

    def bounds(self) -> tuple[float, float, float, float]:
        reach = max((cap[2] for cap in self.caps), default=0.0)
        across = [x for x, _ in self.outline]
        down = [y for _, y in self.outline]
        return min(across) - reach, min(down) - reach, max(across) + reach, max(down) + reach


class Pen:
    """Notes shapes for a box of `width` x `height` pixels; `draw` paints them later, one at a time.

    What sticks out of the box is painted as well: the patch is as large as the shapes.
    """

    def __init__(self, width: float, height: float, *, mirrored: bool = False) -> None:
        self.width = width
        self.height = height
        self._mirrored = mirrored
        self._shapes: list[_Shape] = []
        self._left = self._top = 0
        self.patch: Pixels = np.zeros((0, 0, 4), dtype=np.float32)
        """Premultiplied colours and coverage; empty before `draw`."""

    # ------------------------------------------------------------------ shapes

    def shape(
        self, points: Sequence[Point], fill: Colour, glossy: float = 0.12, opacity: float = 1.0
    ) -> None:
        """A polygon; `glossy`: how much lighter its top is and darker its bottom."""
        self._shapes.append(_Shape([self._place(point) for point in points], fill, glossy, opacity))

    def curve(
        self, points: Sequence[Point], fill: Colour, glossy: float = 0.12, opacity: float = 1.0
    ) -> None:
        """A smooth closed shape through `points`; a point given twice in a row is a corner."""
        self.shape(curve_through(points), fill, glossy, opacity)

    def oval(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        fill: Colour,
        turn: float = 0.0,
        glossy: float = 0.12,
        opacity: float = 1.0,
    ) -> None:
        """An ellipse about (x, y) with the radii `across` and `down`, turned clockwise by `turn` degrees."""
        lean_x, lean_y = cos(turn * pi / 180), sin(turn * pi / 180)
        points = []
        for part in range(48):
            u, v = across * cos(part * pi / 24), down * sin(part * pi / 24)
            points.append((x + u * lean_x - v * lean_y, y + u * lean_y + v * lean_x))
        self.shape(points, fill, glossy, opacity)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Colour,
        glossy: float = 0.12,
        rounding: float = 0.0,
    ) -> None:
        """A rectangle, its corners rounded by the radius `rounding`."""
        if not rounding:
            self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], fill, glossy)
            return
        points = []
        for corner, (x, y) in enumerate(
            [
                (right - rounding, bottom - rounding),
                (left + rounding, bottom - rounding),
                (left + rounding, top + rounding),
                (right - rounding, top + rounding),
            ]
        ):
            points += [
                (
                    x + rounding * cos((corner + part / 6) * pi / 2),
                    y + rounding * sin((corner + part / 6) * pi / 2),
                )
                for part in range(7)
            ]
        self.shape(points, fill, glossy)

    def line(
        self,
        points: Sequence[Point],
        width: float,
        fill: Colour,
        end_width: float | None = None,
        opacity: float = 1.0,
    ) -> None:
        """A smooth stroke with round ends, from `width` to `end_width` thick."""
        spots = np.asarray([self._place(point) for point in curve_through(points, closed=False)])
        last = width if end_width is None else end_width
        radii = np.linspace(width, last, len(spots)) * (self.width + self.height) / 4
        ahead = np.gradient(spots, axis=0)
        length = np.hypot(ahead[:, 0], ahead[:, 1])
        length[length == 0] = 1.0
        normal = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / length[:, None] * radii[:, None]
        outline = [(float(x), float(y)) for x, y in np.concatenate([spots + normal, (spots - normal)[::-1]])]
        caps = (
            (float(spots[0, 0]), float(spots[0, 1]), float(radii[0])),
            (float(spots[-1, 0]), float(spots[-1, 1]), float(radii[-1])),
        )
        self._shapes.append(_Shape(outline, fill, 0.06, opacity, caps))

    def glow(self, x: float, y: float, radius: float, fill: Colour, opacity: float = 0.6) -> None:
        """Light around a lamp: added, so that it also brightens what lies behind the patch."""
        centre_x, centre_y = self._place((x, y))
        reach = radius * (self.width + self.height) / 2
        corners = [(centre_x - reach, centre_y - reach), (centre_x + reach, centre_y + reach)]
        self._shapes.append(_Shape(corners, fill, 0.0, opacity, glow=True))

    # ------------------------------------------------------------------ pixels

    @property
    def corner(self) -> tuple[int, int]:
        """Where the patch's top left lies, in pixels from the box's: (down, across)."""
        return self._top, self._left

    def draw(self) -> Iterator[float]:
        """Paint what was noted; yields the fraction done after each shape."""
        if not self._shapes:
            return
        bounds = [shape.bounds() for shape in self._shapes]
        self._left = floor(min(bound[0] for bound in bounds)) - 1
        self._top = floor(min(bound[1] for bound in bounds)) - 1
        right = ceil(max(bound[2] for bound in bounds)) + 1
        bottom = ceil(max(bound[3] for bound in bounds)) + 1
        self.patch = np.zeros((bottom - self._top, right - self._left, 4), dtype=np.float32)
        for number, shape in enumerate(self._shapes, 1):
            if shape.glow:
                self._shine(shape)
            else:
                self._fill(shape)
            yield number / len(self._shapes)

    def light_up(self, ambient: Colour, rim: Colour, *, from_left: bool, strength: float = 0.35) -> None:
        """Tint what is drawn with `ambient` and edge it with `rim` on the side of the light."""
        alpha = np.clip(self.patch[:, :, 3], 0.0, 1.0)
        reach = max(1, round((self.width + self.height) * 0.012))
        mask = Image.fromarray((alpha * 255).astype(np.uint8))
        away = Image.new("L", mask.size)
        away.paste(mask, (reach if from_left else -reach, reach))
        far = np.asarray(away.filter(ImageFilter.GaussianBlur(reach)), dtype=np.float32) / np.float32(255)
        edge = np.clip(alpha - far, 0.0, 1.0) * np.float32(strength)
        colour = self.patch[:, :, :3]
        colour *= np.asarray(ambient, dtype=np.float32)
        colour += (np.asarray(rim, dtype=np.float32) * alpha[:, :, None] - colour) * edge[:, :, None]

    def _place(self, point: Point) -> Point:
        x = 1.0 - point[0] if self._mirrored else point[0]
        return x * self.width, point[1] * self.height

    def _fill(self, shape: _Shape) -> None:
        bound = shape.bounds()
        left, top = floor(bound[0]) - self._left, floor(bound[1]) - self._top
        right, bottom = ceil(bound[2]) + 1 - self._left, ceil(bound[3]) + 1 - self._top
        finer = 4 if max(right - left, bottom - top) < 400 else 2
        sheet = Image.new("L", ((right - left) * finer, (bottom - top) * finer))
        draw = ImageDraw.Draw(sheet)
        x0, y0 = left + self._left, top + self._top
        draw.polygon([((x - x0) * finer, (y - y0) * finer) for x, y in shape.outline], fill=255)
        for x, y, radius in shape.caps:
            middle_x, middle_y, size = (x - x0) * finer, (y - y0) * finer, radius * finer
            draw.ellipse((middle_x - size, middle_y - size, middle_x + size, middle_y + size), fill=255)
        mask = np.asarray(sheet.reduce(finer), dtype=np.float32) * np.float32(shape.opacity / 255)
        target = self.patch[top:bottom, left:right]
        mask = mask[: target.shape[0], : target.shape[1]]
        ramp = np.linspace(0.0, 1.0, mask.shape[0], dtype=np.float32)[:, None, None]
        above = np.asarray(lighter(shape.fill, shape.glossy), dtype=np.float32)
        below = np.asarray(darker(shape.fill, shape.glossy), dtype=np.float32)
        target *= 1.0 - mask[:, :, None]
        target[:, :, :3] += (above + (below - above) * ramp) * mask[:, :, None]
        target[:, :, 3] += mask

    def _shine(self, shape: _Shape) -> None:
        left, top, right, _ = shape.bounds()
        reach = (right - left) / 2
        x0, y0 = floor(left) - self._left, floor(top) - self._top
        target = self.patch[y0 : y0 + ceil(2 * reach), x0 : x0 + ceil(2 * reach)]
        rows = np.arange(target.shape[0], dtype=np.float32)[:, None] - np.float32(reach)
        columns = np.arange(target.shape[1], dtype=np.float32)[None, :] - np.float32(reach)
        far = np.sqrt(rows * rows + columns * columns) / np.float32(reach)
        fall = np.clip(1.0 - far, 0.0, 1.0) ** 2 * np.float32(shape.opacity)
        target[:, :, :3] += fall[:, :, None] * np.asarray(shape.fill, dtype=np.float32)
