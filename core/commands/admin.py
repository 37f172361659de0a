"""The admins' commands: points for others, the queue, the figures."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import Field

from core.access import Permission
from core.commands.own import offer
from core.commands.services import Services
from core.commands.spec import AccountInput, Arguments, Command, CommandCall, NoArguments, Positional
from core.errors import InsufficientPointsError, InvalidRequestError
from core.generation.models import GenerationStatus
from core.ids import AccountId
from core.points.service import POINTS_MAX
from core.presentation.listing import say_queue, say_statistics, say_types
from core.presentation.messages import FREE, points
from core.presentation.status import status_view
from core.presentation.views import Reply

QUEUE_SHOWN = 20
"""Waiting tasks that /queue lists."""


class TransferArguments(Arguments):
    """Whose points, and how many."""

    account: Annotated[
        AccountId,
        Field(min_length=1, max_length=100, description="whose points", examples=["me"]),
        AccountInput(),
        Positional(),
    ]
    points: Annotated[int, Field(ge=1, le=POINTS_MAX, description="how many", examples=[100]), Positional()]


async def grant(services: Services, call: CommandCall, arguments: TransferArguments) -> Reply:
    """Give somebody points."""
    if services.points is None:
        return _FREE
    account = await services.points.grant(
        arguments.account, arguments.points, key=_key(call), note=f"by {call.caller.account}"
    )
    return Reply(f"{account.id} has {points(account.balance)} now.")


async def revoke(services: Services, call: CommandCall, arguments: TransferArguments) -> Reply:
    """Take points from somebody; never more than they have."""
    if services.points is None:
        return _FREE
    try:
        account = await services.points.revoke(
            arguments.account, arguments.points, key=_key(call), note=f"by {call.caller.account}"
        )
    except InsufficientPointsError as error:
        raise InvalidRequestError.of("points", "more_than_balance", balance=error.balance) from None
    return Reply(f"{account.id} has {points(account.balance)} now.")


async def queue(services: Services, _: CommandCall, __: NoArguments) -> Reply:
    """List what runs and what waits first, whoever asked for it."""
    statistics = await services.generation.statistics()
    tasks = await services.generation.get_queue(limit=QUEUE_SHOWN)
    places = await services.waits.places()
    return Reply(
        say_queue(
            [status_view(task, places.get(task.id)) for task in tasks],
            [task.request.account for task in tasks],
            waiting=statistics.counts.get(GenerationStatus.PENDING, 0),
            paused=statistics.paused,
        )
    )


async def pause(services: Services, _: CommandCall, __: NoArguments) -> Reply:
    """Start no more tasks until /resume; what runs goes on, and members may still queue."""
    await services.generation.pause()
    return Reply("The queue is paused: what runs goes on, nothing new is started until /resume.")


async def resume(services: Services, _: CommandCall, __: NoArguments) -> Reply:
    """Start tasks again."""
    await services.generation.resume()
    return Reply("The queue is running.")


async def stats(services: Services, _: CommandCall, __: NoArguments) -> Reply:
    """Say how many tasks there are, and how Easel is doing."""
    return Reply(say_statistics(await services.generation.statistics(), services.facts()))


async def reload(services: Services, _: CommandCall, __: NoArguments) -> Reply:
    """Read the types' files anew, and offer what is in them from now on."""
    if services.find_types is None:
        return Reply(say_types(services.catalog, ()))
    problems = offer(await services.find_types(), services.catalog, services.registry)
    return Reply(say_types(services.catalog, problems), ok=not problems)


def _key(call: CommandCall) -> str:
    """The same message moves points once, however often a platform delivers it."""
    return call.origin.key if call.origin else uuid.uuid4().hex


_FREE = Reply(FREE, ok=False)

_ADMIN = Permission.ADMIN
GRANT = Command(
    "grant", "Give somebody points", TransferArguments, grant, _ADMIN, examples=("/grant me 100",)
)
REVOKE = Command("revoke", "Take points from somebody", TransferArguments, revoke, _ADMIN)
QUEUE = Command("queue", "List what runs and waits", NoArguments, queue, _ADMIN)
PAUSE = Command("pause", "Start no more tasks", NoArguments, pause, _ADMIN)
RESUME = Command("resume", "Start tasks again", NoArguments, resume, _ADMIN)
RELOAD = Command("reload", "Read the generation types anew", NoArguments, reload, _ADMIN)
STATS = Command("stats", "Say how Easel is doing", NoArguments, stats, _ADMIN)
