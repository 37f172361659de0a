"""Kills while the program starts on a fresh database, and in the midst of accepting."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.chance import seeded
from tests.crash.invariants import prompt
from tests.crash.runs import Runs
from tests.e2e.program import Program, easel

pytestmark = [pytest.mark.crash, pytest.mark.slow]

LOOK = 0.0005
"""Seconds between two looks for the database's file."""


@pytest.mark.timeout(200)
def test_a_fresh_database_is_there_or_not(tmp_path: Path) -> None:
    with seeded() as chance:
        for number in range(12):
            folder = tmp_path / str(number)
            folder.mkdir()
            runs = Runs(folder, {})
            with Program("migrate", folder=folder, measured=False) as program:
                while not (folder / "data" / "easel.db").exists() and not program.ends_within(LOOK):
                    pass
                program.ends_within(chance.uniform(0.0, 0.02))
                runs.kills += program.kill()
                state = runs.look(program)
            assert (state.tasks, state.ledger) == ([], [])
            done = easel("migrate", folder=folder)
            assert (done.code, done.err) == (0, "")
            again = easel("migrate", folder=folder)
            assert again.out == "data/easel.db: up to date\n"


@pytest.mark.timeout(200)
def test_what_was_acknowledged_was_stored(tmp_path: Path) -> None:
    """A burst of commands is taken in order, one after the other, up to some point."""
    asked = [f"hen {number}" for number in range(40)]
    settings = {"limits__per_account": "1000", "points__starting_grant": "1000000", "log__level": "ERROR"}
    with seeded() as chance:
        for number in range(6):
            folder = tmp_path / str(number)
            folder.mkdir()
            runs = Runs(folder, settings)
            with runs.program("console") as program:
                program.send("".join(f"/generate {one} --w 2048 --h 2048 --steps 150\n" for one in asked))
                program.said(chance.randint(1, 30))
                program.ends_within(chance.uniform(0.0, 0.02))
                assert program.kill()
                state = runs.look(program)
            taken = [prompt(task) for task in state.tasks]
            assert taken == asked[: len(taken)]
            assert len(taken) >= len(runs.seen) > 0
