"""Buttons."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Chat, InlineKeyboardMarkup, Message

from adapters.telegram.keyboards import DATA_MOST, markup, rows_of, task_under
from core.generation.models import GenerationStatus
from core.presentation.status import status_view
from core.presentation.views import arguments_of
from tests.fakes.builders import a_response, a_task, an_image


def _message(keyboard: InlineKeyboardMarkup | None) -> Message:
    return Message(1, datetime.now(UTC), Chat(5, "private"), reply_markup=keyboard)


def test_every_button_hands_back_a_command_for_its_task() -> None:
    task = a_task(GenerationStatus.COMPLETED, response=a_response(*(an_image(one) for one in "abcd")))
    rows = rows_of(status_view(task))
    codes = [code for row in rows for _, code in row]
    assert all(0 < len(code.encode()) <= DATA_MOST for code in codes)
    assert all(arguments_of(code) for code in codes)
    assert "file:k7f3qz" in codes
    assert all(len(row) <= 8 for row in rows)


def test_one_picture_has_its_file_in_the_first_row() -> None:
    task = a_task(GenerationStatus.COMPLETED, response=a_response(an_image("a")))
    rows = rows_of(status_view(task))
    assert rows[0][-1] == ("As file", "file:k7f3qz")
    assert len(rows) == len(status_view(task).actions)


def test_what_waits_has_no_file() -> None:
    assert rows_of(status_view(a_task())) == ((("Cancel", "cancel:k7f3qz"),),)


def test_the_task_under_a_message_is_read_from_its_buttons() -> None:
    assert task_under(_message(markup(rows_of(status_view(a_task()))))) == "k7f3qz"
    assert task_under(_message(None)) is None
    assert task_under(_message(markup(((("Go", "nonsense"),),)))) is None


def test_no_buttons_are_no_keyboard() -> None:
    assert markup(()) is None
    assert markup(((),)) is None
