"""Whose tasks a caller may touch."""

from __future__ import annotations

from core.commands.services import Services
from core.commands.spec import CommandCall
from core.errors import NotFoundError, NotYoursError
from core.generation.models import GenerationTask
from core.ids import TaskId


async def task_to_see(services: Services, call: CommandCall, task_id: TaskId) -> GenerationTask:
    """Return a task of the caller's own, or the one whose message is in front of them.

    An admin sees all. Raises `NotFoundError`: ids of others are nobody's business.
    """
    task = await services.generation.get_task(task_id)
    if _is_own(call, task) or call.in_sight == task_id:
        return task
    raise NotFoundError("task", task_id)


async def task_to_change(services: Services, call: CommandCall, task_id: TaskId) -> GenerationTask:
    """Return a task of the caller's own; an admin may change all.

    Raises `NotFoundError`, and `NotYoursError` for somebody else's that is in front of them.
    """
    task = await services.generation.get_task(task_id)
    if _is_own(call, task):
        return task
    if call.in_sight == task_id:
        raise NotYoursError(call.name)
    raise NotFoundError("task", task_id)


def _is_own(call: CommandCall, task: GenerationTask) -> bool:
    return call.caller.is_admin or task.request.account == call.caller.account
