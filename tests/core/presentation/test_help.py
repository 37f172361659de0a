from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.access import Caller, Permission
from core.commands.builtin import builtin_registry
from core.commands.services import Services
from core.commands.spec import Arguments, Command, CommandCall, Flag, Positional
from core.presentation.help import command_table, say_command, say_help
from core.presentation.views import Reply
from tests.fakes.builders import ANN

REGISTRY = builtin_registry()


class PaintArguments(Arguments):
    colour: Annotated[str, Field(description="which one"), Positional()]
    coats: Annotated[int | None, Field(ge=1, le=1_000, description="how many"), Flag("coats", ("c",))] = None
    least: Annotated[int, Field(ge=1, description="at least"), Flag("least")] = 1
    plain: Annotated[str, Field(), Flag("plain")] = ""
    unseen: str = ""


async def paint(_: Services, __: CommandCall, ___: PaintArguments) -> Reply:
    return Reply("painted")


PAINT = Command(
    "paint", "Paint | it", PaintArguments, paint, Permission.ADMIN, ("draw",), ("/paint red --coats 2",)
)


def test_a_member_is_told_of_the_members_commands() -> None:
    lines = say_help(REGISTRY, Caller(ANN)).splitlines()
    assert lines[0].split("  ")[0] == "/generate PROMPT [--flags]"
    assert lines[0].endswith("  Make a picture")
    assert {
        line.index(summary)
        for line in lines
        for summary in ("Make a picture", "List your tasks that")
        if summary in line
    }
    assert lines[-1] == "Text without a command is a prompt. /help COMMAND says more."
    assert not [line for line in lines if "/grant" in line]


def test_an_admin_is_told_of_all() -> None:
    lines = say_help(REGISTRY, Caller(ANN, is_admin=True)).splitlines()
    assert len(lines) == len(list(REGISTRY)) + 1


def test_everything_about_one_command() -> None:
    assert say_command(PAINT) == (
        "/paint COLOUR [--flags]  Paint | it\n"
        "also /draw\n"
        "  COLOUR                which one\n"
        "  --coats, --c          how many (1 to 1,000)\n"
        "  --least               at least\n"
        "  --plain               \n"
        "example: /paint red --coats 2"
    )


def test_a_command_without_anything_is_one_line() -> None:
    status = REGISTRY.find("status")
    assert status is not None
    assert say_command(status) == "/status  List your tasks that wait or run"


def test_the_table_has_a_row_for_every_command() -> None:
    rows = command_table(REGISTRY).splitlines()
    assert rows[:3] == [
        "| command | what it does | who |",
        "|---|---|---|",
        "| `/generate PROMPT [--flags]`, `/imagine`, `/make` | Make a picture | everybody |",
    ]
    assert rows[-1] == "| `/stats` | Say how Easel is doing | admins |"
    assert len(rows) == len(list(REGISTRY)) + 2
