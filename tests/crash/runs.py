"""Many runs of the program on one folder, and what they said together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.invariants import State, check_sound, outputs, picture_path, read
from tests.e2e.program import IMAGE, STATUS, Program


@dataclass
class Runs:
    """The folder, the settings, and what was seen so far."""

    folder: Path
    settings: dict[str, str]
    kills: int = 0
    announced: set[str] = field(default_factory=set)
    """The pictures' paths."""
    seen: set[str] = field(default_factory=set)
    """Every task that a line was printed about."""
    granted: int = 0
    """Grants that were answered."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def program(self, *arguments: str) -> Program:
        return Program(*arguments, folder=self.folder, settings=self.settings, measured=False)

    def look(self, program: Program) -> State:
        """Check all that must hold now that `program` is dead, and that what it said is true."""
        ends = Counter[str]()
        for line in program.lines:
            if status := STATUS.match(line):
                self.seen.add(status["task"])
                ends[status["task"]] += status["status"] in {"Done", "Failed", "Cancelled"}
            elif line.startswith(IMAGE):
                self.announced.add(line.removeprefix(IMAGE))
            self.granted += " has " in line and line.endswith(" now.")
        assert set(ends.values()) <= {0, 1}, f"an end was shown twice: {program.lines}"
        assert program.errors == []
        state = read(self.data)
        check_sound(state)
        assert self.seen <= state.ids, "what was acknowledged is not in the database"
        answered = [row for row in state.ledger if row["kind"] == "grant" and row["note"] != "welcome"]
        assert len(answered) >= self.granted
        return state

    def check_announced(self, state: State) -> None:
        """Every picture was announced in some run, and nothing else was."""
        made = {str(picture_path(self.data / "images", one)) for task in state.tasks for one in outputs(task)}
        assert self.announced == made
