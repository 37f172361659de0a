"""Paints a sketch step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image

from adapters.engines.sketch import abstract, composition, redraw, treatments
from adapters.engines.sketch.picture import Picture
from adapters.engines.sketch.preview import Preview, small_size
from adapters.engines.sketch.scene import Layer
from adapters.engines.sketch.subjects import NOUNS
from adapters.engines.sketch.words import read


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is to be drawn. The same values always give the same pixels."""

    prompt: str
    negative_prompt: str
    width: int
    """Pixels, 64 to 2048, as `height`."""
    height: int
    steps: int
    """1 to 150: how finely the work is divided; the finished picture is the same."""
    seed: int
    source: Image.Image | None = None
    """The picture to start from, for image to image."""
    strength: float = 0.6
    """How far from `source` to go: 0 keeps it, 1 ignores it."""


def paint(sketch: Sketch) -> Iterator[Image.Image]:
    """Yield an RGB picture of the asked size after each of the `steps`; the last is the finished one.

    The work is spread over the steps, so that leaving early saves the rest of it. All but the last picture
    are previews: a small likeness that emerges from noise.
    """
    key = _key(sketch)
    size = (sketch.width, sketch.height)
    layers = _layers(sketch, key)
    preview: Preview | None = None
    if sketch.steps > 1:
        likeness = Picture(*small_size(*size))
        for _ in _work(likeness, layers):
            pass
        preview = Preview(likeness.image(), size, key)
    picture = Picture(*size)
    work = _work(picture, layers)
    for step in range(1, sketch.steps):
        for done in work:
            if done >= step / sketch.steps:
                break
        if preview is not None:
            yield preview.at(step / sketch.steps)
    for _ in work:
        pass
    yield picture.image()


def _layers(sketch: Sketch, key: bytes) -> list[Layer]:
    brief = read(sketch.prompt, sketch.negative_prompt, NOUNS)
    ratio = sketch.width / sketch.height
    finish = treatments.layers(brief.style, key)
    source, strength = sketch.source, min(max(sketch.strength, 0.0), 1.0)
    if source is not None and strength < 1:
        scene, _ = composition.compose(key, brief, ratio)
        return [
            redraw.toned(source, scene, strength),
            *composition.overlay(scene, ratio),
            redraw.kept(source, (1 - strength) ** 1.5),
            *finish,
            # A treatment covers the whole picture: only a low strength weakens it.
            redraw.kept(source, max(0.0, 1 - 2.5 * strength)),
        ]
    if brief.is_abstract:
        return [*abstract.layers(key, brief.tints), *finish]
    return [*composition.compose(key, brief, ratio)[1], *finish]


def _work(picture: Picture, layers: list[Layer]) -> Iterator[float]:
    """Paint all layers; yields the share of the whole work that is done."""
    total = sum(layer.cost for layer in layers) or 1.0
    before = 0.0
    for layer in layers:
        for done in layer.draw(picture):
            yield (before + layer.cost * done) / total
        before += layer.cost


def _key(sketch: Sketch) -> bytes:
    digest = sha256()
    # Not the negative prompt: it takes things out of a picture that stays the same otherwise.
    for part in (sketch.prompt, str(sketch.seed)):
        # Lone surrogates may come from a chat; any bytes will do here.
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()
