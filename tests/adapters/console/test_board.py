from __future__ import annotations

import pytest
from prompt_toolkit.formatted_text import fragment_list_width, to_plain_text

from adapters.console.board import Board, clipped
from core.generation.models import GenerationStatus
from tests.adapters.console.views import view

PROMPTS = ("a red fox", "狐狸在雪地里 " * 20, "👩‍👩‍👧 🦊 " * 30, "e\u0301" * 200, "\x1b[31m" * 30, "")


@pytest.mark.parametrize("columns", [1, 2, 5, 10, 20, 32, 51, 80, 200])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_line_is_wider_than_the_terminal(columns: int, prompt: str) -> None:
    board = Board()
    board.put(view(prompt=prompt, fraction=0.45))
    (line,) = board.lines(columns, 24)
    assert fragment_list_width(line) < max(columns, 2)
    assert "\x1b" not in to_plain_text(line)


def test_the_bar_shows_how_far_it_is() -> None:
    board = Board()
    board.put(view(fraction=0.45))
    assert (
        to_plain_text(board.lines(80, 24)[0])
        == f"k7f3qz {'━' * 9}{'─' * 11} Drawing, step 9 of 20  a red fox"
    )
    assert to_plain_text(board.lines(40, 24)[0]) == "k7f3qz Drawing, step 9 of 20  a red fox"


def test_running_tasks_come_first_and_what_has_no_room_is_counted() -> None:
    board = Board()
    for number in range(9):
        board.put(view(GenerationStatus.PENDING, task=f"queue{number}", headline="Queued"))
    board.put(view(task="runnin"))
    lines = [to_plain_text(line) for line in board.lines(80, 15)]
    assert lines[0].startswith("runnin")
    assert [line[:6] for line in lines[1:4]] == ["queue0", "queue1", "queue2"]
    assert lines[4:] == ["and 6 tasks more"]
    assert len(board.lines(80, 100)) == 8
    assert len(board.lines(80, 2)) == 1


def test_a_task_that_ended_has_no_line() -> None:
    board = Board()
    board.put(view())
    board.drop(view().task)
    board.drop(view().task)
    assert board.lines(80, 24) == []


@pytest.mark.parametrize(
    ("columns", "text"), [(0, ""), (1, "…"), (4, "狐…"), (8, "狐狸狐…"), (9, "狐狸狐狸…"), (10, "狐狸狐狸狐")]
)
def test_wide_characters_are_never_cut_in_half(columns: int, text: str) -> None:
    assert clipped("狐狸狐狸狐", columns) == text
