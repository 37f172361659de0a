"""/vary, /upscale, /use, /edit, /details and /delete: what to do with a finished task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from core.commands.reach import task_to_change, task_to_see
from core.commands.services import Services
from core.commands.spec import Arguments, Command, CommandCall, Flag, Positional
from core.commands.tasks import TypedTaskId, carried_over
from core.commands.validation import validated
from core.errors import InvalidRequestError
from core.generation.models import (
    SIDE_MOST,
    GenerationRequest,
    GenerationSettings,
    GenerationTask,
    NegativePrompt,
    Prompt,
    Strength,
)
from core.ids import ImageId
from core.presentation import forms
from core.presentation.listing import say_details
from core.presentation.messages import say_deleted
from core.presentation.views import Reply

UPSCALED_BY = 2
"""How many times as wide and as high."""

USE_STRENGTH = GenerationSettings.model_fields["strength"].default
"""How much of a picture is redrawn where nobody says how much: as much as of a picture that is sent."""

_Task = Annotated[TypedTaskId, Field(description="the task's id", examples=["k7f3qz"]), Positional()]
_PictureNumber = Annotated[
    int | None, Field(ge=1, le=8, description="which of its pictures; the first one if left out")
]


class DetailsArguments(Arguments):
    """Which task."""

    task: _Task


class PictureArguments(Arguments):
    """Which picture of which task."""

    task: _Task
    picture: Annotated[_PictureNumber, Positional()] = None


class VaryArguments(PictureArguments):
    """How far from the picture."""

    strength: Annotated[
        Strength | None, Field(description="how much of the picture to redraw"), Flag("strength")
    ] = None


class UseArguments(Arguments):
    """Which picture to start from, and what to make of it."""

    task: _Task
    prompt: Annotated[
        Prompt | None,
        Field(description="what to make of the picture", examples=["a blue fox"]),
        Positional(rest=True),
    ] = None
    picture: Annotated[_PictureNumber, Flag("picture")] = None
    strength: Annotated[
        Strength | None, Field(description="how much of the picture to redraw"), Flag("strength")
    ] = None


class EditArguments(Arguments):
    """Which task to make again, and with which words."""

    task: _Task
    prompt: Annotated[
        Prompt | None,
        Field(description="the new prompt", examples=["a blue fox in the snow"]),
        Positional(rest=True),
    ] = None
    negative_prompt: Annotated[
        NegativePrompt | None,
        Field(description="what to leave out; as before if left out"),
        Flag("no", ("negative",)),
    ] = None


async def vary(services: Services, call: CommandCall, arguments: VaryArguments) -> Reply:
    """Queue another take on one of the task's pictures."""
    task = await task_to_see(services, call, arguments.task)
    strength = USE_STRENGTH if arguments.strength is None else arguments.strength
    return await _create(
        services,
        call,
        task,
        type="variation",
        input_images=(_picture(task, arguments.picture),),
        settings=_settings(task, strength=strength),
    )


async def upscale(services: Services, call: CommandCall, arguments: PictureArguments) -> Reply:
    """Queue one of the task's pictures twice as large."""
    task = await task_to_see(services, call, arguments.task)
    picture = _picture(task, arguments.picture)
    width, height = (
        side * UPSCALED_BY for side in (task.request.settings.width, task.request.settings.height)
    )
    if max(width, height) > SIDE_MOST:
        raise InvalidRequestError.of("picture", "too_large_to_upscale", limit=SIDE_MOST // UPSCALED_BY)
    return await _create(
        services,
        call,
        task,
        type="upscale",
        input_images=(picture,),
        # What drew it says nothing to what enlarges it, and it may be of another server.
        settings=_settings(task, width=width, height=height, batch_size=1, model=None, sampler=None),
    )


async def use(services: Services, call: CommandCall, arguments: UseArguments) -> Reply:
    """Queue a request that starts from one of the task's pictures; ask for a prompt where none is given."""
    task = await task_to_see(services, call, arguments.task)
    picture = _picture(task, arguments.picture)
    if arguments.prompt is None:
        return forms.ask_use(task.id, arguments.picture or 1, task.request.prompt)
    strength = USE_STRENGTH if arguments.strength is None else arguments.strength
    return await _create(
        services,
        call,
        task,
        type="img2img",
        prompt=arguments.prompt,
        input_images=(picture,),
        settings=_settings(task, strength=strength),
    )


async def edit(services: Services, call: CommandCall, arguments: EditArguments) -> Reply:
    """Queue the task's request with other words and the same seed; ask for them where none are given."""
    task = await task_to_see(services, call, arguments.task)
    if arguments.prompt is None and arguments.negative_prompt is None:
        return forms.ask_edit(task.id, task.request.prompt, task.request.negative_prompt)
    changes = {"prompt": arguments.prompt, "negative_prompt": arguments.negative_prompt}
    return await _create(
        services, call, task, **{name: text for name, text in changes.items() if text is not None}
    )


async def details(services: Services, call: CommandCall, arguments: DetailsArguments) -> Reply:
    """Say everything about a task: the whole prompts and every setting."""
    return Reply(say_details(await task_to_see(services, call, arguments.task)))


async def delete(services: Services, call: CommandCall, arguments: DetailsArguments) -> Reply:
    """Forget a task, its pictures and its message; one that waits or runs is cancelled first."""
    task = await task_to_change(services, call, arguments.task)
    await services.generation.delete_task(task.id)
    return Reply(say_deleted(task))


async def _create(services: Services, call: CommandCall, task: GenerationTask, **changes: Any) -> Reply:
    """Queue the task's request with `changes`, for whoever calls."""
    if task.request.nsfw and not call.allows_nsfw:
        raise InvalidRequestError.of("nsfw", "not_here")
    changes["parameters"] = carried_over(
        services.catalog, changes.get("type", task.request.type), task.request.parameters
    )
    request = validated(
        GenerationRequest,
        {**dict(task.request), "account": call.caller.account, "origin": call.origin, **changes},
    )
    created = await services.generation.create_task(request, shown_in=call.anchor)
    return Reply(tasks=(created.id,))


def _settings(task: GenerationTask, **changes: Any) -> Mapping[str, Any]:
    return {**GenerationSettings.model_dump(task.request.settings), "seed": None, **changes}


def _picture(task: GenerationTask, number: int | None) -> ImageId:
    """Return the picture that is meant. Raises `InvalidRequestError` where there is none of that number."""
    outputs = task.response.outputs if task.response else ()
    if not outputs:
        raise InvalidRequestError.of("task", "no_pictures", task=task.id)
    wanted = number or 1
    if wanted > len(outputs):
        raise InvalidRequestError.of("picture", "out_of_range", given=wanted, ge=1, le=len(outputs))
    return outputs[wanted - 1]


VARY = Command("vary", "Make another take on a picture", VaryArguments, vary, examples=("/vary k7f3qz 2",))
UPSCALE = Command("upscale", "Make a picture twice as large", PictureArguments, upscale)
USE = Command(
    "use",
    "Make something else of a picture",
    UseArguments,
    use,
    examples=("/use k7f3qz a blue fox --strength 0.4",),
)
EDIT = Command(
    "edit", "Make it again with other words", EditArguments, edit, examples=("/edit k7f3qz a blue fox",)
)
DETAILS = Command("details", "Say everything about a task", DetailsArguments, details)
DELETE = Command("delete", "Forget a task and its pictures", DetailsArguments, delete)
