"""How a task is told: a pure function from the row to the view."""

from __future__ import annotations

from core.generation.estimate import Place
from core.generation.models import GenerationStatus, GenerationTask, Progress
from core.ids import TaskId
from core.presentation.messages import about_seconds, count, ordinal, points, say_code, seconds_taken
from core.presentation.views import Action, StatusView


def status_view(task: GenerationTask, place: Place | None = None) -> StatusView:
    """Return what the task's message shows; `place` for a task that waits."""
    return StatusView(
        task=task.id,
        status=task.status,
        prompt=task.request.prompt,
        headline=_headline(task, place),
        details=_details(task),
        fraction=task.progress.fraction if task.progress and task.progress.steps else None,
        images=task.response.outputs if task.response else (),
        actions=_actions(task),
        sensitive=_sensitive(task),
    )


def _headline(task: GenerationTask, place: Place | None) -> str:
    match task.status:
        case GenerationStatus.PENDING:
            return _queued(task, place)
        case GenerationStatus.PROCESSING:
            return _drawing(task.progress)
        case GenerationStatus.COMPLETED:
            taken = task.response.processing_time if task.response else None
            return "Done" if taken is None else f"Done in {seconds_taken(taken)}"
        case GenerationStatus.FAILED:
            return f"Failed: {_reason(task)}{_refunded(task)}"
        case GenerationStatus.CANCELLED:
            return f"Cancelled.{_refunded(task)}"


def _drawing(progress: Progress | None) -> str:
    if progress is None:
        return "Drawing"
    wait = "" if progress.seconds is None else f", {about_seconds(progress.seconds)}"
    if progress.position is not None:
        where = "next" if progress.position <= 1 else ordinal(progress.position)
        return f"Waiting at the engine, {where}{wait}"
    if progress.steps <= 0:
        return f"Drawing{wait}"
    return f"Drawing, step {progress.step} of {progress.steps}"


def _queued(task: GenerationTask, place: Place | None) -> str:
    again = " again" if task.attempts else ""
    if place is None:
        return f"Queued{again}"
    where = "next" if place.position == 1 else ordinal(place.position)
    wait = "" if place.seconds is None else f", {about_seconds(place.seconds)}"
    held_up = "; no engine can be reached now" if place.away else ""
    if place.paused:
        held_up = "; the queue is paused"
    return f"Queued{again}, {where}{wait}{held_up}"


def _reason(task: GenerationTask) -> str:
    if task.response is None or task.response.error_code is None:
        return "no reason is known."
    return say_code(task.response.error_code, task.response.error_facts)


def _refunded(task: GenerationTask) -> str:
    if not task.price:
        return ""
    return f" {points(task.price)} {'is' if task.price == 1 else 'are'} back."


def _details(task: GenerationTask) -> str:
    settings = task.request.settings
    seed = settings.seed
    parts = []
    if task.response and task.response.success:
        metadata = task.response.metadata
        seed = metadata.seed if metadata.seed is not None else seed
        parts.append(metadata.model or metadata.engine or "")
        if metadata.stand_in:
            parts.append("a stand-in, not a model")
    parts += [f"{settings.width}×{settings.height}", count(settings.steps, "step")]
    if settings.batch_size > 1:
        parts.append(count(settings.batch_size, "picture"))
    if seed is not None:
        parts.append(f"seed {seed}")
    if task.price and task.status not in {GenerationStatus.FAILED, GenerationStatus.CANCELLED}:
        parts.append(points(task.price))
    return " · ".join(part for part in parts if part)


PICTURES_ACTED_ON = 4
"""Pictures of a task that have things to press of their own: more rows would bury the pictures."""


def _actions(task: GenerationTask) -> tuple[tuple[Action, ...], ...]:
    if not task.status.final:
        return ((Action("cancel", task.id, "Cancel"),),)
    outputs = task.response.outputs if task.response else ()
    return (
        *_picture_actions(task.id, len(outputs)),
        (
            Action("again", task.id, "Again"),
            Action("edit", task.id, "Edit"),
            Action("details", task.id, "Details"),
            Action("delete", task.id, "Delete"),
        ),
    )


def _picture_actions(task: TaskId, pictures: int) -> list[tuple[Action, ...]]:
    """Return one row for one picture, and one for each thing to do where there are several."""
    if pictures == 1:
        return [tuple(Action(command, task, label, 1) for command, label in _ON_PICTURES)]
    numbers = range(1, min(pictures, PICTURES_ACTED_ON) + 1)
    return [
        tuple(Action(command, task, f"{label} {number}", number) for number in numbers)
        for command, label in _ON_PICTURES
        if pictures
    ]


_ON_PICTURES = (("vary", "Vary"), ("upscale", "Upscale"), ("use", "Use"))


def _sensitive(task: GenerationTask) -> bool:
    flagged = task.response is not None and task.response.metadata.sensitive
    return task.request.nsfw or flagged
