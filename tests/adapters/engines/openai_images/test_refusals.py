from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.engines.openai_images.refusals import is_unsure, raise_refusal
from adapters.engines.wire.connection import Answer
from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineUnavailableError,
)
from tests.fakes.openai_images.errors import SaidError, openai_error, string_error


def raised(said: SaidError, headers: dict[str, str] | None = None) -> EngineError:
    answer = Answer(said.status, headers or {}, json.dumps(said.body).encode())
    with pytest.raises(EngineError) as caught:
        raise_refusal(answer, "gpt-image-2")
    return caught.value


@pytest.mark.parametrize(
    ("said", "kind", "reason"),
    [
        (openai_error(400, "moderation_blocked"), EngineRejectedError, "prompt"),
        (openai_error(400, "content_policy_violation"), EngineRejectedError, "prompt"),
        (openai_error(429, "insufficient_quota"), EngineUnavailableError, "quota"),
        (openai_error(429, None, kind="insufficient_quota"), EngineUnavailableError, "quota"),
        (openai_error(400, "billing_hard_limit_reached"), EngineUnavailableError, "quota"),
        (openai_error(404, "model_not_found"), EngineRejectedError, "model"),
        (openai_error(403, "model_not_found"), EngineRejectedError, "model"),
        (openai_error(400, "invalid_value", param="model"), EngineRejectedError, "model"),
        (openai_error(400, "invalid_value", param="size"), EngineRejectedError, "size"),
        (openai_error(400, "invalid_mask_image_format", param="mask"), EngineRejectedError, "input_image"),
        (openai_error(400, "unknown_parameter", param="response_format"), EngineRejectedError, "value"),
        (openai_error(400, None), EngineFaultError, "status"),
        (openai_error(400, None, param="/etc/passwd"), EngineFaultError, "status"),
        (openai_error(401, "invalid_api_key"), EngineUnavailableError, "refused"),
        (openai_error(403, None), EngineUnavailableError, "refused"),
        (openai_error(500, None, kind="server_error"), EngineFaultError, "status"),
        (openai_error(503, None, kind="server_error"), EngineUnavailableError, "away"),
        (string_error(400, "prompt required"), EngineFaultError, "status"),
        (string_error(500, "server_error"), EngineFaultError, "status"),
        (SaidError(500, {"error": {"code": 500, "message": "x", "type": ""}}), EngineFaultError, "status"),
        (SaidError(400, ["odd"]), EngineFaultError, "status"),
        (SaidError(404, "404 page not found"), EngineFaultError, "status"),
    ],
)
def test_each_shape_of_an_error_is_understood(said: SaidError, kind: type[EngineError], reason: str) -> None:
    error = raised(said)
    assert type(error) is kind
    assert error.facts["reason"] == reason
    assert "private" not in str(error)
    assert "org-secret" not in str(error)


def test_the_model_and_the_field_that_are_refused_are_named() -> None:
    assert raised(openai_error(404, "model_not_found")).facts["name"] == "gpt-image-2"
    assert raised(openai_error(400, None, param="style")).facts["name"] == "style"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "7", "x-ratelimit-reset-requests": "1m"}, 7.0),
        ({"X-RateLimit-Reset-Requests": "12.5s"}, 12.5),
        ({"x-ratelimit-reset-requests": "1m2s", "x-ratelimit-reset-tokens": "300ms"}, 62.0),
        (
            {
                "x-ratelimit-reset-requests": "9h",
                "x-ratelimit-remaining-requests": "4",
                "x-ratelimit-reset-images": "20s",
                "x-ratelimit-remaining-images": "0",
            },
            20.0,
        ),
        ({"x-ratelimit-reset-requests": "30"}, 30.0),
        ({"x-ratelimit-reset-requests": "9d"}, 3600.0),
        ({"x-ratelimit-reset-requests": "soon"}, 5.0),
        ({}, 5.0),
    ],
)
def test_a_rate_limit_says_when_to_come_back(headers: dict[str, str], seconds: float) -> None:
    error = raised(openai_error(429, "rate_limit_exceeded", kind="requests"), headers)
    assert isinstance(error, EngineBusyError)
    assert error.retry_after == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("status", "unsure"), [(400, False), (429, False), (500, False), (502, True), (524, True)]
)
def test_only_what_stands_between_leaves_open_whether_a_call_was_carried_out(
    status: int, unsure: Any
) -> None:
    assert is_unsure(status) is unsure
