"""Delivery: keeps one platform's messages equal to their tasks.

A delivery is due while its message shows an older revision than the task has. That is all the state
there is: fifty changes cost one edit, and after a restart what was due is still due.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.clock import Clock, SystemClock
from core.delivery.gateway import ChatGateway
from core.delivery.models import Delivery
from core.delivery.removing import Remover
from core.delivery.showing import Shower
from core.errors import StorageError
from core.events import EventBus
from core.generation.estimate import Place, WaitEstimator
from core.generation.events import TASK_CREATED, TASK_DELETED, TASK_UPDATED
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.previews import Previews
from core.ids import TaskId
from core.presentation.status import status_view
from core.store import Store, Transaction

logger = logging.getLogger(__name__)

BATCH = 500
"""Deliveries read at one time."""

BATCHES_MOST = 20
"""Batches in one round: what is left is due in the next."""

Due = tuple[Delivery, GenerationTask]


class DeliveryService:
    """Shows due tasks through one gateway until it is told to stop."""

    def __init__(
        self,
        store: Store,
        bus: EventBus,
        gateway: ChatGateway,
        waits: WaitEstimator,
        *,
        clock: Clock | None = None,
        poll_seconds: float = 2.0,
        places_seconds: float = 2.0,
        concurrency: int = 32,
        previews: Previews | None = None,
    ) -> None:
        """Join the parts.

        `poll_seconds` covers what no event told of, `places_seconds` is how often waiting tasks are looked
        at, `concurrency` bounds the showings under way, and `previews` are shown while a task is worked on.
        """
        self._store = store
        self._bus = bus
        self._platform = gateway.platform
        self._waits = waits
        self._clock = clock or SystemClock()
        self._poll = poll_seconds
        self._places_every = places_seconds
        self._places_at = 0.0
        self._looked_at = self._clock.now()
        self._bell = asyncio.Event()
        self._stopping = False
        self._shower = Shower(
            store, gateway, self._clock, concurrency=concurrency, previews=previews or Previews()
        )
        self._remover = Remover(store, gateway, self._clock, done=self._bell.set)
        self._showing: dict[TaskId, asyncio.Task[None]] = {}
        self._shown_since: set[TaskId] = set()
        """Whose showing has ended since the last look at the database: what it said of them may be old."""

    def stop(self) -> None:
        """Show once more what is due; then `run` returns."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Show what is due, again and again, until `stop` or cancelled."""
        unsubscribe = [
            self._bus.subscribe(TASK_CREATED, self._ring),
            self._bus.subscribe(TASK_UPDATED, self._ring),
            self._bus.subscribe(TASK_DELETED, self._on_deleted),
        ]
        try:
            while True:
                is_last = self._stopping
                self._bell.clear()
                pause = await self._round()
                if is_last:
                    await self._settled()  # a message is shown by one at a time, so what is newer waits
                    await self._round()
                    await self._settled()
                    await self._remover.settled()
                    return
                await self._rest(pause)
        finally:
            self._remover.cancel()
            for showing in self._showing.values():
                showing.cancel()
            await asyncio.gather(*self._showing.values(), return_exceptions=True)
            await self._remover.settled()
            for end in unsubscribe:
                end()

    def _ring(self, _: GenerationTask) -> None:
        self._bell.set()

    def _on_deleted(self, task: GenerationTask) -> None:
        self._shower.forget(task.id)
        self._bell.set()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            pass

    async def _round(self) -> float:
        """Begin to show what is due; return for how many seconds nothing can become due by itself."""
        try:
            cooling = await self._begin_due()
            if self._loop_time() - self._places_at >= self._places_every:
                await self._begin_changed_places()
            await self._remover.begin_due()
            next_due = await self._store.read(self._next_due)
        except StorageError as error:
            logger.warning("could not read what is due: %s", error)
            return self._poll
        pauses = [self._poll, *([cooling] if cooling is not None else [])]
        if next_due is not None and next_due > self._looked_at:
            pauses.append((next_due - self._clock.now()).total_seconds())
        # What was due before that look is being shown, and rings when it is done.
        return max(0.005, min(pauses))

    def _next_due(self, tx: Transaction) -> datetime | None:
        times = (tx.deliveries.next_due(self._platform), tx.removals.next_due(self._platform))
        return min((when for when in times if when is not None), default=None)

    async def show_due(self) -> None:
        """Show everything that is due now, the ends of tasks first, and wait until it is shown."""
        await self._begin_due()
        await self._settled()

    async def refresh_places(self) -> None:
        """Show waiting tasks again whose place or wait has changed, and wait until they are shown."""
        await self._begin_changed_places()
        await self._settled()

    async def _begin_due(self) -> float | None:
        """Begin to show what is due.

        Returns the seconds after which the platform takes what it would not take now.
        """
        least: float | None = None
        for _ in range(BATCHES_MOST):
            due = await self._due()
            idle = [(delivery, task) for delivery, task in due if self._is_idle(task)]
            pauses = [self._shower.pause(delivery, task) for delivery, task in idle]
            ready = [pair for pair, pause in zip(idle, pauses, strict=True) if pause <= 0]
            self._begin_all(ready, await self._places_for(ready))
            cooling = [(one, pause) for (one, _), pause in zip(idle, pauses, strict=True) if pause > 0]
            least = min((pause for _, pause in cooling), default=None)
            if len(due) < BATCH:
                break
            # There may be more, which these hide: what has to wait is put aside, and some are waited for.
            await self._shower.postpone_all(cooling)
            if self._showing:
                await asyncio.wait(self._showing.values(), return_when=asyncio.FIRST_COMPLETED)
        return least

    async def _due(self) -> Sequence[Due]:
        now = self._looked_at = self._clock.now()
        self._shown_since.clear()
        return await self._store.read(lambda tx: tx.deliveries.due(self._platform, now, BATCH))

    async def _begin_changed_places(self) -> None:
        self._places_at = self._loop_time()
        now = self._clock.now()
        self._shown_since.clear()
        waiting = await self._store.read(lambda tx: tx.deliveries.waiting(self._platform, BATCH))
        if not waiting:
            return
        places = await self._waits.places()
        changed = [
            (delivery, task)
            for delivery, task in waiting
            if self._is_idle(task)
            and (delivery.not_before is None or delivery.not_before <= now)
            and self._shower.pause(delivery, task) <= 0
            and not self._shower.shows(task.id, status_view(task, places.get(task.id)))
        ]
        self._begin_all(changed, places)

    async def _places_for(self, ready: Sequence[Due]) -> Mapping[TaskId, Place]:
        if any(task.status is GenerationStatus.PENDING for _, task in ready):
            return await self._waits.places()
        return {}

    def _is_idle(self, task: GenerationTask) -> bool:
        return task.id not in self._showing and task.id not in self._shown_since

    def _begin_all(self, pairs: Sequence[Due], places: Mapping[TaskId, Place]) -> None:
        for delivery, task in pairs:
            if not self._is_idle(task):
                continue
            showing = asyncio.create_task(
                self._show(delivery, task, places.get(task.id)), name=f"show {task.id}"
            )
            self._showing[task.id] = showing

    async def _show(self, delivery: Delivery, task: GenerationTask, place: Place | None) -> None:
        try:
            await self._shower.show(delivery, task, place)
        except StorageError as error:  # what was shown is remembered; the next round stores it
            logger.warning("could not store what is shown: %s", error)
        else:
            self._bell.set()  # the task may have changed meanwhile
        finally:
            self._showing.pop(task.id, None)
            self._shown_since.add(task.id)

    async def _settled(self) -> None:
        """Wait until nothing is being shown."""
        while self._showing:
            await asyncio.gather(*self._showing.values(), return_exceptions=True)

    def _loop_time(self) -> float:
        return asyncio.get_running_loop().time()
