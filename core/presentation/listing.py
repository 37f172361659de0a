"""Lists: many tasks, or movements of points, in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.generation.catalog import GenerationType
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.service import QueueStatistics
from core.generation.types.reading import TypeProblem
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.presentation.messages import count, points
from core.presentation.views import StatusView

PROMPT_SHOWN = 48
"""Characters of a prompt in a list."""


def say_tasks(views: Sequence[StatusView], *, nothing: str) -> str:
    """Return a line a task."""
    return "\n".join(task_line(view) for view in views) or nothing


def task_line(view: StatusView) -> str:
    percent = "" if view.fraction is None else f" ({view.fraction:.0%})"
    return f"{view.task}  {view.headline}{percent}  {shortened(view.prompt)}"


def shortened(text: str, limit: int = PROMPT_SHOWN) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def say_cancelled(tasks: Sequence[GenerationTask]) -> str:
    if not tasks:
        return "You have no tasks to cancel."
    refunded = sum(task.price for task in tasks)
    back = f" {points(refunded)} {'is' if refunded == 1 else 'are'} back." if refunded else ""
    return f"Cancelled {', '.join(task.id for task in tasks)}.{back}"


def say_details(task: GenerationTask) -> str:
    """Return everything that a task's pictures depend on, a line each."""
    request, settings = task.request, task.request.settings
    metadata = task.response.metadata if task.response else None
    lines = [
        ("task", f"{task.id}, {task.status}"),
        ("prompt", request.prompt),
        ("without", request.negative_prompt),
        ("type", request.type),
        ("size", f"{settings.width} × {settings.height}"),
        ("pictures", str(settings.batch_size)),
        ("steps", str(settings.steps)),
        ("cfg", f"{settings.cfg_scale:g}"),
        ("seed", "" if settings.seed is None else str(settings.seed)),
        ("strength", f"{settings.strength:g}" if request.input_images else ""),
        ("sampler", settings.sampler or ""),
        ("model", (metadata.model if metadata else None) or settings.model or ""),
        ("engine", (metadata.engine if metadata else None) or ""),
        ("price", points(task.price) if task.price else ""),
        ("asked", f"{task.created_at:%Y-%m-%d %H:%M} UTC"),
    ]
    return "\n".join(f"{label}: {text}" for label, text in lines if text)


def say_account(account: Account, entries: Sequence[LedgerEntry]) -> str:
    """Return the balance and the last movements of the balance."""
    held = f", and {points(account.held)} held for tasks that wait" if account.held else ""
    lines = [f"You have {points(account.balance)}{held}."]
    lines += [f"  {_movement(entry)}" for entry in entries if entry.kind is not EntryKind.DEDUCT]
    return "\n".join(lines)


def _movement(entry: LedgerEntry) -> str:
    what = f"for task {entry.task}" if entry.task else entry.note
    return f"{entry.change_of(Pot.BALANCE):+,}  {entry.kind}  {what}".rstrip()


def say_statistics(statistics: QueueStatistics, facts: Mapping[str, str]) -> str:
    counts = [f"{status}: {statistics.counts.get(status, 0):,}" for status in GenerationStatus]
    lines = ["tasks: " + ", ".join(counts), f"queue: {'paused' if statistics.paused else 'running'}"]
    lines += [f"{label}: {text}" for label, text in facts.items()]
    return "\n".join(lines)


def say_types(types: Iterable[GenerationType], problems: Sequence[TypeProblem]) -> str:
    """Return which types are offered, and what is wrong with the files of others."""
    names = ", ".join(kind.name for kind in types)
    offered = f"Offered: {names}." if names else "No types are offered."
    return "\n".join([offered, *map(str, problems)])


def say_queue(views: Sequence[StatusView], accounts: Sequence[str], *, waiting: int, paused: bool) -> str:
    """Return the running and the first waiting tasks, with whose they are."""
    state = "The queue is paused; /resume lets it go on." if paused else "The queue is running."
    lines = [f"{state} {count(waiting, 'task')} {'waits' if waiting == 1 else 'wait'}."]
    lines += [f"{task_line(view)}  ({account})" for view, account in zip(views, accounts, strict=True)]
    return "\n".join(lines)
