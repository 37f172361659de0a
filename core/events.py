"""The in-process event bus: a doorbell, never the mail. What matters is in a table already."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar, cast

Payload = TypeVar("Payload")
Handler = Callable[[Payload], None] | Callable[[Payload], Awaitable[None]]
Unsubscribe = Callable[[], None]

logger = logging.getLogger(__name__)


class Event(str, Generic[Payload]):
    """An event's name, typed by what is published under it."""

    __slots__ = ()


class EventBus:
    """Publishes to synchronous and asynchronous subscribers, each isolated from the others.

    A synchronous subscriber is called inside `publish`. An asynchronous one has a bounded queue and a
    task of its own: when it is `capacity` events behind, its oldest waiting event is dropped and
    counted, so that a slow subscriber costs neither memory nor anybody else's time.
    """

    def __init__(self) -> None:
        self._subscriptions: dict[str, list[_Subscription]] = {}
        self._closed = False

    def subscribe(
        self, event: Event[Payload], handler: Handler[Payload], *, capacity: int = 256
    ) -> Unsubscribe:
        """Call `handler` with every payload from now on; the function returned ends that.

        An asynchronous handler needs a running event loop here. Raises `RuntimeError` on a closed bus.
        """
        if self._closed:
            raise RuntimeError("the event bus is closed")
        subscription: _Subscription
        if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(
            getattr(handler, "__call__", None)  # noqa: B004 - an object with an async __call__
        ):
            subscription = _Queued(event, cast("Callable[[Any], Awaitable[None]]", handler), capacity)
        else:
            subscription = _Direct(event, handler, capacity)
        self._subscriptions.setdefault(event, []).append(subscription)

        def unsubscribe() -> None:
            subscriptions = self._subscriptions.get(event, [])
            if subscription in subscriptions:
                subscriptions.remove(subscription)
            subscription.cancel()

        return unsubscribe

    def publish(self, event: Event[Payload], payload: Payload) -> None:
        """Tell every subscriber; never waits, never raises. A closed bus tells nobody."""
        if self._closed:
            return
        for subscription in tuple(self._subscriptions.get(event, ())):
            subscription.offer(payload)

    async def aclose(self, drain_seconds: float = 5.0) -> None:
        """Take no more events, let asynchronous subscribers finish what waits, then end them."""
        self._closed = True
        subscriptions = [one for group in self._subscriptions.values() for one in group]
        self._subscriptions.clear()
        await asyncio.gather(*(subscription.drain(drain_seconds) for subscription in subscriptions))


class _Subscription(Protocol):
    def offer(self, payload: Any) -> None: ...

    def cancel(self) -> None:
        """End at once; a handler that asks for its own end is let finish."""
        ...

    async def drain(self, seconds: float) -> None:
        """End when what waits is done, or after `seconds`."""
        ...


class _Direct:
    """Calls its handler at once. One that turns out to be asynchronous gets a queue from then on.

    A lambda around a call of a coroutine function looks like any other until it has been called.
    """

    def __init__(self, event: str, handler: Callable[[Any], Any], capacity: int) -> None:
        self._event = event
        self._handler = handler
        self._capacity = capacity
        self._queued: _Queued | None = None
        self._ended = False

    def offer(self, payload: Any) -> None:
        if self._ended:  # by another subscriber of the event under way
            return
        if self._queued is not None:
            self._queued.offer(payload)
            return
        try:
            outcome = self._handler(payload)
            if inspect.isawaitable(outcome):
                self._go_on_asynchronously(outcome)
        except Exception:
            logger.exception("a subscriber of %s failed", self._event)

    def _go_on_asynchronously(self, begun: Awaitable[None]) -> None:
        self._queued = _Queued(self._event, self._handler, self._capacity, begun=begun)
        if self._ended:  # it has left while it was called, and is let finish
            self._queued.end()

    def cancel(self) -> None:
        self._ended = True
        if self._queued is not None:
            self._queued.cancel()

    async def drain(self, seconds: float) -> None:
        """Wait for what is asynchronous; the rest was handled when it was offered."""
        if self._queued is not None:
            await self._queued.drain(seconds)


class _Queued:
    def __init__(
        self,
        event: str,
        handler: Callable[[Any], Awaitable[None]],
        capacity: int,
        *,
        begun: Awaitable[None] | None = None,
    ) -> None:
        """`begun` is a call of the handler that is to be awaited first."""
        self._event = event
        self._handler = handler
        self._waiting: deque[Any] = deque(maxlen=capacity)
        self._bell = asyncio.Event()
        self._ending = False
        self._dropped = 0
        self._task = asyncio.create_task(self._run(begun), name=f"subscriber of {event}")

    def offer(self, payload: Any) -> None:
        if self._ending:
            return
        if len(self._waiting) == self._waiting.maxlen:
            self._dropped += 1
            if self._dropped.bit_count() == 1:  # at 1, 2, 4, 8 …: said, but not once an event
                logger.warning("a subscriber of %s is behind: %d dropped", self._event, self._dropped)
        self._waiting.append(payload)
        self._bell.set()

    async def _run(self, begun: Awaitable[None] | None) -> None:
        if begun is not None:
            await self._finish(begun)
        while True:
            while self._waiting:
                await self._finish(self._call(self._waiting.popleft()))
            if self._ending:
                return
            self._bell.clear()
            await self._bell.wait()

    async def _call(self, payload: Any) -> None:
        await self._handler(payload)

    async def _finish(self, call: Awaitable[None]) -> None:
        try:
            await call
        except asyncio.CancelledError:
            if self._task.cancelling():
                raise
            logger.exception("a subscriber of %s was stopped from inside", self._event)
        except Exception:
            logger.exception("a subscriber of %s failed", self._event)

    def end(self) -> None:
        """Take nothing more, and end when what waits is done."""
        self._ending = True
        self._bell.set()

    def cancel(self) -> None:
        self._ending = True
        self._waiting.clear()
        if asyncio.current_task() is not self._task:  # else the handler itself asks: it may finish
            self._task.cancel()

    async def drain(self, seconds: float) -> None:
        self.end()
        try:
            await asyncio.wait([self._task], timeout=seconds)
        finally:
            self._task.cancel()
        await asyncio.wait([self._task])
