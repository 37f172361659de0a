"""The real program, killed again and again: nothing is lost, nothing is done twice, every point is there."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.crash.chance import seeded
from tests.crash.invariants import State, check_settled, prompt, read
from tests.crash.runs import Runs
from tests.e2e.program import easel

KILLS = 50
TASKS = 24
"""At least, of which some make two pictures."""

ATTEMPTS = 5
"""What a task has unless the settings say otherwise."""

BACKLOG = 4
"""Tasks that should be waiting, so that a kill finds something to do."""

PRICED = {
    "points__base": '{"txt2img": 1000}',
    "points__starting_grant": "1000000",
    "log__level": "ERROR",  # that tasks are taken back is told as a warning
}
"""So that prices differ, and nobody runs out of points."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def commands(chance: random.Random, first: int) -> list[str]:
    """Return some /generate lines, each with a number of its own, and now and then something else."""
    lines = []
    for number in range(first, first + chance.randint(1, 5)):
        side, steps = chance.choice([(256, 4), (256, 10), (320, 8), (512, 20)])
        pictures = chance.choice([1, 1, 2])
        lines.append(f"/generate fox number {number} --w {side} --h {side} --steps {steps} --n {pictures}")
    if chance.random() < 0.2:
        lines.append("/grant me 7")
    if chance.random() < 0.1:
        lines.append("/cancel all")
    return lines


def killed_once(runs: Runs, chance: random.Random, lines: list[str]) -> State:
    """Start the program, give it the lines, and kill it at some moment, unless it is done before."""
    with runs.program("console") as program:
        program.send("".join(f"{line}\n" for line in lines))
        if chance.random() < 0.7:
            program.end_input()
        if chance.random() < 0.25:
            program.ends_within(chance.uniform(0.0, 1.0))  # while it starts
        else:
            program.said(chance.randint(1, 24), seconds=1.5)
            # Much is decided within moments of a line, and a picture takes long: so all sizes of delay.
            program.ends_within(chance.choice([0.002, 0.01, 0.1, 0.4]) * chance.random())
        runs.kills += program.kill()
        return runs.look(program)


@pytest.mark.timeout(400)
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    began = time.monotonic()
    runs = Runs(tmp_path, {"worker__attempts": "10000", "limits__per_account": "1000", **PRICED})
    asked = 0
    state = read(runs.data)
    with seeded() as chance:
        while runs.kills < KILLS or len(state.tasks) < TASKS:
            is_short = len(state.live) < BACKLOG or runs.kills % 4 == 0 or runs.kills >= KILLS
            lines = commands(chance, asked) if is_short else []
            asked += len(lines)
            state = killed_once(runs, chance, lines)
        prompts = [prompt(task) for task in state.tasks]
        assert len(set(prompts)) == len(prompts), "a line was taken twice"

        with runs.program("run") as program:
            program.end_input()
            assert program.wait() == 0
            state = runs.look(program)
        check_settled(state)
        assert {task["status"] for task in state.tasks} <= {"completed", "cancelled"}
        runs.check_announced(state)
        check_swept(runs)
    print(f"{runs.kills} kills, {len(state.tasks)} tasks, {time.monotonic() - began:.0f} s")


def check_swept(runs: Runs) -> None:
    """What the kills left half-written goes when it is an hour old, and nothing is shown again."""
    left = list((runs.data / "images").rglob("*.part"))
    for file in left:
        os.utime(file, (0, 0))
    command = "/generate the last fox --w 64 --h 64"
    done = easel("console", "--once", command, folder=runs.folder, settings=runs.settings)
    assert (done.code, done.err) == (0, "")
    assert len(done.images()) == 1
    assert list((runs.data / "images").rglob("*.part")) == []


@pytest.mark.timeout(200)
def test_a_task_that_is_killed_each_time_fails_and_is_refunded(tmp_path: Path) -> None:
    runs = Runs(tmp_path, PRICED)
    lines = "/generate a whale --w 1024 --h 1024 --steps 150 --n 8\n/generate a hare --w 256 --h 256\n"
    for attempt in range(1, ATTEMPTS + 1):
        with runs.program("console") as program:
            program.send(lines if attempt == 1 else "")
            program.end_input()
            program.expect("Drawing")
            if attempt == 1:
                program.together(lambda: len(program.tasks()) == 2)  # both were accepted
            assert program.kill()
            whale = runs.look(program).tasks[0]
        assert (whale["status"], whale["attempts"]) == ("processing", attempt)

    with runs.program("run") as program:
        program.end_input()
        assert program.wait() == 1
        state = runs.look(program)
    check_settled(state)
    assert [(prompt(task), task["status"]) for task in state.tasks] == [
        ("a whale", "failed"),
        ("a hare", "completed"),
    ]
    failed = next(line for line in program.lines if "Failed" in line)
    assert (
        f"stopped {ATTEMPTS} times while drawing it. {state.tasks[0]['price']:,} points are back." in failed
    )
    runs.check_announced(state)
