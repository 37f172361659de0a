from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from core.commands.builtin import builtin_registry
from core.commands.generate import GenerateArguments
from core.commands.validation import validated
from core.errors import Fact, InvalidRequestError, Problem
from core.generation.images import StoredImage
from core.generation.models import GenerationRequest
from core.generation.prompt import PROMPT_MAX
from core.presentation.messages import _PROBLEMS, say_error
from tests.fakes.builders import ANN, an_image

COMMANDS = list(builtin_registry())
LEAKS = ("input should", "string should", "validation", "pydantic", "type=", "none", "model_", "errors.")


def problems(model: type[BaseModel], **data: object) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        validated(model, data)
    return caught.value.problems


def test_good_data_makes_the_model() -> None:
    arguments = validated(GenerateArguments, {"prompt": "a fox", "seed": "7"})
    assert (arguments.prompt, arguments.seed, arguments.steps) == ("a fox", 7, None)


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        ("prompt", "", "The prompt is empty: say what to draw."),
        ("prompt", "\u200b", "The prompt is empty: say what to draw."),
        ("prompt", "x" * (PROMPT_MAX + 5), "The prompt has 2,005 characters; 2,000 is the most."),
        ("negative_prompt", "x" * 2001, "The negative prompt has 2,001 characters; 2,000 is the most."),
        ("prompt", None, "The prompt can't be used as given."),
        ("width", "63", "Width must be from 64 to 2,048, not 63."),
        ("width", 2049, "Width must be from 64 to 2,048, not 2049."),
        ("width", "wide", 'Width must be a whole number, not "wide".'),
        ("width", "", 'Width must be a whole number, not "".'),
        ("width", 512.5, 'Width must be a whole number, not "512.5".'),
        ("width", [], 'Width must be a whole number, not "[]".'),
        ("width", "9" * 5000, f"Width must be from 64 to 2,048, not {'9' * 39}…."),
        ("seed", "-1", "Seed must be from 0 to 4,294,967,295, not -1."),
        ("steps", "151", "Steps must be from 1 to 150, not 151."),
        ("batch_size", "9", "The number of pictures must be from 1 to 8, not 9."),
        ("cfg_scale", "high", 'Cfg must be a number, not "high".'),
        ("cfg_scale", "nan", 'Cfg must be a number, not "nan".'),
        ("cfg_scale", [], 'Cfg must be a number, not "[]".'),
        ("cfg_scale", "31", "Cfg must be from 0 to 30, not 31."),
        ("strength", "2", "Strength must be from 0 to 1, not 2."),
        ("model", "", "Model is empty: give it a value, or leave it out."),
        ("model", "  ", "Model is empty: give it a value, or leave it out."),
        ("model", "x" * 101, "Model has 101 characters; 100 is the most."),
        ("aspect_ratio", "wide", 'The aspect ratio must be like 16:9, at most 4:1, not "wide".'),
        ("aspect_ratio", "0:1", 'The aspect ratio must be like 16:9, at most 4:1, not "0:1".'),
        ("aspect_ratio", "5:1", 'The aspect ratio must be like 16:9, at most 4:1, not "5:1".'),
        ("image", "fox.png", "The image can't be used as given."),
        ("stepz", "20", "Stepz can't be used as given."),
    ],
)
def test_what_is_wrong_with_a_field_is_one_sentence(field: str, given: object, sentence: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validated(GenerateArguments, {"prompt": "a fox", field: given})
    assert say_error(caught.value) == sentence


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("generate", "The prompt is missing, for example a red fox in the snow."),
        ("show", "The task id is missing, for example k7f3qz."),
        ("grant", "Account is missing, for example me.\nThe number of points is missing, for example 100."),
    ],
)
def test_what_is_missing_is_told_with_an_example(command: str, sentence: str) -> None:
    (found,) = [one for one in COMMANDS if one.name == command]
    with pytest.raises(InvalidRequestError) as caught:
        validated(found.arguments, {})
    assert say_error(caught.value) == sentence


def test_what_is_missing_may_have_no_example() -> None:
    class Model(BaseModel):
        thing: int

    assert problems(Model) == (Problem("thing", "missing", {}),)


def test_every_bad_field_is_told_once() -> None:
    found = problems(GenerateArguments, prompt="", width="63", height="tall", seed="7")
    assert [(one.field, one.reason) for one in found] == [
        ("prompt", "empty"),
        ("width", "out_of_range"),
        ("height", "not_a_number"),
    ]


def test_a_field_inside_a_field_is_called_by_its_own_name() -> None:
    found = problems(GenerationRequest, account=ANN, prompt="a fox", settings={"width": 1, "steps": 0})
    assert found == (
        Problem("width", "out_of_range", {"given": "1", "ge": 64, "le": 2048}),
        Problem("steps", "out_of_range", {"given": "0", "ge": 1, "le": 150}),
    )


class Odd(BaseModel):
    kind: Literal["red", "blue"] = "red"
    least: Annotated[int, Field(ge=5)] = 5
    most: Annotated[int, Field(le=5)] = 5


def test_a_choice_names_the_choices() -> None:
    (problem,) = problems(Odd, kind="green")
    assert (problem.reason, problem.facts["given"]) == ("unknown", "green")
    assert "red" in str(problem.facts["choices"])


@pytest.mark.parametrize(
    ("field", "given", "facts"),
    [("least", 4, {"given": "4", "ge": 5, "le": 0}), ("most", 6, {"given": "6", "ge": 0, "le": 5})],
)
def test_an_open_range_has_0_for_its_other_end(field: str, given: int, facts: dict[str, Fact]) -> None:
    assert problems(Odd, **{field: given}) == (Problem(field, "out_of_range", facts),)


def test_the_whole_request_may_be_of_a_wrong_kind() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validated(GenerateArguments, "a fox")  # type: ignore[arg-type]
    assert [(one.field, one.reason) for one in caught.value.problems] == [("request", "bad")]


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, "x" * 39 + "…")])
def test_what_was_given_is_repeated_in_short(length: int, shown: str) -> None:
    (problem,) = problems(GenerateArguments, prompt="a fox", width="x" * length)
    assert problem.facts["given"] == shown


def test_a_picture_is_taken_as_the_adapter_stored_it() -> None:
    image = StoredImage(an_image(), 64, 64, 100)
    assert validated(GenerateArguments, {"prompt": "a fox", "image": image}).image == image


anything: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=60),
    st.sampled_from(["16:9", "0", "-5", "1e400", "9" * 5000, "x" * 3000, "\ud800"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def refusal_of(model: type[BaseModel], data: dict[str, Any]) -> InvalidRequestError | None:
    try:
        validated(model, data)
    except InvalidRequestError as error:
        return error
    return None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@settings(max_examples=40)
@given(data=st.data())
def test_whatever_is_given_nobody_reads_of_pydantic(command: Any, data: st.DataObject) -> None:
    names = st.sampled_from([*command.arguments.model_fields, "unheard_of"])
    given_arguments = data.draw(st.dictionaries(names, anything))
    error = refusal_of(command.arguments, given_arguments)
    if error is None:
        return
    assert error.problems
    for problem in error.problems:
        assert problem.reason in _PROBLEMS
    quoted = [str(value) for value in given_arguments.values()]
    if not any(leak in text.lower() for leak in LEAKS for text in quoted):
        said = say_error(error).lower()
        assert not [leak for leak in LEAKS if leak in said]
