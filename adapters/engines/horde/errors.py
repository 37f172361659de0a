"""The Horde's refusals, by their return codes, as core knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.engines.wire.connection import Answer
from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineUnavailableError,
)

_CONCURRENCY_PAUSE = 30.0
"""Seconds: some of the account's other requests are done by then."""

_BAD_REQUEST = 400
_FORBIDDEN = 403
_GONE = {404, 410}

FREE_STEPS = 50
"""What a request may have without an account."""

_REFUSED = frozenset(
    (
        "InvalidAPIKey",
        "WrongCredentials",
        "BadClientAgent",
        "TimeoutIP",
        "DeletedUser",
        "UserNotFound",
        "SharedKeyEmpty",
        "SharedKeyExpired",
    )
)
"""The operator's key or address is not served."""

_REJECTED = {
    "CorruptPrompt": "prompt",
    "SharedKeyInsufficientKudos": "price",
    "ImageValidationFailed": "input_image",
    "SourceImageResolutionExceeded": "input_image",
    "SourceImageSizeExceeded": "input_image",
    "SourceImageUnreadable": "input_image",
    "SourceImageUrlInvalid": "input_image",
    "InpaintingMissingMask": "no_mask",
    "InvalidSize": "size",
    "NoValidWorkers": "no_worker",
    "NotTrusted": "trust",
    "RequiresTrust": "trust",
}

_MODEL = frozenset(
    ("UnsupportedModel", "UnexpectedModelName", "Img2ImgMismatch", "SourceImageRequiredForModel")
)

_VALUES = {
    "MissingPrompt": "prompt",
    "InvalidPromptSize": "prompt",
    "InvalidPromptEncoding": "prompt",
    "TooManySteps": "steps",
    "BadCFGDecimals": "cfg_scale",
    "BadCFGNumber": "cfg_scale",
    "TooManyLoras": "lora",
    "BadLoraVersion": "lora",
}

_OWN_NAMES = {
    "width": "width",
    "height": "height",
    "steps": "steps",
    "cfg_scale": "cfg_scale",
    "seed": "seed",
    "n": "batch_size",
    "denoising_strength": "strength",
    "prompt": "prompt",
    "loras": "lora",
}
"""The Horde's parameters by the names that members know."""


class LostRequestError(EngineUnavailableError):
    """The Horde knows no such request any more: it expired, or the Horde was set up anew."""

    def __init__(self) -> None:
        super().__init__(reason="lost")


def raise_for(
    answer: Answer, payload: Mapping[str, Any] | None = None, *, is_anonymous: bool = False
) -> None:
    """Raise what the answer means, unless it is good. `payload` is what was sent, for the names in it."""
    if answer.ok:
        return
    body = answer.json_or_none()
    said = body if isinstance(body, dict) else {}
    found = _by_code(str(said.get("rc", "")), answer, payload or {}, is_anonymous=is_anonymous)
    if found is not None:
        raise found
    if answer.status == _FORBIDDEN and said.get("rc") and payload is not None:
        raise EngineRejectedError(reason="value")  # a code that is new: of what was sent, not of the key
    answer.raise_for_status()
    if answer.status in _GONE:
        raise EngineUnavailableError(reason="address")
    if answer.status != _BAD_REQUEST:
        raise EngineFaultError(reason="status", status=answer.status)
    raise _by_field(said.get("errors"), payload or {})


def _by_code(  # noqa: PLR0911 - one line for each meaning
    code: str, answer: Answer, payload: Mapping[str, Any], *, is_anonymous: bool
) -> EngineError | None:
    if code in _REFUSED:
        return EngineUnavailableError(reason="refused", status=answer.status)
    if code in _REJECTED:
        return EngineRejectedError(reason=_REJECTED[code])
    if code in _VALUES:
        return EngineRejectedError(reason="value", name=_VALUES[code])
    if code in _MODEL:
        return EngineRejectedError(reason="model", name=", ".join(payload.get("models", ())))
    match code:
        case "KudosUpfront":
            return EngineRejectedError(reason=_too_much(payload) if is_anonymous else "price")
        case "UnsupportedSampler":
            return EngineRejectedError(reason="sampler", name=_sampler(payload))
        case "TooManyPrompts":
            return EngineBusyError(answer.retry_after() or _CONCURRENCY_PAUSE)
        case "RequestNotFound" | "RequestExpired":
            return LostRequestError()
        case "AbortedGen":
            return EngineFaultError(reason="faulted")
    return None


def _too_much(payload: Mapping[str, Any]) -> str:
    """Say what to take less of: nobody has to pay for a small picture of few steps."""
    steps = payload.get("params", {}).get("steps")
    return "steps" if isinstance(steps, int) and steps > FREE_STEPS else "size"


def _by_field(errors: object, payload: Mapping[str, Any]) -> EngineRejectedError:
    """Name what the form of a request was refused for: `{"params.width": "500 is not a multiple of 64"}`."""
    fields = [str(field) for field in errors] if isinstance(errors, dict) else []
    parts = [part for field in fields for part in field.split(".")]
    if "sampler_name" in parts:
        return EngineRejectedError(reason="sampler", name=_sampler(payload))
    name = next((_OWN_NAMES[part] for part in parts if part in _OWN_NAMES), None)
    return EngineRejectedError(reason="value", name=name) if name else EngineRejectedError(reason="value")


def _sampler(payload: Mapping[str, Any]) -> str:
    return str(payload.get("params", {}).get("sampler_name", ""))
