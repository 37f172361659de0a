"""How long a waiting task will wait, from how long the last ones took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.generation.models import GenerationTask
from core.ids import TaskId
from core.store import Store, Transaction

PLACES_MAX = 1000
"""How far down the queue places are reckoned; beyond it a task is "far"."""

SAMPLE = 20
"""How many finished tasks the speed is taken from: few, so that it follows a change of engine."""


@dataclass(frozen=True, slots=True)
class Place:
    """A task's place in the queue, from 1, and the seconds until its picture; None while unknown."""

    position: int
    seconds: float | None
    paused: bool = False
    """Nothing is started until an admin lets the queue go on."""
    away: bool = False
    """Nothing is started until an engine can be reached."""


class WaitEstimator:
    """Places and waits, reckoned from the queue as it is."""

    def __init__(
        self, store: Store, *, slots: int | Callable[[], int], is_away: Callable[[], bool] = lambda: False
    ) -> None:
        """`slots` is how many tasks run at one time; `is_away` says that no engine can be reached."""
        self._store = store
        self._slots = slots if callable(slots) else lambda: slots
        self._is_away = is_away

    async def places(self) -> dict[TaskId, Place]:
        """Return the place of every waiting task, up to `PLACES_MAX` of them.

        The wait is the work ahead and the task's own, at the speed of the last finished tasks, shared
        by the slots. It is unknown while nothing has finished yet, the queue is paused, or no engine can
        be reached.
        """
        return await self._store.read(self._reckon)

    def _reckon(self, tx: Transaction) -> dict[TaskId, Place]:
        durations = tx.tasks.recent_durations(SAMPLE)
        worked = sum(duration.work for duration in durations)
        speed = sum(duration.seconds for duration in durations) / worked if worked else None
        paused = tx.tasks.is_paused()
        away = self._is_away()
        slots = max(1, self._slots())
        if paused or away:
            speed = None
        ahead = sum(_remaining(task) for task in tx.tasks.processing())
        places = {}
        for position, entry in enumerate(tx.tasks.queue(PLACES_MAX), start=1):
            seconds = None if speed is None else (ahead / slots + entry.work) * speed
            places[entry.id] = Place(position, seconds, paused, away)
            ahead += entry.work
        return places


def _remaining(task: GenerationTask) -> float:
    done = task.progress.fraction if task.progress else 0.0
    return task.request.settings.work * (1 - done)
