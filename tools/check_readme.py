"""Check that what the project's documents tell a person to type is there.

Usage: python tools/check_readme.py

In README.md, CONTRIBUTING.md and docs/**/*.md, every ``make TARGET`` in code must be a target of the
Makefile, every ``easel COMMAND`` in code a command that ``easel --help`` lists, and every ``EASEL_...``
variable a line of .env.example. The table between ``<!-- commands:begin -->`` and ``<!-- commands:end -->``
must be the one that the program renders from its own commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^\s*(?P<marks>`{3,}|~{3,})")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
SHELL_COMMENT = re.compile(r"(?:^|\s)#.*$")
MAKE = re.compile(r"(?<![\w./-])make(?P<words>(?:[ \t]+[^\s|;&>]+)+)")
EASEL = re.compile(r"(?<![\w./-])(?:[\w./-]*/)?(?:easel|python3? -m bot)[ \t]+(?P<command>[a-z][a-z-]*)\b")
VARIABLE = re.compile(r"\bEASEL_[A-Z0-9]+(?:_+[A-Z0-9]+)*")
TARGET = re.compile(r"^(?P<names>[a-z][\w-]*(?:[ \t]+[a-z][\w-]*)*)[ \t]*:(?![=:])", re.MULTILINE)
EXAMPLE_LINE = re.compile(r"^[ \t]*#?[ \t]*(?P<name>EASEL_\w+)[ \t]*=", re.MULTILINE)
CHOICES = re.compile(r"\{(?P<names>[a-z][a-z-]*(?:,[a-z][a-z-]*)*)\}")
LISTED = re.compile(r"^\s{2,6}(?P<name>[a-z][a-z-]*)(?:\s{2,}|\s*$)", re.MULTILINE)

TABLE_BEGIN = "<!-- commands:begin -->"
TABLE_END = "<!-- commands:end -->"
HELP_SECONDS = 30
TRANSCRIPTS = {"a-day.md"}  # written by a test, and full of what people type to the bot
FAMILY = ("_", "*", "…")  # after a prefix: EASEL_DISCORD_* speaks of many variables


@dataclass(frozen=True)
class Facts:
    """What there is: the names that a document may use."""

    targets: frozenset[str]
    commands: frozenset[str]
    variables: frozenset[str]


class CheckError(Exception):
    """The project cannot be asked: a file is missing or the program does not start."""


def documents(root: Path) -> list[Path]:
    """List the documents below ``root`` that are checked."""
    top = [root / name for name in ("README.md", "CONTRIBUTING.md") if (root / name).is_file()]
    return top + sorted(file for file in (root / "docs").rglob("*.md") if file.name not in TRANSCRIPTS)


def code(text: str) -> Iterator[tuple[int, str]]:
    """Go through the pieces of a document that are code, each with its line number."""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        match = FENCE.match(line)
        if fence:
            if match and match["marks"].startswith(fence):
                fence = ""
            else:
                yield number, SHELL_COMMENT.sub("", line)
        elif match:
            fence = match["marks"]
        else:
            for span in CODE_SPAN.finditer(line):
                yield number, span[2]


def make_targets(words: str) -> list[str]:
    """Take the targets out of the words that follow ``make``: no options and no ``NAME=value``."""
    plain: list[str] = []
    quoted = ""
    for word in words.split():
        if quoted:
            quoted = "" if word.endswith(quoted) else quoted
        elif "=" in word:
            value = word.partition("=")[2]
            mark = value[:1]
            quoted = mark if mark in {'"', "'"} and not (len(value) > 1 and value.endswith(mark)) else ""
        elif not word.startswith("-"):
            plain.append(word)
    return plain


def faults_in(text: str, facts: Facts) -> Iterator[tuple[int, str]]:
    """Find the names in a document that stand for nothing."""
    for number, piece in code(text):
        for match in MAKE.finditer(piece):
            for target in make_targets(match["words"]):
                if target not in facts.targets:
                    yield number, f"make {target}: the Makefile has no such target"
        for match in EASEL.finditer(piece):
            if match["command"] not in facts.commands:
                yield number, f"easel {match['command']}: the program has no such command"
    for number, line in enumerate(text.splitlines(), start=1):
        for match in VARIABLE.finditer(line):
            if match.group() not in facts.variables and line[match.end() : match.end() + 1] not in FAMILY:
                yield number, f"{match.group()}: .env.example has no such variable"


def targets_of(makefile: str) -> frozenset[str]:
    """Read the targets out of a Makefile."""
    return frozenset(name for match in TARGET.finditer(makefile) for name in match["names"].split())


def variables_of(example: str) -> frozenset[str]:
    """Read the variables out of an example file; one that is commented out is there all the same."""
    return frozenset(match["name"] for match in EXAMPLE_LINE.finditer(example))


def commands_of(help_text: str) -> frozenset[str]:
    """Read the commands out of what ``easel --help`` prints."""
    chosen = {name for match in CHOICES.finditer(help_text) for name in match["names"].split(",")}
    return frozenset(chosen or {match["name"] for match in LISTED.finditer(help_text)})


def table_in(readme: str) -> str:
    """Take the command table out of the README.

    Raises:
        CheckError: the marks around it are missing or there is more than one pair.
    """
    if readme.count(TABLE_BEGIN) != 1 or readme.count(TABLE_END) != 1:
        message = f"README.md must have one {TABLE_BEGIN} and one {TABLE_END}"
        raise CheckError(message)
    return readme.partition(TABLE_BEGIN)[2].partition(TABLE_END)[0].strip()


def program_help(root: Path) -> str:
    """Ask the program for its commands.

    Raises:
        CheckError: it does not answer.
    """
    command = [sys.executable, "-m", "bot", "--help"]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=HELP_SECONDS,
        check=False,
    )
    if done.returncode:
        message = f"python -m bot --help failed:\n{done.stderr}"
        raise CheckError(message)
    return done.stdout


def rendered_table() -> str:
    """Render the command table as the program has it now."""
    from bot.reference import command_table

    return command_table()


def check(root: Path, help_text: Callable[[Path], str], table: Callable[[], str]) -> list[str]:
    """Check every document below ``root``; each fault names its file and line.

    Raises:
        CheckError: the project cannot be asked.
    """
    for name in ("README.md", "Makefile", ".env.example"):
        if not (root / name).is_file():
            message = f"{name} is missing"
            raise CheckError(message)
    facts = Facts(
        targets=targets_of((root / "Makefile").read_text(encoding="utf-8")),
        commands=commands_of(help_text(root)),
        variables=variables_of((root / ".env.example").read_text(encoding="utf-8")),
    )
    faults = [
        f"{document.relative_to(root)}:{number}: {wrong}"
        for document in documents(root)
        for number, wrong in faults_in(document.read_text(encoding="utf-8"), facts)
    ]
    if table_in((root / "README.md").read_text(encoding="utf-8")) != table().strip():
        faults.append("README.md: the command table is not the one that the program renders")
    return faults


def main() -> int:
    """Check the project in the working directory and print what is wrong."""
    root = Path.cwd()
    sys.path.insert(0, str(root))
    try:
        faults = check(root, program_help, rendered_table)
    except CheckError as error:
        print(f"documents: {error}")
        return 1
    for line in faults:
        print(line)
    print(f"documents: {len(documents(root))} read, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
