"""Trees, grass and flowers that belong to the scenery."""

import numpy as np

from adapters.engines.sketch.backdrop.terrain import share, silhouette
from adapters.engines.sketch.colours import Colour, darker, lighter, mix
from adapters.engines.sketch.noise import Values
from adapters.engines.sketch.picture import Picture, Pixels
from adapters.engines.sketch.scene import Layer, Scene, Work


def _pine(x: float, base: float, height: float, lean: float) -> list[tuple[float, float]]:
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    tiers = 5
    for tier in range(tiers):
        low = base - height * (0.03 + 0.97 * (tiers - 1 - tier) / tiers)
        wide = height * (0.07 + 0.19 * (tier + 1) / tiers)
        left += [(x - wide * 0.42 + lean, low - height * 0.13), (x - wide, low + height * 0.02)]
        right += [(x + wide * 0.42 + lean, low - height * 0.13), (x + wide, low)]
    stem = height * 0.03
    return [
        (x + lean, base - height),
        *left,
        (x - stem, base - height * 0.03),
        (x - stem, base + 4),
        (x + stem, base + 4),
        (x + stem, base - height * 0.03),
        *reversed(right),
    ]


def _round_tree(x: float, base: float, height: float, puffs: Values) -> list[list[tuple[float, float]]]:
    stem = height * 0.05
    parts = [
        [
            (x - stem, base + 4),
            (x - stem * 0.6, base - height * 0.6),
            (x + stem * 0.6, base - height * 0.6),
            (x + stem, base + 4),
        ]
    ]
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for number, (dx, dy, size) in enumerate(puffs):
        centre_x, centre_y = x + (dx - 0.5) * height * 0.55, base - height * (0.52 + 0.34 * dy)
        radius = height * (0.16 + 0.12 * size) * (1.2 if number == 0 else 1.0)
        parts.append([(centre_x + radius * np.cos(t), centre_y + radius * np.sin(t) * 0.9) for t in turns])
    return parts


def trees(
    scene: Scene, name: str, base: float, size: float, nearness: float, amount: int, *, gap: bool = False
) -> Layer:
    """A row of trees. `gap`: leave the middle free for what stands there."""

    def draw(picture: Picture) -> Work:
        random = scene.random(name)
        pines = scene.snowy or random.random() < 0.6
        if scene.brief.season in ("autumn", "spring"):
            pines = False
        polygons: list[list[tuple[float, float]]] = []
        count = round(amount * max(1.0, picture.width / picture.unit))
        spread = 0.02 * picture.height
        for number in range(count):
            across = (number + random.uniform(-0.4, 1.4)) / count
            height = size * picture.unit * random.uniform(0.55, 1.15)
            lift, lean, puffs = random.random() * spread, random.normal(0, 0.01), random.random((5, 3))
            if gap and abs(across - 0.5) < 0.27:
                continue
            foot = base * picture.height + lift
            if pines:
                polygons.append(_pine(across * picture.width, foot, height, lean * height))
            else:
                polygons += _round_tree(across * picture.width, foot, height * 0.85, puffs)
        foliage: dict[str, Colour] = {"autumn": (0.80, 0.38, 0.12), "spring": (0.97, 0.66, 0.76)}
        leaf = foliage.get(scene.brief.season, (0.13, 0.30, 0.24))
        if scene.palette.dark:
            leaf = mix(leaf, scene.palette.sky[0], 0.72)
        tone = mix(scene.palette.haze, mix(leaf, darker(scene.palette.haze, 0.6), 0.3), nearness)
        low = (base * picture.height) + spread + 5
        return silhouette(
            picture,
            low - size * picture.unit * 1.25,
            low,
            polygons,
            mix(tone, scene.palette.light, 0.10),
            darker(tone, 0.16),
        )

    return Layer(30, draw, shows="tree")


def tufts(scene: Scene, colour: Colour, amount: int, size: float = 0.05) -> Layer:
    """Blades of grass, denser and larger towards the viewer."""

    def draw(picture: Picture) -> Work:
        random = scene.random("tufts")
        start = scene.horizon + 0.05
        rows = 5
        count = round(amount * picture.width / picture.unit / rows)
        for row in range(rows):
            near = (row + 0.5) / rows
            y = start + (1.02 - start) * near**0.8
            polygons = []
            for _ in range(count):
                x, foot = random.random() * picture.width, (y + random.uniform(-0.04, 0.04)) * picture.height
                high = size * picture.unit * (0.25 + near) * random.uniform(0.5, 1.2)
                for lean in (-0.35, 0.0, 0.4):
                    bend = high * (lean + random.uniform(-0.15, 0.15))
                    polygons.append(
                        [
                            (x - high * 0.05, foot),
                            (x + bend * 0.4, foot - high * 0.6),
                            (x + bend, foot - high),
                            (x + bend * 0.4 + high * 0.09, foot - high * 0.6),
                            (x + high * 0.05, foot),
                        ]
                    )
            tone = mix(lighter(colour, 0.10), darker(colour, 0.30), near)
            low = (y + 0.05) * picture.height
            work = silhouette(
                picture, low - size * picture.unit * 1.6, low, polygons, lighter(tone, 0.10), tone
            )
            yield from share(work, row, rows)

    return Layer(26, draw, shows="grass")


def flowers(scene: Scene, amount: int) -> Layer:
    def draw(picture: Picture) -> Work:
        random = scene.random("flowers")
        tints = [(0.98, 0.86, 0.35), (0.95, 0.95, 0.95), (0.92, 0.42, 0.50), (0.72, 0.55, 0.92)]
        start = scene.horizon + 0.06
        for number in range(round(amount * picture.width / picture.unit)):
            near = random.random()
            tone = mix(tints[int(random.integers(len(tints)))], scene.palette.haze, 0.12)
            x, y = random.random() * picture.width, (start + (1 - start) * near) * picture.height
            if scene.palette.dark:
                tone = mix(tone, scene.palette.sky[1], 0.5)
            mask = _dot(picture.unit * (0.0022 + 0.0062 * near))
            picture.cover(int(y), int(x), mask, tone)
            if number % 32 == 0:
                yield number / (amount * 4)
        yield 1.0

    return Layer(5, draw, shows="flower")


def _dot(radius: float) -> Pixels:
    axis = np.arange(-int(radius) - 1, int(radius) + 2, dtype=np.float32)
    far = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2)
    return np.asarray(np.clip(radius - far + 0.5, 0, 1), dtype=np.float32)
