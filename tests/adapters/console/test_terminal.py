"""The console in a real terminal: a child process behind a pseudo-terminal, seen as a terminal shows it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

SECONDS = 20
"""Until a terminal that does not show what it should is given up."""
ROWS = 40


class Seen(pyte.Screen):
    """A terminal of the usual kind: it answers when it is asked where its cursor is."""

    answer: Callable[[str], object]

    def write_process_input(self, data: str) -> None:
        self.answer(data)


class Terminal:
    """A child process in a terminal of `columns`. Not forked from Python: here other threads run."""

    def __init__(
        self, root: Path, arguments: tuple[str, ...], columns: int, variables: dict[str, str]
    ) -> None:
        self._near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.console.at_terminal", str(root), *arguments],
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
            env={
                "PATH": "/usr/bin:/bin",
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                "HOME": str(root),
                **variables,
            },
        )
        os.close(far)
        self._seen = Seen(columns, ROWS)
        self._seen.answer = self.type
        self._stream = pyte.ByteStream(self._seen)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._seen.display]

    def text(self) -> str:
        return "\n".join(self.lines()).rstrip()

    def colour_of(self, text: str) -> str:
        for row, line in enumerate(self._seen.display):
            if (column := line.find(text)) >= 0:
                return self._seen.buffer[row][column].fg
        raise AssertionError(f"{text} is not on the screen")

    def type(self, text: str) -> None:
        os.write(self._near, text.encode())

    def until(self, pattern: str) -> str:
        """Return the screen as soon as it shows `pattern`."""
        while not re.search(pattern, self.text(), re.MULTILINE):
            assert self._feed(), f"no {pattern!r} in:\n{self.text()}"
        return self.text()

    def until_gone(self) -> int:
        """Return the exit code."""
        while self._feed():
            pass
        return self._child.wait(SECONDS)

    def close(self) -> None:
        self._child.kill()
        self._child.wait()
        os.close(self._near)

    def _feed(self) -> bool:
        readable, _, _ = select.select([self._near], [], [], SECONDS)
        if not readable:
            return False
        try:
            data = os.read(self._near, 4096)
        except OSError:  # so Linux says that the other end is closed
            return False
        self._stream.feed(data)
        return bool(data)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    started: list[Terminal] = []

    def start_one(*arguments: str, columns: int = 80, **variables: str) -> Terminal:
        started.append(Terminal(tmp_path, arguments, columns, variables))
        return started[-1]

    yield start_one
    for terminal in started:
        terminal.close()


def test_a_conversation(start: Callable[..., Terminal], tmp_path: Path) -> None:
    terminal = start(COLORTERM="truecolor")
    greeting = terminal.until(r"^easel>$")
    assert greeting.splitlines()[:2] == [
        "This is Easel: say what you want to see.",
        "This is a test.",
    ]

    terminal.type("a red fox --seed 7\r")
    screen = terminal.until(r"image: [^\n]*\n?[^\n]*\.png\n")
    task = re.search(r"^(\w{6}) Done in 0\.\d s  a red fox$", screen, re.MULTILINE)
    assert task
    assert "told · 768×768 · 20 steps · seed 7 · 6 points" in screen
    assert "▀" * 20 in screen
    assert terminal.colour_of("Done in") == "green"

    terminal.type("/genrate x\r")
    terminal.until(r"did you mean /generate\?")
    assert terminal.colour_of("There is no command") == "red"

    terminal.type("\x04")
    assert terminal.until_gone() == 0
    assert "not done" not in terminal.text()
    assert "/genrate x" in (tmp_path / "state" / "history").read_text()


def test_tasks_on_their_way_are_above_the_prompt(start: Callable[..., Terminal]) -> None:
    terminal = start()
    terminal.until(r"^easel>$")
    terminal.type("slowly, 狐狸 🦊\r")
    terminal.until(rf"^\w{{6}} {'━' * 10}{'─' * 10} Drawing, step 10 of 20  slowly, .*\neasel>$")
    terminal.type("a hare\r")
    terminal.until(r"Drawing, step 10 of 20.*\n\w{6} Queued, next  a hare\neasel>$")
    terminal.type("half a line")
    terminal.until(r"^easel> half a line$")
    terminal.type("\x03/cancel ")
    screen = terminal.until(r"^easel> /cancel\n\s+\w{6}  Queued · a hare")  # the menu
    first = screen.split("Drawing, step")[0].splitlines()[-1].split()[0]
    terminal.type(f"{first}\r")
    screen = terminal.until(r"^\w{6} Done in .*  a hare$")
    assert f"{first} Cancelled." in screen
    terminal.until(r"^image: .*(\n.*)?\.png\neasel>$")
    assert not re.search(r"Drawing|Queued", terminal.text())
    assert "▀" not in terminal.text()  # too few colours here


def test_leaving_says_what_becomes_of_tasks(start: Callable[..., Terminal]) -> None:
    terminal = start()
    terminal.until(r"^easel>$")
    terminal.type("slowly, a fox\r")
    terminal.until(r"Drawing, step 10 of 20")
    terminal.type("\x03")
    terminal.until(r"Ctrl-C again leaves")
    terminal.type("\x03")
    assert terminal.until_gone() == 0
    assert (
        "1 task is not done: what runs has a moment to finish, the rest goes on at the\n"
        "next start; Ctrl-C leaves at once."
    ) in terminal.text()


def test_a_paused_queue_is_said_when_leaving(start: Callable[..., Terminal]) -> None:
    terminal = start()
    terminal.until(r"^easel>$")
    terminal.type("slowly, a fox\r")
    terminal.until(r"Drawing, step 10 of 20")
    terminal.type("/pause\r")
    terminal.until(r"easel> /pause\n[^\n]+\n(.*\n)*easel>$")
    terminal.type("\x04")
    assert terminal.until_gone() == 0
    assert "the rest stays queued\nuntil /resume" in terminal.text()


def test_a_queue_that_is_paused_already_is_said_at_both_ends(start: Callable[..., Terminal]) -> None:
    terminal = start(PAUSED="1")
    terminal.until(r"^The queue is paused: nothing is drawn until /resume\.\n(.+\n)+easel>$")
    terminal.type("a fox\r")
    terminal.until(r"^\w{6} Queued.*\n(.*\n)*easel>$")
    terminal.type("\x04")
    assert terminal.until_gone() == 0
    assert "The queue is paused: 1 task stays queued until /resume." in terminal.text()


def test_a_long_headline_leaves_the_prompt_a_line(start: Callable[..., Terminal]) -> None:
    terminal = start()
    terminal.until(r"^easel>$")
    terminal.type(f"break {'hare ' * 40}\r")
    terminal.until(r"^\w{6} Failed: (.+\n)+break (hare )+.*…\n")


def test_a_prompt_of_many_lines_is_printed_on_one_and_shown_in_full(start: Callable[..., Terminal]) -> None:
    terminal = start()
    terminal.until(r"^easel>$")
    terminal.type(f"fox {'hare ' * 40}cub\r")
    screen = terminal.until(r"^(\w{6}) Done in 0\.\d s  fox (hare )+.*…\ntold · ")
    terminal.until(r"\.png\neasel>$")
    (task,) = re.findall(r"^(\w{6}) Done", screen, re.MULTILINE)
    terminal.type(f"/show {task}\r")
    terminal.until(rf"/show {task}\n{task} Done in 0\.\d s\nfox (hare |hare\n)+cub\ntold · ")


def test_a_picture_below_the_current_folder_has_a_short_path(start: Callable[..., Terminal]) -> None:
    terminal = start(HERE="1")
    terminal.until(r"^easel>$")
    terminal.type("a red fox\r")
    terminal.until(r"^image: images/\S+\n?\S*\.png$")


def test_sentences_break_at_words(start: Callable[..., Terminal]) -> None:
    terminal = start(columns=30)
    terminal.until(r"^This is Easel: say what you\nwant to see\.\n(.+\n)+easel>$")
    terminal.type("/help points\r")
    terminal.until(r"^/points  Say how many points\n +you have$")


@pytest.mark.parametrize("columns", [20, 33])
def test_a_narrow_terminal(start: Callable[..., Terminal], columns: int) -> None:
    terminal = start(columns=columns)
    terminal.until(r"^easel>$")
    terminal.type("slowly 狐狸狐狸狐狸狐狸狐狸狐狸狐狸狐狸狐狸狐狸\r")
    terminal.until(r"^\w{6} .*…\s*\neasel>$")


def test_no_colours_where_none_are_wanted(start: Callable[..., Terminal]) -> None:
    terminal = start(COLORTERM="truecolor", NO_COLOR="1")
    terminal.until(r"^easel>$")
    terminal.type("a red fox\r")
    screen = terminal.until(r"^image: .*(\n.*)?\.png$")
    assert terminal.colour_of("Done in") == "default"
    assert "▀" not in screen


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(start: Callable[..., Terminal]) -> None:
    terminal = start(TERM="dumb")
    terminal.type("a red fox\n/exit\n")
    assert terminal.until_gone() == 0
    assert re.search(r"^\w{6} Done in 0\.\d s · told", terminal.text(), re.MULTILINE)


def test_once_draws_the_picture_too(start: Callable[..., Terminal]) -> None:
    terminal = start("a red fox", COLORTERM="truecolor")
    assert terminal.until_gone() == 0
    assert "▀" * 20 in terminal.text()
    assert re.search(r"^image: /", terminal.text(), re.MULTILINE)
