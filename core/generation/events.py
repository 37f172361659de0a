"""The events of generation tasks, published after the commit. The payload is the task as committed."""

from __future__ import annotations

from core.events import Event
from core.generation.models import GenerationTask

TASK_CREATED: Event[GenerationTask] = Event("generation:task-created")
TASK_UPDATED: Event[GenerationTask] = Event("generation:task-updated")
TASK_DELETED: Event[GenerationTask] = Event("generation:task-deleted")
