"""Which task the current code works for, so that every log line about it can carry its id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.ids import TaskId

current_task: ContextVar[TaskId | None] = ContextVar("current_task", default=None)


@contextmanager
def about(task: TaskId) -> Iterator[None]:
    """Mark everything inside, and every asyncio task started inside, as work on `task`."""
    token = current_task.set(task)
    try:
        yield
    finally:
        current_task.reset(token)
