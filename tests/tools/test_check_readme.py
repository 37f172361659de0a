import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_readme
from tools.check_readme import CheckError, Facts, check, commands_of, faults_in, targets_of, variables_of

TABLE = "| command | what |\n|---|---|\n| `/generate` | a picture |"
README = f"# Easel\n\n<!-- commands:begin -->\n{TABLE}\n<!-- commands:end -->\n"
MAKEFILE = ".PHONY: run\nrun: .venv/stamp ## start\n\t@true\nVENV := .venv\ncheck test: run\n"
HELP = "usage: easel [-h] {run,check} ...\n\ncommands:\n  {run,check}\n    run    start\n"
FACTS = Facts(
    targets=frozenset({"run", "test"}),
    commands=frozenset({"run", "check"}),
    variables=frozenset({"EASEL_DATA"}),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (tmp_path / ".env.example").write_text("# EASEL_DATA=data\n", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    return tmp_path


def checked(project: Path, table: str = TABLE) -> list[str]:
    return check(project, lambda _: HELP, lambda: table + "\n")


def test_a_sound_project_has_no_faults(project: Path) -> None:
    text = (
        "Type `make run`, then `easel check`.\n\n```sh\nEASEL_DATA=d make run check ARGS='a b' # tea\n```\n"
    )
    (project / "docs" / "use.md").write_text(text, encoding="utf-8")
    assert checked(project) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("`make tea`", "make tea: the Makefile has no such target"),
        ("```sh\nmake tea\n```", "make tea: the Makefile has no such target"),
        ("`EASEL_DATA=x make run tea`", "make tea: the Makefile has no such target"),
        ("`easel brew`", "easel brew: the program has no such command"),
        ("```\n$ .venv/bin/easel brew --now\n```", "easel brew: the program has no such command"),
        ("`python -m bot brew`", "easel brew: the program has no such command"),
        ("set EASEL_TEA to 1", "EASEL_TEA: .env.example has no such variable"),
        ("`EASEL_DATA_DIR`", "EASEL_DATA_DIR: .env.example has no such variable"),
    ],
)
def test_a_name_that_stands_for_nothing_is_found(text: str, fault: str) -> None:
    assert [wrong for _, wrong in faults_in(text, FACTS)] == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "make sure that easel works",
        "`make`",
        "`make -j2 run`",
        '`make run ARGS="one two"`',
        "`cmake tea`",
        "`easel --help`",
        "`easel.db`",
        "every `EASEL_DISCORD_*` variable",
        "```sh\n# make tea\n```",
    ],
)
def test_what_is_not_a_name_is_left_alone(text: str) -> None:
    assert list(faults_in(text, FACTS)) == []


def test_a_fault_names_its_place(project: Path) -> None:
    (project / "docs" / "use.md").write_text("# Use\n\n`make tea`\n", encoding="utf-8")
    assert checked(project) == ["docs/use.md:3: make tea: the Makefile has no such target"]


def test_another_table_is_found(project: Path) -> None:
    assert checked(project, TABLE + "\n| `/help` | help |") == [
        "README.md: the command table is not the one that the program renders"
    ]


@pytest.mark.parametrize("readme", ["# Easel\n", README + README])
def test_the_table_needs_one_pair_of_marks(project: Path, readme: str) -> None:
    (project / "README.md").write_text(readme, encoding="utf-8")
    with pytest.raises(CheckError, match="one <!-- commands:begin -->"):
        checked(project)


@pytest.mark.parametrize("name", ["README.md", "Makefile", ".env.example"])
def test_a_missing_file_is_said(project: Path, name: str) -> None:
    (project / name).unlink()
    with pytest.raises(CheckError, match=f"{name} is missing"):
        checked(project)


def test_targets_are_read_and_assignments_are_not() -> None:
    assert targets_of(MAKEFILE) == {"run", "check", "test"}


def test_variables_are_read_commented_or_not() -> None:
    assert variables_of("# A comment.\n#EASEL_A=1\nEASEL_B=\n# see EASEL_C\n") == {"EASEL_A", "EASEL_B"}


@pytest.mark.parametrize(
    "text",
    [HELP, "Usage: easel COMMAND\n\nCommands:\n  run    Start.\n  check  Look.\n\nOptions:\n  --help\n"],
)
def test_commands_are_read_from_the_help(text: str) -> None:
    assert commands_of(text) == {"run", "check"}


def test_a_program_that_does_not_start_is_said(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text("raise SystemExit('no tea today')\n", encoding="utf-8")
    with pytest.raises(CheckError, match="no tea today"):
        check_readme.program_help(tmp_path)


def test_the_exit_code_tells(tmp_path: Path) -> None:
    script = Path(check_readme.__file__)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == "documents: README.md is missing\n"
