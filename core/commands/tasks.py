"""/status, /history, /show, /again and /cancel: a member and their tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from core.commands.reach import task_to_change, task_to_see
from core.commands.services import Services
from core.commands.spec import Arguments, Command, CommandCall, Flag, NoArguments, Positional
from core.errors import InvalidRequestError
from core.generation.catalog import Catalog
from core.generation.models import GenerationStatus, GenerationTask, Parameter
from core.ids import TASK_ID_LENGTH, AccountId, TaskId
from core.presentation.listing import say_cancelled, say_tasks
from core.presentation.status import status_view
from core.presentation.views import Reply, StatusView

LIVE = (GenerationStatus.PENDING, GenerationStatus.PROCESSING)
LISTED = 50
"""The most tasks that one answer lists."""

_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})


def _typed_id(value: object) -> object:
    """Ids have no o, i or l: whoever types one means 0 or 1."""
    if not isinstance(value, str):
        return value
    typed = value.strip().lstrip("#").lower()
    return typed.translate(_MISREAD) if len(typed) == TASK_ID_LENGTH else typed


TypedTaskId = Annotated[TaskId, Field(min_length=1, max_length=32), BeforeValidator(_typed_id)]


class TaskArguments(Arguments):
    """Which task."""

    task: Annotated[TypedTaskId, Field(description="the task's id", examples=["k7f3qz"]), Positional()]


class CancelArguments(Arguments):
    """Which task to cancel; none for the only one."""

    task: Annotated[TypedTaskId | None, Field(description="the task's id, or all"), Positional()] = None


class HistoryArguments(Arguments):
    """How many tasks to list."""

    limit: Annotated[int, Field(ge=1, le=LISTED, description="how many"), Flag("n")] = 10


async def status(services: Services, call: CommandCall, _: NoArguments) -> Reply:
    """List the caller's tasks that wait or run, oldest first, with place and wait."""
    live = await services.generation.get_tasks_for_account(call.caller.account, limit=LISTED, statuses=LIVE)
    return Reply(say_tasks(await _views(services, reversed(live)), nothing="You have no tasks waiting."))


async def history(services: Services, call: CommandCall, arguments: HistoryArguments) -> Reply:
    """List the caller's last tasks, newest first."""
    tasks = await services.generation.get_tasks_for_account(call.caller.account, limit=arguments.limit)
    return Reply(
        say_tasks(await _views(services, tasks), nothing="You have no tasks yet: /generate a red fox")
    )


async def show(services: Services, call: CommandCall, arguments: TaskArguments) -> Reply:
    """Show one task as it is now, with its pictures."""
    task = await task_to_see(services, call, arguments.task)
    if task.request.nsfw and not call.allows_nsfw:
        raise InvalidRequestError.of("nsfw", "not_here")
    return Reply(views=tuple(await _views(services, [task])))


async def again(services: Services, call: CommandCall, arguments: TaskArguments) -> Reply:
    """Queue the same request with another seed."""
    task = await task_to_see(services, call, arguments.task)
    if task.request.nsfw and not call.allows_nsfw:
        raise InvalidRequestError.of("nsfw", "not_here")
    request = task.request.model_copy(
        update={
            "account": call.caller.account,
            "origin": call.origin,
            "settings": task.request.settings.model_copy(update={"seed": None}),
            "parameters": carried_over(services.catalog, task.request.type, task.request.parameters),
        }
    )
    created = await services.generation.create_task(request, shown_in=call.anchor)
    return Reply(tasks=(created.id,))


def carried_over(
    catalog: Catalog, type_name: str, parameters: Mapping[str, Parameter]
) -> dict[str, Parameter]:
    """Return a task's parameters as the type takes them now.

    Another type has other inputs, and a file may have been loaded anew: what it does not take is left out,
    what is missing has its default.
    """
    kind = catalog.find(type_name)
    if kind is None:
        return dict(parameters)
    return {one.name: parameters.get(one.name, one.default) for one in kind.inputs}


async def cancel(services: Services, call: CommandCall, arguments: CancelArguments) -> Reply:
    """Cancel one task, all, or the only one there is; every cancelled task is refunded."""
    generation = services.generation
    if arguments.task == "all":
        return Reply(say_cancelled(await generation.cancel_tasks_for_account(call.caller.account)))
    task_id = arguments.task or await _only_live_task(services, call.caller.account)
    task = await task_to_change(services, call, task_id)
    return Reply(say_cancelled([await generation.cancel_task(task.id)]))


async def _only_live_task(services: Services, account: AccountId) -> TaskId:
    live = await services.generation.get_tasks_for_account(account, limit=2, statuses=LIVE)
    if len(live) == 1:
        return live[0].id
    raise InvalidRequestError.of("task", "which" if live else "nothing_to_cancel")


async def _views(services: Services, tasks: Iterable[GenerationTask]) -> list[StatusView]:
    tasks = list(tasks)
    waiting = any(task.status is GenerationStatus.PENDING for task in tasks)
    places = await services.waits.places() if waiting else {}
    return [status_view(task, places.get(task.id)) for task in tasks]


STATUS = Command("status", "List your tasks that wait or run", NoArguments, status)
HISTORY = Command("history", "List your last tasks", HistoryArguments, history)
SHOW = Command("show", "Show a task and its pictures", TaskArguments, show)
AGAIN = Command("again", "Make it again with another seed", TaskArguments, again)
CANCEL = Command(
    "cancel",
    "Cancel a task and get its points back",
    CancelArguments,
    cancel,
    examples=("/cancel", "/cancel k7f3qz", "/cancel all"),
)
