"""Handlers for commands of the tests' own."""

from __future__ import annotations

from core.commands.services import Services
from core.commands.spec import CommandCall, NoArguments
from core.presentation.views import Reply


async def answer(_: Services, call: CommandCall, __: NoArguments) -> Reply:
    return Reply(f"{call.name} was here")
