from __future__ import annotations

from collections.abc import Iterator

import pytest

from core import errors
from core.errors import (
    CoreError,
    EngineTimeoutError,
    InsufficientPointsError,
    InvalidRequestError,
    InvalidTransitionError,
    NotFoundError,
    Problem,
    RateLimitedError,
)

RETRYABLE = {
    "engine_unavailable",
    "engine_busy",
    "no_engine",
    "engine_timeout",
    "rate_limited",
    "chat_unavailable",
    "storage_unavailable",
}


def all_errors(root: type[CoreError] = CoreError) -> Iterator[type[CoreError]]:
    yield root
    for one in root.__subclasses__():
        yield from all_errors(one)


IN_THE_TREE = [one for one in all_errors() if one.__module__ == errors.__name__]


@pytest.mark.parametrize("error", IN_THE_TREE, ids=lambda error: error.__name__)
def test_every_error_has_a_code_of_its_own(error: type[CoreError]) -> None:
    assert [one.code for one in IN_THE_TREE].count(error.code) == 1


@pytest.mark.parametrize("error", IN_THE_TREE, ids=lambda error: error.__name__)
def test_only_what_may_pass_by_itself_is_retryable(error: type[CoreError]) -> None:
    assert error.retryable is (error.code in RETRYABLE)


@pytest.mark.parametrize("error", IN_THE_TREE, ids=lambda error: error.__name__)
def test_every_error_is_drawn_in_the_modules_tree(error: type[CoreError]) -> None:
    assert errors.__doc__ is not None
    assert (f" {error.__name__}*" in errors.__doc__) is error.retryable
    assert error.__name__ in errors.__doc__


def test_an_error_says_its_code_and_facts() -> None:
    assert str(EngineTimeoutError(seconds=3)) == "engine_timeout (seconds=3)"


def test_an_error_without_facts_says_its_code() -> None:
    assert str(EngineTimeoutError()) == "engine_timeout"


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (errors.UnknownCommandError("genrate", "generate"), {"name": "genrate", "suggestion": "generate"}),
        (errors.PermissionDeniedError("grant"), {"command": "grant"}),
        (NotFoundError("task", "k7f3qz"), {"kind": "task", "name": "k7f3qz"}),
        (InsufficientPointsError(10, 3), {"needed": 10, "balance": 3}),
        (errors.TooManyTasksError(5), {"limit": 5}),
        (errors.QueueFullError(6), {"limit": 6}),
        (RateLimitedError(1.5), {"retry_after": 1.5}),
        (InvalidTransitionError("completed", "pending"), {"before": "completed", "after": "pending"}),
    ],
)
def test_an_error_carries_its_facts(error: CoreError, facts: dict[str, object]) -> None:
    assert error.facts == facts


def test_facts_are_attributes_where_a_caller_reckons_with_them() -> None:
    points = InsufficientPointsError(10, 3)
    assert (points.needed, points.balance) == (10, 3)
    assert RateLimitedError(1.5).retry_after == 1.5


def test_an_invalid_request_names_its_fields() -> None:
    error = InvalidRequestError([Problem("width", "out_of_range"), Problem("seed", "missing")])
    assert str(error) == "invalid_request (fields='width, seed')"


def test_an_invalid_request_of_one_field() -> None:
    error = InvalidRequestError.of("width", "out_of_range", ge=64)
    assert error.problems == (Problem("width", "out_of_range", {"ge": 64}),)


def test_problems_without_facts_share_none() -> None:
    assert Problem("width", "missing").facts == {}
