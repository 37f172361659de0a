from __future__ import annotations

import logging

import pytest

from core.commands.builtin import builtin_registry
from core.commands.registry import Registry
from core.commands.services import Services
from core.commands.spec import Command, CommandCall, NoArguments
from core.errors import StorageUnavailableError
from core.presentation.views import Reply
from tests.fakes.builders import ANN, a_ref, an_origin
from tests.fakes.commands import answer
from tests.fakes.world import a_world


async def test_a_command_is_found_and_run() -> None:
    registry = Registry([one := Command("one", "One", NoArguments, answer, aliases=("uno",))], default=one)
    world = a_world()
    services = world.services(registry=registry)
    assert await world.give("one", services=services) == Reply("one was here")
    assert await world.give("UNO", services=services) == Reply("UNO was here")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("genrate", "There is no command /genrate; did you mean /generate?"),
        ("x" * 80, f"There is no command /{'x' * 32}; /help lists them all."),
        ("", "There is no command /; /help lists them all."),
    ],
)
async def test_an_unknown_command_is_refused_with_a_hint(name: str, sentence: str) -> None:
    assert await a_world().give(name) == Reply(sentence, ok=False)


@pytest.mark.parametrize("command", [one.name for one in builtin_registry() if one.permission == "admin"])
async def test_an_admins_command_is_refused_before_its_arguments_are_read(command: str) -> None:
    reply = await a_world().give(command, nonsense=1)
    assert reply == Reply(f"/{command} is for admins.", ok=False)


async def test_bad_arguments_are_refused_with_every_reason() -> None:
    reply = await a_world().give("generate", prompt="", width="1")
    assert reply == Reply(
        "The prompt is empty: say what to draw.\nWidth must be from 64 to 2,048, not 1.", ok=False
    )


async def test_a_refusal_is_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await a_world(starting_grant=0).give("generate", prompt="a fox")
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.INFO, "/generate refused: insufficient_points")


async def test_an_unexpected_failure_is_an_incident(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: Services, __: CommandCall, ___: NoArguments) -> Reply:
        raise ZeroDivisionError("oh")

    registry = Registry([bad := Command("bad", "Bad", NoArguments, fail)], default=bad)
    world = a_world()
    reply = await world.give("bad", services=world.services(registry=registry))
    assert reply == Reply(
        "Something went wrong inside Easel; an admin finds it in the log under incident1.", ok=False
    )
    assert "incident incident1" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_an_admin_is_told_what_is_wrong_with_the_store_and_a_member_where_an_admin_finds_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = a_world()
    world.store.write_failures = [StorageUnavailableError(reason="locked", path="easel.db") for _ in "12"]
    assert await world.give("generate", admin=True, prompt="a fox") == Reply(
        "easel.db is locked by another program; try again when that is done.", ok=False
    )
    reply = await world.give("generate", prompt="a fox")
    assert "easel.db" not in reply.text
    assert reply.text.endswith("An admin finds why in the log under incident2.")
    assert "easel.db" in caplog.text
    assert "incident2" in caplog.text


@pytest.mark.parametrize("command", [one.name for one in builtin_registry()])
@pytest.mark.parametrize("admin", [True, False])
@pytest.mark.parametrize("origin", [an_origin(), None])
async def test_every_command_answers_whoever_gives_it_without_arguments(
    command: str, admin: bool, origin: object, caplog: pytest.LogCaptureFixture
) -> None:
    reply = await a_world().give(command, admin=admin, origin=origin, anchor=a_ref(), by=ANN)
    assert reply.text
    assert not [record for record in caplog.records if record.exc_info]
