"""What a server means by an answer that is not a picture: OpenAI's errors, and those of servers like it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from adapters.engines.wire.connection import RETRY_AFTER_MOST, Answer
from core.errors import EngineBusyError, EngineFaultError, EngineRejectedError, EngineUnavailableError

_TOO_MANY = 429
_SCOPES = b"missing scopes"
"""What OpenAI says of a key that may make pictures and not much more."""

_AGAINST_RULES = {"moderation_blocked", "content_policy_violation", "content_filter", "contentfilter"}
_NO_MONEY = {
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_limit_user_error",
    "billing_not_active",
    "quota_exceeded",
}
_NO_MODEL = {"model_not_found"}
_BAD_REQUEST = {400, 422}
_OF_PARAM = {
    "model": "model",
    "size": "size",
    "image": "input_image",
    "image[]": "input_image",
    "mask": "input_image",
}
_PARAM = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

_UNSURE = {408, 502, 504}
_UNSURE_FROM = 520
"""From here on a proxy says that it does not know what became of the call."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The codes of an error, in small letters, and the field that it is about; empty where it has none."""

    codes: frozenset[str] = frozenset()
    param: str = ""

    @classmethod
    def of(cls, body: Any) -> Refusal:
        """Read OpenAI's object, or the bare string that other servers give, which says nothing here."""
        error = body.get("error") if isinstance(body, dict) else None
        if not isinstance(error, dict):
            return cls()
        codes = (error.get("code"), error.get("type"))
        param = error.get("param")
        return cls(
            frozenset(code.casefold() for code in codes if isinstance(code, str)),
            param if isinstance(param, str) else "",
        )

    def raise_by_code(self, model: str | None) -> None:
        """Raise what the codes mean, whatever the status; others pass."""
        if self.codes & _AGAINST_RULES:
            raise EngineRejectedError(reason="prompt")
        if self.codes & _NO_MONEY:
            raise EngineUnavailableError(reason="quota")
        if self.codes & _NO_MODEL:
            raise EngineRejectedError(reason="model", name=model)


def raise_refusal(answer: Answer, model: str | None) -> NoReturn:
    """Raise what an answer means whose status is no success; `model` is the one that was asked for.

    Money that is used up comes with 429 or 400 and is no rate limit: the code is looked at first.
    """
    refusal = Refusal.of(answer.json_or_none())
    refusal.raise_by_code(model)
    if answer.status == _TOO_MANY:
        raise EngineBusyError(_pause(answer))
    answer.raise_for_status()
    if answer.status in _BAD_REQUEST and (reason := _OF_PARAM.get(refusal.param)):
        raise EngineRejectedError(reason=reason, **({"name": model} if reason == "model" else {}))
    if answer.status in _BAD_REQUEST and _PARAM.fullmatch(refusal.param):
        raise EngineRejectedError(reason="value", name=refusal.param)
    raise EngineFaultError(reason="status", status=answer.status)


def raise_unless_alive(answer: Answer) -> None:
    """Raise where the answer to a question about models says that no picture would be made either."""
    if answer.ok or _SCOPES in answer.body.lower():
        return
    Refusal.of(answer.json_or_none()).raise_by_code(None)
    if answer.status == _TOO_MANY:
        raise EngineBusyError(_pause(answer))
    answer.raise_for_status()


def is_unsure(status: int) -> bool:
    """Say whether a failure leaves open if the call was carried out."""
    return status in _UNSURE or status >= _UNSURE_FROM


def _pause(answer: Answer) -> float:
    """Return the seconds to wait: what Retry-After says, or else until used-up limits are set back."""
    if (named := answer.retry_after()) is not None:
        return named
    headers = {name.lower(): value for name, value in answer.headers.items()}
    resets = [
        _seconds(value)
        for name, value in headers.items()
        if name.startswith("x-ratelimit-reset-")
        and headers.get(name.replace("-reset-", "-remaining-"), "0").strip() == "0"
    ]
    return min(max(resets, default=0.0) or 5.0, RETRY_AFTER_MOST)


def _seconds(text: str) -> float:
    """Read OpenAI's "6m0s" or "20ms", or a plain number of seconds; 0 for what is neither."""
    if parts := _TIME.findall(text):
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text.strip()) else 0.0
