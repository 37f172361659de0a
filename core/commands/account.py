"""/points and /help."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from core.commands.services import Services
from core.commands.spec import Arguments, Command, CommandCall, NoArguments, Positional
from core.commands.tasks import TaskArguments, show
from core.errors import PermissionDeniedError, UnknownCommandError
from core.ids import TaskId
from core.presentation.help import say_command, say_help
from core.presentation.listing import say_account
from core.presentation.messages import FREE, say_greeting
from core.presentation.views import Reply


def _without_slash(value: object) -> object:
    return value.strip().lstrip("/") if isinstance(value, str) else value


class HelpArguments(Arguments):
    """Which command to explain; none for all."""

    command: Annotated[
        str | None,
        Field(max_length=32, description="the command to explain"),
        BeforeValidator(_without_slash),
        Positional(),
    ] = None


class StartArguments(Arguments):
    """What a link to the bot carries, e.g. ``show-k7f3qz``."""

    payload: Annotated[str | None, Field(max_length=64, description="what a link carries"), Positional()] = (
        None
    )


async def show_points(services: Services, call: CommandCall, _: NoArguments) -> Reply:
    """Say the balance, what is held, and the last movements."""
    if services.points is None:
        return Reply(FREE)
    account = await services.points.account(call.caller.account)
    return Reply(say_account(account, await services.points.entries(call.caller.account)))


async def start(services: Services, call: CommandCall, arguments: StartArguments) -> Reply:
    """Greet, or show the task that a link names."""
    name, _, task = (arguments.payload or "").partition("-")
    if name == "show" and task:
        return await show(services, call, TaskArguments(task=TaskId(task)))
    balance = None if services.points is None else await services.points.balance(call.caller.account)
    return Reply(say_greeting(balance))


async def show_help(services: Services, call: CommandCall, arguments: HelpArguments) -> Reply:
    """List the commands that the caller may give, or explain one of them."""
    if not arguments.command:
        return Reply(say_help(services.registry, call.caller))
    command = services.registry.find(arguments.command)
    if command is None:
        raise UnknownCommandError(arguments.command, services.registry.suggest(arguments.command))
    if not call.caller.may(command.permission):
        raise PermissionDeniedError(command.name)
    return Reply(say_command(command))


POINTS = Command("points", "Say how many points you have", NoArguments, show_points)
START = Command("start", "Say what this is and how to begin", StartArguments, start)
HELP = Command("help", "List the commands, or explain one", HelpArguments, show_help)
