"""Oil: the picture painted again, stroke by stroke."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from adapters.engines.sketch.noise import Noise
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.scene import Work, bands_of, stream
from adapters.engines.sketch.treatments.surface import GREY


def oil(picture: Picture, key: bytes) -> Work:
    """Paint the picture again with strokes that follow its contours, coarse ones first."""
    random = stream(key, "oil")
    source = picture.image()
    small = (
        source.resize(
            (max(2, picture.width * 256 // picture.unit), max(2, picture.height * 256 // picture.unit)),
            Image.Resampling.BOX,
        )
        if picture.unit > 256
        else source
    )
    colours: list[list[list[float]]] = np.asarray(small, dtype=np.float32).tolist()
    grey = np.asarray(small.convert("L").filter(ImageFilter.GaussianBlur(4)), dtype=np.float32)
    slope_y, slope_x = np.gradient(grey, axis=0), np.gradient(grey, axis=1)
    drift = Noise(random, 3, 3, 3).whole(small.width, small.height) * 6.28
    detail = np.asarray(
        small.convert("L").filter(ImageFilter.FIND_EDGES).filter(ImageFilter.GaussianBlur(2)),
        dtype=np.float32,
    )
    yield 0.04
    canvas = source.filter(ImageFilter.GaussianBlur(picture.unit * 0.008))
    draw = ImageDraw.Draw(canvas)
    # A long strip gets longer gaps instead of ever more strokes.
    area = min(4.0, picture.width * picture.height / picture.unit**2)
    passes = (
        (0.070, 0.022, round(900 * area)),
        (0.040, 0.012, round(2600 * area)),
        (0.020, 0.0062, round(5200 * area)),
        (0.011, 0.0034, round(5200 * area)),
    )
    total = sum(count for _, _, count in passes)
    drawn = 0
    for number, (long, thick, count) in enumerate(passes):
        if thick * picture.unit < 0.7:
            break  # finer than a pixel
        spots = random.random((count, 2), dtype=np.float32)
        jitter = random.normal(0, 8, count).astype(np.float32)
        turns = random.normal(0, 0.25, count)
        for (u, v), shade, turn in zip(spots.tolist(), jitter.tolist(), turns.tolist(), strict=True):
            drawn += 1
            if drawn % 120 == 0:
                yield 0.04 + 0.86 * drawn / total
            column, row = int(u * (small.width - 1)), int(v * (small.height - 1))
            if number >= 2 and detail[row, column] < (4 if number == 2 else 14):
                continue
            gx, gy = slope_x[row, column], slope_y[row, column]
            flat = gx * gx + gy * gy < 1.2
            angle = (drift[row, column] if flat else np.arctan2(gx, -gy)) + turn
            x, y = u * picture.width, v * picture.height
            dx, dy = np.cos(angle) * long * picture.unit / 2, np.sin(angle) * long * picture.unit / 2
            red, green, blue = colours[row][column]
            tone = (_byte(red + shade), _byte(green + shade), _byte(blue + shade * 0.8))
            draw.line(
                [(x - dx, y - dy), (x + dy * 0.15, y - dx * 0.15), (x + dx, y + dy)],
                fill=tone,
                width=max(1, round(thick * picture.unit)),
                joint="curve",
            )
    # Eyes and outlines would drown in strokes: the finest brush follows the original there.
    fine = Image.fromarray(np.clip(detail * 9 - 24, 0, 240).astype(np.uint8)).resize(
        canvas.size, Image.Resampling.BICUBIC
    )
    canvas.paste(source.filter(ImageFilter.GaussianBlur(picture.unit * 0.0014)), mask=fine)
    weave = Noise(
        stream(key, "weave"), 150 * picture.width / picture.unit, 150 * picture.height / picture.unit, 1
    )
    for top, bottom, done in bands_of(picture):
        band = np.asarray(
            canvas.crop((0, max(0, top - 1), picture.width, bottom)), dtype=np.float32
        ) * np.float32(1 / 255)
        light = band @ GREY
        band = band[-(bottom - top) :]
        if len(light) > bottom - top:
            relief = np.clip((light[1:] - light[:-1]) * 0.5, -0.06, 0.06)
        else:
            relief = np.zeros(band.shape[:2], dtype=np.float32)
        weft = (weave.rows(picture.width, picture.height, top, bottom) - 0.5) * 0.05
        picture.pixels[top:bottom] = band * 1.03 + (relief + weft)[:, :, None]
        yield 0.90 + 0.10 * done


def _byte(value: float) -> int:
    return 0 if value < 0 else 255 if value > 255 else int(value)
