"""Mountains with a lit and a shaded side and snow on their summits."""

import numpy as np

from adapters.engines.sketch.backdrop.terrain import share, silhouette
from adapters.engines.sketch.colours import darker, lighter, mix
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Layer, Scene, Work


def peaks(scene: Scene) -> Layer:
    """A chain of mountains, each with a lit and a shaded side and snow on its summit."""

    def draw(picture: Picture) -> Work:
        random = scene.random("peaks")
        base = (scene.horizon + 0.02) * picture.height
        stone = mix(scene.palette.haze, darker(mix(scene.palette.land, scene.palette.sky[0], 0.6), 0.3), 0.5)
        if scene.snowy:
            stone = mix(stone, darker(scene.palette.sky[1], 0.25), 0.5)
        snow = mix(lighter(scene.palette.light, 0.5), scene.palette.haze, 0.15)
        if scene.palette.dark:
            snow = mix(snow, scene.palette.sky[-1], 0.55)
        wide = picture.width / picture.unit
        count = max(3, round(3.4 * wide))
        places = [(number + random.uniform(0.1, 0.9)) / count for number in range(count)]
        sizes = [float(random.uniform(0.26, 0.46)) for _ in places]
        order = sorted(range(count), key=lambda number: -sizes[number])
        for rank, number in enumerate(order):
            high = sizes[number] * min(picture.height, picture.unit * 1.3)
            middle, top = places[number] * picture.width, base - high
            spread = high * random.uniform(0.85, 1.15)
            ridge = [(middle, top)]
            for part in range(1, 7):
                fall = part / 6
                ridge.append(
                    (
                        middle + high * random.uniform(-0.10, 0.10) * fall + high * 0.08 * fall,
                        top + high * fall,
                    )
                )
            left, right = (
                _flank(random, middle, top, base, -spread),
                _flank(random, middle, top, base, spread),
            )
            near = 0.35 + 0.65 * rank / count
            lit = mix(scene.palette.haze, mix(stone, scene.palette.light, 0.22), near)
            dim = mix(scene.palette.haze, darker(stone, 0.3), near)
            sides = (lit, dim) if scene.light_from_left else (dim, lit)
            yield from share(
                silhouette(
                    picture,
                    top,
                    base,
                    [[*left, *reversed(ridge)]],
                    sides[0],
                    mix(sides[0], scene.palette.haze, 0.55),
                ),
                rank,
                count,
            )
            yield from share(
                silhouette(
                    picture,
                    top,
                    base,
                    [[*right, *reversed(ridge)]],
                    sides[1],
                    mix(sides[1], scene.palette.haze, 0.55),
                ),
                rank,
                count,
            )
            line = 0.62 if scene.snowy else random.uniform(0.24, 0.36)
            caps = (
                ((left, lighter(snow, 0.1)), (right, darker(snow, 0.22)))
                if scene.light_from_left
                else ((left, darker(snow, 0.22)), (right, lighter(snow, 0.1)))
            )
            for flank, tone in caps:
                cap = _cap(random, flank, ridge, top + high * line)
                yield from share(
                    silhouette(picture, top, top + high * (line + 0.12), [cap], tone, tone), rank, count
                )

    return Layer(90, draw)


def _flank(
    random: np.random.Generator, x: float, top: float, base: float, spread: float
) -> list[tuple[float, float]]:
    line = [(x, top)]
    for part in range(1, 9):
        fall = part / 8
        line.append((x + spread * fall**1.12 * random.uniform(0.92, 1.10), top + (base - top) * fall))
    return line


def _cap(
    random: np.random.Generator,
    flank: list[tuple[float, float]],
    ridge: list[tuple[float, float]],
    line: float,
) -> list[tuple[float, float]]:
    def along(path: list[tuple[float, float]], y: float) -> float:
        return float(np.interp(y, [p[1] for p in path], [p[0] for p in path]))

    top = flank[0][1]
    outer = [(along(flank, y), y) for y in np.linspace(top, line, 6)]
    inner = [(along(ridge, y), y) for y in np.linspace(top, line * 0.98 + top * 0.02, 6)]
    teeth = []
    left, right = outer[-1][0], inner[-1][0]
    for part in range(1, 6):
        drop = (line - top) * (0.34 if part % 2 else -0.14) * random.uniform(0.6, 1.2)
        teeth.append((left + (right - left) * part / 6, line + drop))
    return [*outer, *teeth, *reversed(inner)]
