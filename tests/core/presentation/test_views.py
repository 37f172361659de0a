from __future__ import annotations

from dataclasses import replace

import pytest

from core.generation.models import GenerationStatus
from core.ids import TaskId
from core.presentation.status import status_view
from core.presentation.views import ALT_TEXT_MOST, Action, arguments_of
from tests.fakes.builders import a_request, a_response, a_task, an_image

TASK = TaskId("k7f3qz")


@pytest.mark.parametrize(
    ("action", "code", "arguments"),
    [
        (Action("again", TASK, "Again"), "again:k7f3qz", {"task": "k7f3qz"}),
        (Action("vary", TASK, "Vary 2", 2), "vary:k7f3qz:2", {"task": "k7f3qz", "picture": "2"}),
    ],
)
def test_an_action_is_a_short_code(action: Action, code: str, arguments: dict[str, str]) -> None:
    assert action.code == code
    assert arguments_of(code) == (action.command, TASK, arguments)


@pytest.mark.parametrize("text", ["", "again", "again:", ":k7f3qz", "vary:k7f3qz:x", "vary:k7f3qz:1:2"])
def test_what_is_no_code(text: str) -> None:
    assert arguments_of(text) is None


def test_pictures_are_described() -> None:
    done = a_task(GenerationStatus.COMPLETED, response=a_response(an_image("a"), an_image("b")))
    assert status_view(done).alt_text(2) == "Picture 2 of 2: a red fox"
    view = status_view(replace(done, request=a_request("x" * 2000), response=a_response(an_image("a"))))
    assert len(view.alt_text(1)) == ALT_TEXT_MOST
    assert view.alt_text(1).endswith("x…")
