"""The ids of jobs: the same for a task, attempt and seed, so that a job is found again after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from core.generation.engine import EngineJob
from core.ids import TaskId

_NAMESPACE = UUID("6f0a3f4e-3c0e-5b7e-9a0e-1d2c8e5b4a71")

ATTEMPTS_MOST = 64
"""Earlier attempts further back are not looked for: each is a request, and tasks have few."""


def prompt_id(task: TaskId, attempt: int, seed: int) -> str:
    """Return a UUID in its canonical lower-case form, which is all that newer servers take.

    The seed, which a task keeps over its attempts, tells it from a task of the same id in another Easel
    that uses the server, or in an earlier database.
    """
    return str(uuid5(_NAMESPACE, f"{task}/{attempt}/{seed}"))


def prompt_ids(job: EngineJob) -> Iterator[str]:
    """Yield the ids that the job may have on the server, from this attempt's to the first one's."""
    for attempt in range(job.attempt, max(0, job.attempt - ATTEMPTS_MOST), -1):
        yield prompt_id(job.task, attempt, job.seed)
