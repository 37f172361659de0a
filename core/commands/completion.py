"""Completion: the values that fit what somebody is typing into a field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from core.commands.services import Services
from core.commands.spec import CommandCall
from core.generation.models import GenerationStatus
from core.presentation.listing import shortened
from core.presentation.status import status_view
from core.presentation.views import Choice, StatusView

CHOICES_MOST = 25
"""As many as the strictest platform shows."""

LOOKED_THROUGH = 100
"""The caller's last tasks, among which a text is looked for."""


async def complete(services: Services, call: CommandCall, field: str, text: str) -> Sequence[Choice]:
    """Return up to 25 values for the field of the call's command that fit `text`; none for others."""
    finder = _FINDERS.get(field)
    if finder is None:
        return ()
    wanted = text.strip().casefold()
    choices = await finder(services, call)
    return [one for one in choices if wanted in one.label.casefold()][:CHOICES_MOST]


async def gallery(services: Services, call: CommandCall, text: str, limit: int) -> Sequence[StatusView]:
    """Return the caller's last finished tasks whose prompt has `text` in it, newest first."""
    wanted = text.strip().casefold()
    tasks = await services.generation.get_tasks_for_account(
        call.caller.account, limit=LOOKED_THROUGH, statuses=(GenerationStatus.COMPLETED,)
    )
    fitting = [task for task in tasks if wanted in task.request.prompt.casefold()]
    return [status_view(task) for task in fitting[:limit]]


async def _tasks(services: Services, call: CommandCall) -> list[Choice]:
    live = (GenerationStatus.PENDING, GenerationStatus.PROCESSING)
    statuses = live if call.name == "cancel" else None
    tasks = await services.generation.get_tasks_for_account(
        call.caller.account, limit=LOOKED_THROUGH, statuses=statuses
    )
    return [Choice(task.id, f"{task.id} · {shortened(task.request.prompt, 80)}") for task in tasks]


async def _models(services: Services, _: CommandCall) -> list[Choice]:
    return [Choice(name, name) for name in services.engine.capabilities().models]


async def _samplers(services: Services, _: CommandCall) -> list[Choice]:
    return [Choice(name, name) for name in services.engine.capabilities().samplers]


async def _loras(services: Services, _: CommandCall) -> list[Choice]:
    return [Choice(name, name) for name in services.engine.capabilities().loras]


async def _types(services: Services, _: CommandCall) -> list[Choice]:
    return [
        Choice(kind.name, f"{kind.name}: {kind.summary}")
        for kind in services.catalog
        if services.engine.offers(kind)
    ]


async def _commands(services: Services, call: CommandCall) -> list[Choice]:
    return [
        Choice(command.name, f"{command.name}: {command.summary}")
        for command in services.registry
        if call.caller.may(command.permission)
    ]


_FINDERS: dict[str, Callable[[Services, CommandCall], Awaitable[list[Choice]]]] = {
    "task": _tasks,
    "model": _models,
    "sampler": _samplers,
    "lora": _loras,
    "type": _types,
    "command": _commands,
}
COMPLETED_FIELDS = frozenset(_FINDERS)
"""The fields for which there is something to choose from."""
