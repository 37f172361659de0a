"""OpenAI proper: strict about every field, pictures as base 64 only, previews in a stream."""

from __future__ import annotations

import base64
import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.fakes.openai_images.asked import Asked
from tests.fakes.openai_images.errors import openai_error
from tests.fakes.openai_images.pictures import Size, painted, redrawn
from tests.fakes.openai_images.streams import Streamed

MODELS = ("gpt-image-2", "gpt-image-1-mini", "gpt-5")
"""In its list; the last one makes no pictures."""

SIZES = {"1024x1024", "1536x1024", "1024x1536"}
KNOWN = {
    *("prompt", "model", "n", "size", "quality", "background"),
    *("output_format", "output_compression", "stream", "partial_images", "user"),
}
ONLY = {"/v1/images/generations": {"moderation"}, "/v1/images/edits": {"input_fidelity"}}
KINDS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}
FORBIDDEN = "forbidden"
"""A word that its rules are against."""


class OpenAI:
    """No two pictures are the same: there is no seed."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def models(self) -> Any:
        return {"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]}

    def answer(self, asked: Asked, _: str) -> Any:
        """Return a JSON body, or a stream."""
        self._check(asked)
        number = asked.number("n", 1)
        if str(asked.fields.get("stream", "false")).lower() == "true":
            return Streamed(tuple(self._events(asked)))
        data = [{"b64_json": self._picture(asked)} for _ in range(number)]
        return {"created": 1, "data": data, "usage": {"total_tokens": 100}}

    def _check(self, asked: Asked) -> None:
        for name in asked.fields:
            if name not in KNOWN | ONLY[asked.path]:
                raise openai_error(400, "unknown_parameter", param=name)
        if asked.fields.get("model") not in MODELS[:2]:
            raise openai_error(400, "invalid_value", param="model")
        if asked.fields.get("size") not in SIZES:
            raise openai_error(400, "invalid_value", param="size")
        if not asked.is_edit and not isinstance(asked.fields.get("n", 1), int):
            raise openai_error(400, "invalid_type", param="n")
        if not 1 <= asked.number("n", 1) <= 10:
            raise openai_error(400, "integer_above_max_value", param="n")
        if FORBIDDEN in str(asked.fields["prompt"]):
            raise openai_error(400, "moderation_blocked", kind="image_generation_user_error")
        if asked.is_edit:
            self._check_files(asked)

    def _check_files(self, asked: Asked) -> None:
        image, mask = asked.file("image[]"), asked.file("mask")
        if image is None:
            raise openai_error(400, "missing_required_parameter", param="image")
        with Image.open(io.BytesIO(image)) as opened:
            size = opened.size
        if mask is not None:
            with Image.open(io.BytesIO(mask)) as opened:
                if opened.format != "PNG" or opened.mode != "RGBA" or opened.size != size:
                    raise openai_error(400, "invalid_mask_image_format", param="mask")

    def _picture(self, asked: Asked) -> str:
        size = _size(str(asked.fields["size"]))
        parts = (asked.fields["prompt"], next(self._numbers))
        kind = KINDS[str(asked.fields.get("output_format", "png"))]
        image, mask = asked.file("image[]"), asked.file("mask")
        if image is None:
            picture = painted(size, *parts, kind=kind)
        else:
            picture = redrawn(image, size, _transparent(mask), *parts, kind=kind)
        return base64.b64encode(picture).decode()

    def _events(self, asked: Asked) -> Iterator[tuple[str, Any]]:
        kind = "image_edit" if asked.is_edit else "image_generation"
        for index in range(asked.number("partial_images", 0)):
            event = {"b64_json": self._picture(asked), "partial_image_index": index}
            yield f"{kind}.partial_image", event
        yield f"{kind}.completed", {"b64_json": self._picture(asked), "usage": {"total_tokens": 100}}


def _transparent(mask: bytes | None) -> Image.Image | None:
    """Return white where the mask is see-through."""
    if mask is None:
        return None
    with Image.open(io.BytesIO(mask)) as opened:
        return opened.getchannel("A").point(lambda value: 255 - value)


def _size(text: str) -> Size:
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    assert found is not None
    return int(found[1]), int(found[2])
