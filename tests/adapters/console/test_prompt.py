"""The prompt, typed at through a pipe."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import DummyCompleter
from prompt_toolkit.formatted_text import to_plain_text
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.console.board import Board
from adapters.console.history import open_history
from adapters.console.prompt import Prompt
from core.presentation.messages import CONSOLE_LEAVE_AGAIN
from tests.adapters.console.views import view

CTRL_C, CTRL_D = "\x03", "\x04"


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as source:
        yield source


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def prompt(keys: PipeInput, board: Board) -> Prompt:
    return Prompt(board, DummyCompleter(), InMemoryHistory(), source=keys, target=DummyOutput())


async def test_a_line(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text("a red fox\r")
    assert await prompt.next() == "a red fox"


async def test_ctrl_d_leaves(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text(CTRL_D)
    assert await prompt.next() is None


async def test_ctrl_c_clears_the_line_and_a_second_on_an_empty_line_leaves(
    prompt: Prompt, keys: PipeInput
) -> None:
    keys.send_text(f"a red f{CTRL_C}a cat\r")
    assert await prompt.next() == "a cat"
    keys.send_text(f"{CTRL_C}a dog\r")  # typing means to stay
    assert await prompt.next() == "a dog"
    keys.send_text(f"x{CTRL_C}{CTRL_C}{CTRL_C}")
    assert await prompt.next() is None


async def test_the_first_ctrl_c_says_what_the_second_does(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text(f"{CTRL_C}{CTRL_D}")
    assert await prompt.next() is None
    assert to_plain_text(prompt._message()) == f"{CONSOLE_LEAVE_AGAIN}\neasel> "


async def test_pasted_lines_come_one_by_one(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text("\x1b[200~one\ntwo\n\x1b[201~\r")
    assert [await prompt.next(), await prompt.next()] == ["one", "two"]


async def test_printing_and_redrawing_without_a_prompt(prompt: Prompt, keys: PipeInput, board: Board) -> None:
    printed: list[str] = []
    board.put(view())
    prompt.refresh()
    prompt.refresh()
    await prompt.above(lambda: printed.append("x"))
    keys.send_text("go\r")
    assert await prompt.next() == "go"
    assert printed == ["x"]


async def test_the_tasks_are_above_the_line(prompt: Prompt, board: Board) -> None:
    board.put(view())
    assert to_plain_text(prompt._message()) == "k7f3qz Drawing, step 9 of 20  a red fox\neasel> "


async def test_the_history_is_kept_for_its_owner_alone(keys: PipeInput, tmp_path: Path) -> None:
    path = tmp_path / "state" / "history"
    for line in ("a red fox", "a hare"):
        prompt = Prompt(Board(), DummyCompleter(), open_history(path), source=keys, target=DummyOutput())
        keys.send_text(f"{line}\r")
        assert await prompt.next() == line
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(open_history(path).load_history_strings()) == ["a hare", "a red fox"]


def test_a_history_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.touch(0o644)
    open_history(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_place_for_it_the_history_lasts_as_long_as_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert isinstance(open_history(tmp_path / "file" / "history"), InMemoryHistory)
    path = tmp_path / "history"
    history = open_history(path)
    path.unlink()
    path.mkdir()
    history.store_string("not kept, and no harm done")
