"""Delivery: keeps one platform's messages equal to their tasks.

A delivery is due while its message shows an older revision than the task has. That is all the state
there is: fifty changes cost one edit, and after a restart what was due is still due.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.clock import Clock, SystemClock
from core.delivery.gateway import ChatGateway
from core.delivery.models import Delivery, MessageRef
from core.errors import (
    ChatGoneError,
    ChatUnavailableError,
    PayloadTooLargeError,
    RateLimitedError,
    StorageError,
)
from core.events import EventBus
from core.generation.estimate import Place, WaitEstimator
from core.generation.events import TASK_CREATED, TASK_DELETED, TASK_UPDATED
from core.generation.models import GenerationStatus, GenerationTask
from core.ids import TaskId
from core.presentation.status import status_view
from core.presentation.views import StatusView
from core.store import Store, Transaction
from core.tracing import about

logger = logging.getLogger(__name__)

BATCH = 100
"""Deliveries read at one time."""

FAILURES_MOST = 20
"""Faults in a row, with pauses of up to five minutes, before a message is given up."""


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
        concurrency: int = 8,
    ) -> None:
        """`poll_seconds` covers what no event told of; `concurrency` bounds the showings under way."""
        self._store = store
        self._bus = bus
        self._gateway = gateway
        self._waits = waits
        self._clock = clock or SystemClock()
        self._poll = poll_seconds
        self._places_at = 0.0
        self._bell = asyncio.Event()
        self._stopping = False
        self._room = asyncio.Semaphore(concurrency)
        self._shown: dict[TaskId, StatusView] = {}
        self._shown_at: dict[TaskId, float] = {}
        self._unsaved: dict[TaskId, MessageRef] = {}
        """Where a message is that was sent, until that is stored: sending it again would make a second."""

    def stop(self) -> None:
        """Show once more what is due; then `run` returns."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Show what is due, again and again, until `stop` or cancelled."""
        unsubscribe = [
            self._bus.subscribe(TASK_CREATED, self._ring),
            self._bus.subscribe(TASK_UPDATED, self._ring),
            self._bus.subscribe(TASK_DELETED, self._forget),
        ]
        try:
            while True:
                is_last = self._stopping
                self._bell.clear()
                pause = await self._round()
                if is_last:
                    return
                await self._rest(pause)
        finally:
            for end in unsubscribe:
                end()

    def _ring(self, _: GenerationTask) -> None:
        self._bell.set()

    def _forget(self, task: GenerationTask) -> None:
        self._shown.pop(task.id, None)
        self._shown_at.pop(task.id, None)
        self._unsaved.pop(task.id, None)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            pass

    async def _round(self) -> float:
        """Show what is due and return for how many seconds nothing can become due by itself."""
        try:
            cooling = await self.show_due()
            if self._loop_time() - self._places_at >= self._gateway.edit_interval:
                await self.refresh_places()
            next_due = await self._store.read(lambda tx: tx.deliveries.next_due(self._gateway.platform))
        except StorageError as error:
            logger.warning("could not read what is due: %s", error)
            return self._poll
        pauses = [self._poll, *([cooling] if cooling is not None else [])]
        if next_due is not None:
            pauses.append((next_due - self._clock.now()).total_seconds())
        return max(0.005, min(pauses))

    async def show_due(self) -> float | None:
        """Show everything that is due now, the ends of tasks first.

        Returns the seconds after which a message that was edited too recently may be edited again.
        """
        while True:
            now = self._clock.now()
            due = await self._due(now)
            ready = [(delivery, task) for delivery, task in due if self._cooling(task) <= 0]
            await self._show_all(ready, await self._places_for(ready))
            if len(due) < BATCH or not ready:
                break  # else there may be more: what was shown is not due any longer
        return min((wait for _, task in due if (wait := self._cooling(task)) > 0), default=None)

    async def _due(self, now: datetime) -> Sequence[tuple[Delivery, GenerationTask]]:
        return await self._store.read(lambda tx: tx.deliveries.due(self._gateway.platform, now, BATCH))

    async def refresh_places(self) -> None:
        """Show waiting tasks again whose place or wait has changed."""
        self._places_at = self._loop_time()
        now = self._clock.now()
        waiting = await self._store.read(lambda tx: tx.deliveries.waiting(self._gateway.platform, BATCH))
        if not waiting:
            return
        places = await self._waits.places()
        changed = [
            (delivery, task)
            for delivery, task in waiting
            if (delivery.not_before is None or delivery.not_before <= now)
            and self._cooling(task) <= 0
            and self._shown.get(task.id) != status_view(task, places.get(task.id))
        ]
        await self._show_all(changed, places)

    async def _show_all(
        self, pairs: Sequence[tuple[Delivery, GenerationTask]], places: Mapping[TaskId, Place]
    ) -> None:
        """Show each. All have ended when this returns or raises: no message is shown twice at one time."""
        showings = (self._show(one, task, places.get(task.id)) for one, task in pairs)
        for outcome in await asyncio.gather(*showings, return_exceptions=True):
            if outcome is not None:
                raise outcome

    def _cooling(self, task: GenerationTask) -> float:
        if task.status.final or task.id not in self._shown_at:
            return 0.0
        return self._shown_at[task.id] + self._gateway.edit_interval - self._loop_time()

    async def _places_for(self, ready: Sequence[tuple[Delivery, GenerationTask]]) -> dict[TaskId, Place]:
        if any(task.status is GenerationStatus.PENDING for _, task in ready):
            return await self._waits.places()
        return {}

    async def _show(self, delivery: Delivery, task: GenerationTask, place: Place | None) -> None:
        view = status_view(task, place)
        with about(task.id):
            async with self._room:
                ref = self._unsaved.get(task.id, delivery.ref)
                if self._shown.get(task.id) == view:
                    await self._mark_shown(delivery, task, ref)
                    return
                try:
                    ref = await self._gateway.show(ref, view)
                except RateLimitedError as error:
                    await self._postpone(delivery, error.retry_after, failures=delivery.failures)
                except ChatGoneError:
                    logger.info("the chat is gone; the pictures stay in the history")
                    await self._close(delivery, task)
                except PayloadTooLargeError:
                    logger.warning("too large for the chat; the pictures stay in the history")
                    await self._close(delivery, task)
                except ChatUnavailableError as error:
                    logger.warning("could not show: %s", error)
                    await self._postpone_after_failure(delivery, task)
                except asyncio.CancelledError:
                    if _is_cancelled():
                        raise
                    logger.warning("could not show: something inside the gateway was cancelled")
                    await self._postpone_after_failure(delivery, task)
                except Exception:
                    logger.exception("could not show")
                    await self._postpone_after_failure(delivery, task)
                else:
                    self._shown[task.id] = view
                    self._shown_at[task.id] = self._loop_time()
                    self._unsaved[task.id] = ref
                    await self._mark_shown(delivery, task, ref)

    async def _mark_shown(self, delivery: Delivery, task: GenerationTask, ref: MessageRef) -> None:
        await self._change(
            delivery,
            lambda now: replace(
                now,
                ref=ref,
                shown_revision=max(now.shown_revision, task.revision),
                failures=0,
                not_before=None,
                closed=task.status.final,
            ),
        )
        self._unsaved.pop(task.id, None)
        if task.status.final:
            self._forget(task)

    async def _postpone_after_failure(self, delivery: Delivery, task: GenerationTask) -> None:
        failures = delivery.failures + 1
        if failures >= FAILURES_MOST:
            logger.error("given up after %d failures; the pictures stay in the history", failures)
            await self._close(delivery, task)
        else:
            await self._postpone(delivery, min(300.0, 0.5 * 2**failures), failures=failures)

    async def _postpone(self, delivery: Delivery, seconds: float, *, failures: int) -> None:
        until: datetime = self._clock.now() + timedelta(seconds=seconds)
        await self._change(delivery, lambda now: replace(now, not_before=until, failures=failures))

    async def _close(self, delivery: Delivery, task: GenerationTask) -> None:
        await self._change(delivery, lambda now: replace(now, closed=True))
        self._forget(task)

    async def _change(self, delivery: Delivery, step: Callable[[Delivery], Delivery]) -> None:
        def change(tx: Transaction) -> None:
            now = tx.deliveries.get(delivery.task)
            if now is not None:  # else the task was deleted while it was shown
                tx.deliveries.update(step(now))

        await self._store.write(change)

    def _loop_time(self) -> float:
        return asyncio.get_running_loop().time()


def _is_cancelled() -> bool:
    """Say whether the current task itself is being cancelled, and not something that it awaits."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
