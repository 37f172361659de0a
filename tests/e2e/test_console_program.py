"""The program as somebody runs it: lines in, lines and pictures out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.program import Finished, Program, easel

pytestmark = pytest.mark.e2e

SMALL = "--w 64 --h 64 --steps 2"


def once(folder: Path, command: str) -> Finished:
    return easel("console", "--once", command, folder=folder)


def test_no_input_is_no_work(tmp_path: Path) -> None:
    done = easel("run", folder=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_one_line_makes_one_picture(tmp_path: Path) -> None:
    done = easel("console", folder=tmp_path, stdin="/generate a red fox --seed 7\n")
    assert (done.code, done.err) == (0, "")
    (path,) = done.images()
    assert path.is_relative_to(tmp_path / "data" / "images")
    with Image.open(path) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (768, 768))
        parameters = image.text["parameters"]  # type: ignore[attr-defined]  # of PngImageFile alone
    assert parameters.startswith("a red fox\n")
    assert "Seed: 7" in parameters
    assert "Size: 768x768" in parameters
    assert re.fullmatch(
        rf"{done.task()} Done in \S+ s · sketch · a stand-in, not a model · 768×768 · .*seed 7 · 6 points",
        done.lines[-2],
    )


def test_text_without_a_command_is_a_prompt(tmp_path: Path) -> None:
    lines = (
        f"# a list of pictures\n\na dog's life {SMALL} --seed 7\n/generate a dog's life {SMALL} --seed 7\n"
    )
    done = easel("console", folder=tmp_path, stdin=lines)
    assert (done.code, done.err) == (0, "")
    first, second = done.images()
    assert first == second  # the same words and seed draw the same picture


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    done = easel("console", folder=tmp_path, stdin=f"a fox {SMALL}")
    assert (done.code, len(done.images())) == (0, 1)


def test_what_follows_exit_is_not_read(tmp_path: Path) -> None:
    done = easel("console", folder=tmp_path, stdin="/points\n/exit\n/nonsense\n")
    assert (done.code, done.out) == (0, "You have 100 points.\n  +100  grant  welcome\n")


def test_a_refused_line_makes_the_exit_code_1_and_stops_nothing(tmp_path: Path) -> None:
    done = easel("console", folder=tmp_path, stdin=f"/nonsense\na fox {SMALL} --n 2\n")
    assert (done.code, len(done.images())) == (1, 2)


def test_a_member_and_their_tasks(tmp_path: Path) -> None:
    """One conversation, command by command, each in a process of its own."""
    made = once(tmp_path, f"/generate a red fox {SMALL} --seed 7")
    task = made.task()
    assert once(tmp_path, "/status").lines == ["You have no tasks waiting."]
    (line,) = once(tmp_path, "/history").lines
    assert re.fullmatch(rf"{task}  Done in \S+ s  a red fox", line)
    shown = once(tmp_path, f"/show {task.upper()}")
    assert shown.code == 0
    assert "prompt: a red fox" in shown.lines
    assert shown.images() == made.images()
    again = once(tmp_path, f"/again {task}")
    assert again.task() != task
    assert len(again.images()) == 1
    assert again.images() != made.images()
    assert once(tmp_path, f"/cancel {task}").lines == ["That task is completed already."]
    assert once(tmp_path, "/price a fox --w 1024 --h 1024 --n 2").lines == [
        "That costs 20 points; you have 98 points."
    ]
    assert once(tmp_path, "/points").lines[0] == "You have 98 points."


def test_from_a_picture(tmp_path: Path) -> None:
    Image.new("RGB", (160, 80), "teal").save(tmp_path / "my lake.jpg")
    done = easel(
        "console", folder=tmp_path, stdin="/generate a boat --image my lake.jpg --strength 0.3 --w 128\n"
    )
    assert (done.code, done.err) == (0, "")
    (path,) = done.images()
    with Image.open(path) as image:
        assert image.size == (128, 64)  # the sides are the picture's


def test_an_admin(tmp_path: Path) -> None:
    lines = [
        "/grant me 50",
        "/revoke me 20",
        "/grant console:ann 5",
        "/points",
        "/help",
        "/help generate",
        "/stats",
    ]
    done = easel("console", folder=tmp_path, stdin="\n".join(lines))
    assert (done.code, done.err) == (0, "")
    assert done.lines[:4] == [
        "console:operator has 150 points now.",
        "console:operator has 130 points now.",
        "console:ann has 105 points now.",
        "You have 130 points.",
    ]
    for command in ("/generate", "/cancel", "/grant", "/pause", "/stats"):
        assert any(line.startswith(command) for line in done.lines[4:])
    assert any(line.strip().startswith("--seed") for line in done.lines)
    assert "tasks: pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0" in done.lines
    assert "queue: running" in done.lines


def test_a_paused_queue_keeps_its_tasks_over_a_restart(tmp_path: Path) -> None:
    paused = easel("console", folder=tmp_path, stdin=f"/pause\na fox {SMALL}\n/status\n/queue\n")
    task = paused.task()
    assert paused.code == 1  # it did not do what it was asked for
    assert f"{task}  Queued, next; the queue is paused  a fox" in paused.lines
    assert "The queue is paused; /resume lets it go on. 1 task waits." in paused.lines
    assert paused.images() == []

    resumed = easel("console", folder=tmp_path, stdin="/resume\n")
    assert (resumed.code, len(resumed.images())) == (0, 1)


def test_cancelling_gives_the_points_back(tmp_path: Path) -> None:
    lines = "/pause\na fox --w 1024 --h 1024\na hare --w 1024 --h 1024\n/cancel all\n/points\n/resume\n"
    done = easel("console", folder=tmp_path, stdin=lines)
    assert (done.code, done.err) == (0, "")
    assert re.search(r"^Cancelled \w{6}, \w{6}\. 20 points are back\.$", done.out, re.MULTILINE)
    assert re.search(r"^\w{6} Cancelled\. 10 points are back\.", done.out, re.MULTILINE)
    assert "You have 100 points." in done.lines


def test_cancelling_what_is_being_drawn(tmp_path: Path) -> None:
    with Program("console", folder=tmp_path, settings={"points__starting_grant": "9999"}) as program:
        program.send("a whale --w 2048 --h 2048 --steps 150 --n 8\n")
        program.expect("Drawing")
        program.send("/cancel\n")
        program.end_input()
        program.expect(r"Cancelled\. 2,400 points are back\.")
        assert program.wait() == 0
        assert program.errors == []


def test_what_one_run_leaves_the_next_one_does(tmp_path: Path) -> None:
    paused = easel("console", folder=tmp_path, stdin=f"/pause\na fox {SMALL}\n")
    done = once(tmp_path, "/resume")
    assert done.code == 0
    rest = easel("run", folder=tmp_path)
    assert rest.code == 0
    announced = done.images() + rest.images()
    assert len(announced) == 1
    assert paused.task() in done.out + rest.out


def test_once_leaves_the_tasks_of_others_alone(tmp_path: Path) -> None:
    paused = easel("console", folder=tmp_path, stdin=f"/pause\na fox {SMALL}\n")
    easel("console", "--once", "/resume", folder=tmp_path)
    points = easel("console", "--once", "/points", folder=tmp_path)
    assert (points.code, points.images()) == (0, [])
    assert f"  -1  hold  for task {paused.task()}" in points.lines
    status = easel("console", "--once", "/status", folder=tmp_path)
    assert f"{paused.task()}  Queued, next  a fox" in status.lines
