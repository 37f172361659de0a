"""LocalAI: pictures at addresses of its own unless asked otherwise, any field taken, no stream known."""

from __future__ import annotations

import base64
import itertools
from typing import Any

from tests.fakes.openai_images.asked import Asked
from tests.fakes.openai_images.errors import SaidError
from tests.fakes.openai_images.pictures import Size, painted, redrawn

MODELS = ("flux.1-schnell", "stablediffusion")


class LocalAI:
    """Its errors have a number for a code."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self.files: dict[str, bytes] = {}
        """What is served at /generated-images, by name."""

    def models(self) -> Any:
        return {"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]}

    def answer(self, asked: Asked, origin: str) -> Any:
        """Return a JSON body."""
        if asked.fields.get("model", MODELS[0]) not in MODELS:
            said = {"error": {"code": 500, "message": "could not load model /models/x", "type": ""}}
            raise SaidError(500, said)
        size = _size(str(asked.fields.get("size", "")))
        return {
            "id": "1",
            "created": 1,
            "data": [self._item(asked, origin, size) for _ in range(asked.number("n", 1))],
        }

    def _item(self, asked: Asked, origin: str, size: Size) -> dict[str, Any]:
        number = next(self._numbers)
        image = asked.file("image[]")
        parts = (asked.fields["prompt"], number)
        picture = painted(size, *parts) if image is None else redrawn(image, size, None, *parts)
        if asked.fields.get("response_format") == "b64_json":
            return {"b64_json": base64.b64encode(picture).decode()}
        name = f"b64{number}.png"
        self.files[name] = picture
        return {"b64_json": None, "url": f"{origin}/generated-images/{name}"}


def _size(text: str) -> Size:
    if "x" not in text:
        return 512, 512
    parts = text.split("x")
    try:
        width, height = map(int, parts)
    except ValueError:
        said = {"error": {"code": 500, "message": "invalid value for 'size'", "type": ""}}
        raise SaidError(500, said) from None
    return width, height
