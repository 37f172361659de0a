"""Showing one task through a gateway, and keeping what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.clock import Clock
from core.delivery.gateway import ChatGateway
from core.delivery.models import Delivery, MessageRef
from core.errors import ChatGoneError, ChatUnavailableError, PayloadTooLargeError, RateLimitedError
from core.generation.estimate import Place
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.previews import Previews
from core.ids import TaskId
from core.presentation.status import status_view
from core.presentation.views import StatusView
from core.store import Store, Transaction
from core.tracing import about

logger = logging.getLogger(__name__)

FAILURES_MOST = 20
"""Faults in a row, with pauses of up to five minutes, before a message is given up."""


class Shower:
    """Makes messages equal to their tasks, and remembers what each shows."""

    def __init__(
        self, store: Store, gateway: ChatGateway, clock: Clock, *, concurrency: int, previews: Previews
    ) -> None:
        """`concurrency` bounds the showings under way."""
        self._previews = previews
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._room = asyncio.Semaphore(concurrency)
        self._shown: dict[TaskId, StatusView] = {}
        self._unsaved: dict[TaskId, MessageRef] = {}
        """Where a message is that was sent, until that is stored: sending it again would make a second."""

    def forget(self, task: TaskId) -> None:
        self._shown.pop(task, None)
        self._unsaved.pop(task, None)

    def shows(self, task: TaskId, view: StatusView) -> bool:
        """Say whether the task's message is known to show exactly that."""
        return self._shown.get(task) == view

    def pause(self, delivery: Delivery, task: GenerationTask) -> float:
        """Return the seconds that the platform is to be left alone before the task is shown."""
        is_news = delivery.shown_revision > 0 and not task.status.final
        return self._gateway.pause(self._ref(delivery), is_news=is_news)

    async def show(self, delivery: Delivery, task: GenerationTask, place: Place | None) -> None:
        """Show the task; where that fails now, postpone or close its delivery. Raises `StorageError`."""
        view = status_view(task, place)
        if task.status is GenerationStatus.PROCESSING:
            view = replace(view, preview=self._previews.get(task.id))
        with about(task.id):
            async with self._room:
                ref = self._ref(delivery)
                if self.shows(task.id, view):
                    await self._mark_shown(delivery, task, ref)
                    return
                if self.pause(delivery, task) <= 0:  # else others have used up what the platform takes
                    await self._show(delivery, task, ref, view)

    async def _show(
        self, delivery: Delivery, task: GenerationTask, ref: MessageRef, view: StatusView
    ) -> None:
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
            await self._postpone_until_reachable(delivery)
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            logger.warning("could not show: something inside the gateway was cancelled")
            await self._postpone_after_fault(delivery, task)
        except Exception:
            logger.exception("could not show")
            await self._postpone_after_fault(delivery, task)
        else:
            self._shown[task.id] = view
            self._unsaved[task.id] = ref
            await self._mark_shown(delivery, task, ref)

    async def postpone_all(self, cooling: Sequence[tuple[Delivery, float]]) -> None:
        """Let each be due no earlier than after so many seconds."""
        now = self._clock.now()

        def postpone(tx: Transaction) -> None:
            for delivery, seconds in cooling:
                known = tx.deliveries.get(delivery.task)
                if known is not None:
                    tx.deliveries.update(replace(known, not_before=now + timedelta(seconds=seconds)))

        await self._store.write(postpone)

    def _ref(self, delivery: Delivery) -> MessageRef:
        return self._unsaved.get(delivery.task, delivery.ref)

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
            self.forget(task.id)

    async def _postpone_until_reachable(self, delivery: Delivery) -> None:
        """Wait longer each time, up to a minute, and never give up: a platform may be away for days."""
        failures = min(delivery.failures + 1, FAILURES_MOST - 1)
        await self._postpone(delivery, backoff(failures, most=60.0), failures=failures)

    async def _postpone_after_fault(self, delivery: Delivery, task: GenerationTask) -> None:
        failures = delivery.failures + 1
        if failures >= FAILURES_MOST:
            logger.error("given up after %d failures; the pictures stay in the history", failures)
            await self._close(delivery, task)
        else:
            await self._postpone(delivery, backoff(failures, most=300.0), failures=failures)

    async def _postpone(self, delivery: Delivery, seconds: float, *, failures: int) -> None:
        until: datetime = self._clock.now() + timedelta(seconds=seconds)
        await self._change(delivery, lambda now: replace(now, not_before=until, failures=failures))

    async def _close(self, delivery: Delivery, task: GenerationTask) -> None:
        await self._change(delivery, lambda now: replace(now, closed=True))
        self.forget(task.id)

    async def _change(self, delivery: Delivery, step: Callable[[Delivery], Delivery]) -> None:
        def change(tx: Transaction) -> None:
            now = tx.deliveries.get(delivery.task)
            if now is not None:
                tx.deliveries.update(step(now))
            elif (sent := step(delivery).ref) != delivery.ref:
                tx.removals.add(sent)  # the task was deleted while its message was sent

        await self._store.write(change)


def backoff(failures: int, *, most: float) -> float:
    """Return the seconds to wait after so many failures in a row."""
    return min(most, 0.5 * 2.0**failures)


def _is_cancelled() -> bool:
    """Say whether the current task itself is being cancelled, and not something that it awaits."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
