from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.generation.models import (
    GenerationRequest,
    GenerationResponse,
    GenerationSettings,
    GenerationStatus,
    Origin,
    Progress,
)
from core.generation.prompt import PROMPT_MAX
from core.ids import TaskId
from tests.fakes.builders import ANN, a_request, a_task, an_image, an_origin


@pytest.mark.parametrize(
    ("field", "least", "most", "below", "above"),
    [
        ("width", 64, 2048, 63, 2049),
        ("height", 64, 2048, 63, 2049),
        ("steps", 1, 150, 0, 151),
        ("cfg_scale", 0, 30, -0.1, 30.1),
        ("seed", 0, 2**32 - 1, -1, 2**32),
        ("batch_size", 1, 8, 0, 9),
        ("strength", 0, 1, -0.01, 1.01),
    ],
)
def test_settings_have_both_ends(field: str, least: float, most: float, below: float, above: float) -> None:
    for good in (least, most):
        assert getattr(GenerationSettings.model_validate({field: good}), field) == good
    for bad in (below, above):
        with pytest.raises(ValidationError):
            GenerationSettings.model_validate({field: bad})


@pytest.mark.parametrize("field", ["cfg_scale", "strength"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", float("nan")])
def test_numbers_are_finite(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        GenerationSettings.model_validate({field: value})


@pytest.mark.parametrize("model", [GenerationSettings, GenerationResponse, Origin, GenerationRequest])
def test_a_value_takes_no_field_that_it_does_not_have(model: type[Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"stepz": 3})
    assert "extra_forbidden" in {error["type"] for error in caught.value.errors()}


def test_a_value_does_not_change() -> None:
    with pytest.raises(ValidationError):
        a_request().prompt = "another"  # type: ignore[misc]


def test_the_work_is_pixels_times_steps_times_pictures() -> None:
    assert GenerationSettings(width=100, height=64, steps=3, batch_size=2).work == 100 * 64 * 3 * 2


def test_a_prompt_is_cleaned() -> None:
    request = GenerationRequest(account=ANN, prompt=" a\u202e\n fox ", negative_prompt="\u200btext ")
    assert (request.prompt, request.negative_prompt) == ("a fox", "text")


@pytest.mark.parametrize("prompt", ["", "  ", "\u200b", "x" * (PROMPT_MAX + 1), None, 7])
def test_a_prompt_says_something_and_not_too_much(prompt: Any) -> None:
    with pytest.raises(ValidationError):
        GenerationRequest(account=ANN, prompt=prompt)


def test_a_prompt_is_measured_as_it_is_kept() -> None:
    assert len(a_request("x" * PROMPT_MAX + " " * 100).prompt) == PROMPT_MAX


@pytest.mark.parametrize("field", ["model", "sampler"])
@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_has_1_to_100_characters(field: str, name: str) -> None:
    with pytest.raises(ValidationError):
        GenerationSettings.model_validate({field: name})


def test_a_name_loses_the_space_around_it() -> None:
    assert GenerationSettings(model=f" {'x' * 100} ").model == "x" * 100


def test_a_request_takes_four_pictures_at_most() -> None:
    with pytest.raises(ValidationError):
        a_request(input_images=(an_image(),) * 5)


def test_the_same_message_has_the_same_key() -> None:
    assert an_origin().key == an_origin().key
    assert an_origin(thread="7").key == an_origin(thread="7").key


@given(st.lists(st.text(st.characters(exclude_characters="\x1f"), max_size=4), min_size=8, max_size=8))
def test_two_messages_have_two_keys(parts: list[str]) -> None:
    one = Origin(platform=parts[0], chat=parts[1], message=parts[2], thread=parts[3] or None)
    other = Origin(platform=parts[4], chat=parts[5], message=parts[6], thread=parts[7] or None)
    assert (one.key == other.key) is (one == other)


def test_the_parts_of_a_key_can_not_be_mistaken_for_each_other() -> None:
    keys = {
        Origin(platform="a", chat="b", message="c", thread="d").key,
        Origin(platform="a", chat="b", message="d", thread="c").key,
        Origin(platform="a", chat="bc", message="d").key,
        Origin(platform="a", chat="b", message="cd").key,
        Origin(platform="ab", chat="", message="cd").key,
    }
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("status", "final"),
    [("pending", False), ("processing", False), ("completed", True), ("failed", True), ("cancelled", True)],
)
def test_which_statuses_are_final(status: str, final: bool) -> None:
    assert GenerationStatus(status).final is final


@pytest.mark.parametrize(
    ("step", "steps", "fraction"),
    [(0, 20, 0), (5, 20, 0.25), (20, 20, 1), (25, 20, 1), (0, 0, 0), (3, 0, 0), (3, -1, 0)],
)
def test_progress_is_between_none_and_all(step: int, steps: int, fraction: float) -> None:
    assert Progress(step, steps).fraction == fraction


@pytest.mark.parametrize("status", GenerationStatus)
def test_a_request_and_its_response_survive_json(status: GenerationStatus) -> None:
    task = a_task(status, id=TaskId("abc"), created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert GenerationRequest.model_validate_json(task.request.model_dump_json()) == task.request
    if task.response is not None:
        assert GenerationResponse.model_validate_json(task.response.model_dump_json()) == task.response
