"""Every benchmark still runs. What it measures is nobody's business here."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import PROGRAMS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_and_reports(name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--quick", "--json", str(report)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (program,) = json.loads(report.read_text())["reports"]
    assert program["program"] == name
    assert program["figures"]
    for figure in program["figures"]:
        assert figure["name"] in done.stdout
        for part in ("measured", "compared", "ratio"):
            assert math.isfinite(figure[part]["typical"])
            assert figure[part]["typical"] > 0


def test_an_unknown_program_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no such program: nothing" in done.stderr
