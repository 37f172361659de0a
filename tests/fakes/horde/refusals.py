"""What the Horde refuses, in its own shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.horde.pictures import opened

ANONYMOUS = "0000000000"

SAMPLERS = ("k_euler_a", "k_euler", "k_dpmpp_2m", "DDIM")

BAD_WORD = "unspeakable"
"""A prompt with it is rejected as unethical."""

UPFRONT_PIXELS = 1024 * 1024
UPFRONT_STEPS = 50


class RefusalError(Exception):
    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.body = dict(body)
        super().__init__(status)


def refused(status: int, code: str) -> RefusalError:
    message = f"Something long for people about {code}, with http://horde.internal/secrets in it"
    return RefusalError(status, {"message": message, "rc": code})


def check_form(body: Mapping[str, Any], key: str, keys: set[str]) -> None:
    """Raise what is wrong with a request's body."""
    if key not in keys:
        raise refused(401, "InvalidAPIKey")
    params = body.get("params", {})
    errors = dict(_field_errors(params))
    if errors:
        raise RefusalError(400, {"errors": errors, "message": "Input payload validation failed"})
    if not body.get("prompt"):
        raise refused(400, "MissingPrompt")
    if BAD_WORD in body["prompt"]:
        raise refused(400, "CorruptPrompt")
    for part in ("source_image", "source_mask"):
        if part in body and opened(body[part]) is None:
            raise refused(400, "ImageValidationFailed")
    if body.get("source_processing") == "inpainting" and "source_mask" not in body:
        raise refused(400, "InpaintingMissingMask")
    is_large = params["width"] * params["height"] > UPFRONT_PIXELS or params["steps"] > UPFRONT_STEPS
    if is_large and key == ANONYMOUS:
        raise refused(403, "KudosUpfront")


def _field_errors(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [
        (f"params.{side}", f"{params.get(side)} is not a multiple of 64")
        for side in ("width", "height")
        if params.get(side, 512) % 64
    ]
    if params.get("sampler_name", SAMPLERS[0]) not in SAMPLERS:
        found.append(("params.sampler_name", f"'{params['sampler_name']}' is not one of {SAMPLERS}"))
    if not 0.01 <= params.get("denoising_strength", 1) <= 1:
        found.append(("params.denoising_strength", "out of range"))
    if not isinstance(params.get("seed", ""), str):
        found.append(("params.seed", "is not of type 'string'"))
    if params.get("clip_skip", 1) > 12:
        found.append(("params.clip_skip", "13 is greater than the maximum of 12"))
    return found
