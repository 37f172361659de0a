"""The generation service: everything that happens to a task, each decision in one transaction."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Clock, SystemClock
from core.delivery.models import Delivery, MessageRef
from core.errors import (
    ConflictError,
    CoreError,
    InterruptedTooOftenError,
    InvalidRequestError,
    LeaseLostError,
    NotFoundError,
    QueueFullError,
    TooManyTasksError,
)
from core.events import Event, EventBus
from core.generation import lifecycle
from core.generation.catalog import Catalog, GenerationType
from core.generation.events import TASK_CREATED, TASK_DELETED, TASK_UPDATED
from core.generation.images import ImageStore
from core.generation.models import (
    GenerationRequest,
    GenerationResponse,
    GenerationStatus,
    GenerationTask,
    Lease,
    Progress,
)
from core.generation.pool.room import Asked, Plan
from core.generation.pricing import Pricing
from core.generation.types.folder import builtin_catalog
from core.ids import AccountId, IdSource, ImageId, LeaseId, RandomIds, TaskId, WorkerId
from core.points.service import PointsService
from core.store import Store, Transaction

BY_HAND = WorkerId("by-hand")
"""Who holds a task that was started through `start_processing_task`."""

CLEANUP_BATCH = 500
"""Tasks deleted in one transaction: enough to be quick, few enough not to hold up the others."""


ID_TRIES = 10
"""Draws of new ids before a creation gives up: with a million tasks, one in a thousand needs a second."""

LOOK_AHEAD = 200
"""Waiting tasks among which one is looked for that an engine can begin, where those in front can't."""

SETTLED = timedelta(minutes=10)
"""Age at which a picture that no task names is nobody's: a worker stores pictures before their task."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many tasks may wait or run: for one account, and waiting for everybody together."""

    per_account: int = 25
    queue: int = 1000


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """How many tasks there are of each status, and whether an admin has paused the queue."""

    counts: dict[GenerationStatus, int]
    paused: bool


_Step = Callable[[Transaction, GenerationTask], GenerationTask]


@dataclass(frozen=True, slots=True)
class _Order:
    request: GenerationRequest
    price: int
    priority: int
    shown_in: MessageRef | None


class GenerationService:
    """Creates tasks and moves them through their lifecycle.

    Every method is one transaction, and what it changed is published after the commit. Without a
    points service everything works and nothing is charged.
    """

    def __init__(
        self,
        store: Store,
        bus: EventBus | None = None,
        *,
        points: PointsService | None = None,
        images: ImageStore | None = None,
        catalog: Catalog | None = None,
        pricing: Pricing | None = None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        chance: random.Random | None = None,
        lease_seconds: float = 30.0,
        free: bool = False,
        offers: Callable[[GenerationType], bool] = lambda _: True,
    ) -> None:
        """Join the parts; those left out are the plain ones.

        `images` lets deleted tasks take their pictures along; `lease_seconds` is how long a worker holds
        a task without renewing its lease; `free` charges nothing for new tasks, while points that older
        ones hold are still settled; `offers` says whether an engine makes pictures of a type.
        """
        self._store = store
        self._bus = bus or EventBus()
        self._points = points
        self._free = free or points is None
        self._images = images
        self._offers = offers
        self._catalog = catalog or builtin_catalog()
        self._pricing = pricing or Pricing()
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._ids = ids or RandomIds()
        self._chance = chance or random.Random()  # noqa: S311 - a picture's seed is no secret
        self._lease = timedelta(seconds=lease_seconds)

    # Asking

    def quote(self, request: GenerationRequest) -> int:
        """Return what the request would cost in points; 0 without a points service.

        Raises `InvalidRequestError` with every problem of the request.
        """
        kind = self._catalog.check(request)
        if not self._offers(kind):
            raise InvalidRequestError.of("type", "not_offered", type=kind.name)
        return 0 if self._free else self._pricing.price(kind, request.settings)

    async def create_task(
        self, request: GenerationRequest, *, priority: int = 0, shown_in: MessageRef | None = None
    ) -> GenerationTask:
        """Check the request, hold its price and queue it. The same origin gives the same task again.

        `shown_in` is the message that shows the task from now on. Raises `InvalidRequestError`,
        `InsufficientPointsError`, `TooManyTasksError`, `QueueFullError`.
        """
        return (await self._create([self._order(request, priority, shown_in)]))[0]

    async def create_tasks(
        self, requests: Sequence[GenerationRequest], *, priority: int = 0
    ) -> list[GenerationTask]:
        """Create all of them or none. Raises as `create_task` does."""
        return await self._create([self._order(request, priority, None) for request in requests])

    def _order(self, request: GenerationRequest, priority: int, shown_in: MessageRef | None) -> _Order:
        price = self.quote(request)
        if request.settings.seed is None:
            seed = self._chance.randrange(2**32)
            request = request.model_copy(
                update={"settings": request.settings.model_copy(update={"seed": seed})}
            )
        return _Order(request, price, priority, shown_in)

    async def _create(self, orders: Sequence[_Order]) -> list[GenerationTask]:
        created: list[GenerationTask] = []

        def create(tx: Transaction) -> list[GenerationTask]:
            created.clear()  # a store may run a transaction again
            return [self._place(tx, order, created) for order in orders]

        tries = 0
        while True:
            try:
                tasks = await self._store.write(create)
            except ConflictError:  # a new id belongs to another task already, perhaps a forgotten one
                tries += 1
                if tries == ID_TRIES:
                    raise
            else:
                self._publish(TASK_CREATED, created)
                return tasks

    def _place(self, tx: Transaction, order: _Order, created: list[GenerationTask]) -> GenerationTask:
        request = order.request
        if request.origin is not None:
            known = tx.tasks.by_origin(request.origin.key)
            if known is not None:
                return known
        limits = self._limits
        standing = tx.tasks.standing(request.account, order.priority, count_to=limits.queue)
        if standing.live >= limits.per_account:
            raise TooManyTasksError(limits.per_account)
        if standing.waiting >= limits.queue:
            raise QueueFullError(limits.queue)
        task = GenerationTask(
            id=self._ids.task(),
            request=request,
            price=order.price,
            created_at=self._clock.now(),
            priority=order.priority,
            rank=max(standing.served_rank, standing.last_rank) + 1,
        )
        if self._points and task.price:
            self._points.hold(tx, request.account, task.price, task.id)
        tx.tasks.add(task)
        if order.shown_in is not None:
            tx.deliveries.add(Delivery(task.id, order.shown_in, revision=task.revision))
        created.append(task)
        return task

    # Driving the queue

    async def get_next_pending_task(self) -> GenerationTask | None:
        """Return the task that would be started next, without taking it."""
        pending = await self._store.read(lambda tx: tx.tasks.next_pending(1))
        return pending[0] if pending else None

    async def start_processing_task(self, task_id: TaskId, *, worker: WorkerId = BY_HAND) -> GenerationTask:
        """Take one task under a lease and deduct its price.

        Raises `NotFoundError`, and `InvalidTransitionError` where somebody else was first.
        """
        return await self._change(task_id, lambda tx, task: self._start(tx, task, worker))

    async def claim(
        self, worker: WorkerId, limit: int, *, fill: Callable[[], Plan] | None = None
    ) -> list[GenerationTask]:
        """Take up to `limit` tasks, in claim order, each under a lease of its own and deducted.

        `fill` makes a plan of the room there is: a task without a place in it is passed over, and waits.
        Returns none while the queue is paused.
        """

        def claim(tx: Transaction) -> list[GenerationTask]:
            if tx.tasks.is_paused():
                return []
            pending = tx.tasks.next_pending(limit) if fill is None else _fitting(tx, limit, fill())
            started = [self._start(tx, task, worker) for task in pending]
            for task in started:
                self._keep(tx, task)
            return started

        started = await self._store.write(claim)
        self._publish(TASK_UPDATED, started)
        return started

    def _start(self, tx: Transaction, task: GenerationTask, worker: WorkerId) -> GenerationTask:
        now = self._clock.now()
        started = lifecycle.start(task, Lease(self._ids.lease(), worker, now + self._lease), now)
        if self._points and task.price:
            self._points.deduct(tx, task.request.account, task.price, task.id)
        tx.tasks.raise_served_rank(task.priority, task.rank)
        return started

    async def renew_leases(self, leases: Mapping[TaskId, LeaseId]) -> set[TaskId]:
        """Keep holding the tasks, each by its lease, and return those that are held by it still."""
        until = self._clock.now() + self._lease
        return await self._store.write(lambda tx: tx.tasks.renew(leases, until))

    async def report_progress(
        self, task_id: TaskId, progress: Progress, *, lease: LeaseId | None = None
    ) -> GenerationTask:
        """Say how far the engine is. Raises as `complete_task` does."""
        return await self._change_held(task_id, lease, lambda _, task: lifecycle.advance(task, progress))

    async def complete_task(
        self, task_id: TaskId, response: GenerationResponse, *, lease: LeaseId | None = None
    ) -> GenerationTask:
        """Finish the task with its pictures. `processing_time` is filled in where it is None.

        Only the holder of `lease` may: raises `LeaseLostError` for anybody else. Who drives the queue
        by hand gives none, and may where the task was started by hand too. Raises `NotFoundError`, and
        `InvalidTransitionError` where the task is not processing.
        """

        def complete(_: Transaction, task: GenerationTask) -> GenerationTask:
            now = self._clock.now()
            return lifecycle.complete(task, _timed(response, task, now), now)

        return await self._change_held(task_id, lease, complete)

    async def fail_task(
        self, task_id: TaskId, error: CoreError | str, *, lease: LeaseId | None = None
    ) -> GenerationTask:
        """Finish the task without pictures and refund it. Raises as `complete_task` does.

        A string is kept as the reason, for those who drive the queue by hand.
        """
        return await self._change_held(task_id, lease, lambda tx, task: self._fail(tx, task, error))

    async def release_task(
        self, task_id: TaskId, *, lease: LeaseId | None = None, spend_attempt: bool
    ) -> GenerationTask:
        """Put a processing task back in the queue. Raises as `complete_task` does."""
        return await self._change_held(
            task_id, lease, lambda _, task: lifecycle.hand_back(task, spend_attempt=spend_attempt)
        )

    async def rescue(self, *, max_attempts: int, orphaned: bool = False) -> list[GenerationTask]:
        """Take back the tasks whose lease has ended: queued again while attempts remain, else failed.

        With `orphaned`, every lease counts as ended: for the start of a process that knows that it is
        alone on the database.
        """

        def rescue(tx: Transaction) -> list[GenerationTask]:
            ended = tx.tasks.leased(expired_at=None if orphaned else self._clock.now())
            rescued = []
            for task in ended:
                if task.attempts < max_attempts:
                    after = lifecycle.hand_back(task, spend_attempt=True)
                else:
                    after = self._fail(tx, task, InterruptedTooOftenError(attempts=task.attempts))
                self._keep(tx, after)
                rescued.append(after)
            return rescued

        rescued = await self._store.write(rescue)
        self._publish(TASK_UPDATED, rescued)
        return rescued

    def _fail(self, tx: Transaction, task: GenerationTask, error: CoreError | str) -> GenerationTask:
        now = self._clock.now()
        if isinstance(error, CoreError):
            response = GenerationResponse(success=False, error_code=error.code, error_facts=dict(error.facts))
        else:
            response = GenerationResponse(success=False, error_code="failed", error_facts={"reason": error})
        failed = lifecycle.fail(task, _timed(response, task, now), now)
        self._refund(tx, task)
        return failed

    # Cancelling and deleting

    async def cancel_task(self, task_id: TaskId, *, account: AccountId | None = None) -> GenerationTask:
        """Stop the task and refund it. With `account`, only that account's task.

        Raises `NotFoundError`, and `InvalidTransitionError` where the task has ended already.
        """

        def cancel(tx: Transaction, task: GenerationTask) -> GenerationTask:
            _belongs(task, account)
            return self._cancel(tx, task)

        return await self._change(task_id, cancel)

    async def cancel_tasks_for_account(self, account: AccountId) -> list[GenerationTask]:
        """Stop and refund all of the account's tasks that wait or run."""

        def cancel(tx: Transaction) -> list[GenerationTask]:
            live = tx.tasks.for_account(account, self._limits.per_account + 1_000, _LIVE)
            cancelled = [self._cancel(tx, task) for task in live]
            for task in cancelled:
                self._keep(tx, task)
            return cancelled

        cancelled = await self._store.write(cancel)
        self._publish(TASK_UPDATED, cancelled)
        return cancelled

    def _cancel(self, tx: Transaction, task: GenerationTask) -> GenerationTask:
        cancelled = lifecycle.cancel(task, self._clock.now())
        self._refund(tx, task)
        return cancelled

    async def delete_task(self, task_id: TaskId, *, account: AccountId | None = None) -> None:
        """Forget the task, its pictures and its message; a live one is cancelled and refunded first.

        Pictures stored within the last minutes are left to `sweep_images`.

        Raises `NotFoundError`.
        """

        def delete(tx: Transaction) -> GenerationTask:
            task = _found(tx.tasks.get(task_id), task_id)
            _belongs(task, account)
            if not task.status.final:
                task = self._cancel(tx, task)
                self._keep(tx, task)
            delivery = tx.deliveries.get(task_id)
            if delivery is not None:
                tx.removals.add(delivery.ref)
            tx.tasks.delete(task_id)
            return task

        task = await self._store.write(delete)
        self._publish(TASK_DELETED, [task])
        await self._discard_images([task], self._clock.now() - SETTLED)

    async def cleanup_old_tasks(self, older_than: timedelta) -> int:
        """Forget tasks that ended longer ago than that, with their pictures; return how many.

        A task that waits or runs is never touched.
        """
        before = self._clock.now() - older_than

        def cleanup(tx: Transaction) -> Sequence[GenerationTask]:
            old = tx.tasks.finished_before(before, CLEANUP_BATCH)
            for task in old:
                tx.tasks.delete(task.id)
            return old

        total = 0
        while old := await self._store.write(cleanup):
            total += len(old)
            self._publish(TASK_DELETED, old)
            await self._discard_images(old, min(before, self._clock.now() - SETTLED))
        return total

    async def sweep_images(self) -> int:
        """Delete pictures that no task names, and return how many: what a refused or killed task left."""
        if self._images is None:
            return 0
        before = self._clock.now() - SETTLED
        total = 0
        async for batch in self._images.listing(stored_before=before):
            total += await self._discard_unused(batch, before)
        return total

    async def _discard_images(self, tasks: Sequence[GenerationTask], before: datetime) -> None:
        if self._images is None:
            return
        await self._discard_unused({image for task in tasks for image in _images_of(task)}, before)

    async def _discard_unused(self, images: Collection[ImageId], before: datetime) -> int:
        unused = await self._store.read(lambda tx: tx.tasks.unreferenced(images))
        if not unused or self._images is None:
            return 0
        return await self._images.discard(unused, stored_before=before)

    # Looking

    async def get_task(self, task_id: TaskId, *, account: AccountId | None = None) -> GenerationTask:
        """Return the task; with `account`, only that account's. Raises `NotFoundError`."""
        task = _found(await self._store.read(lambda tx: tx.tasks.get(task_id)), task_id)
        _belongs(task, account)
        return task

    async def get_tasks_for_account(
        self,
        account: AccountId,
        *,
        limit: int = 10,
        statuses: Collection[GenerationStatus] | None = None,
    ) -> Sequence[GenerationTask]:
        """Return the account's tasks, newest first."""
        return await self._store.read(lambda tx: tx.tasks.for_account(account, limit, statuses))

    async def get_queue(self, *, limit: int = 20) -> Sequence[GenerationTask]:
        """Return everybody's tasks that run, then the first `limit` that wait, in claim order."""
        return await self._store.read(lambda tx: [*tx.tasks.processing(), *tx.tasks.next_pending(limit)])

    async def statistics(self) -> QueueStatistics:
        return await self._store.read(lambda tx: QueueStatistics(tx.tasks.counts(), tx.tasks.is_paused()))

    async def pause(self) -> None:
        """Let no more tasks be claimed, over restarts too, until `resume`."""
        await self._store.write(lambda tx: tx.tasks.set_paused(paused=True))

    async def resume(self) -> None:
        await self._store.write(lambda tx: tx.tasks.set_paused(paused=False))
        next_task = await self.get_next_pending_task()
        if next_task is not None:
            self._bus.publish(TASK_UPDATED, next_task)  # wakes the workers

    # Inside

    def _change_held(self, task_id: TaskId, lease: LeaseId | None, step: _Step) -> Awaitable[GenerationTask]:
        """Change a task for its holder alone: of `lease`, or by hand where that is None."""

        def change(tx: Transaction, task: GenerationTask) -> GenerationTask:
            if not _holds(lease, task):
                raise LeaseLostError(task=task_id)
            return step(tx, task)

        return self._change(task_id, change)

    async def _change(self, task_id: TaskId, step: _Step) -> GenerationTask:
        def change(tx: Transaction) -> GenerationTask:
            task = _found(tx.tasks.get(task_id), task_id)
            after = step(tx, task)
            self._keep(tx, after)
            return after

        task = await self._store.write(change)
        self._publish(TASK_UPDATED, [task])
        return task

    def _keep(self, tx: Transaction, task: GenerationTask) -> None:
        tx.tasks.update(task)
        tx.deliveries.raise_revision(task.id, task.revision)

    def _refund(self, tx: Transaction, task: GenerationTask) -> None:
        if self._points and task.price:
            self._points.refund(tx, task.request.account, task.price, task.id)

    def _publish(self, event: Event[GenerationTask], tasks: Sequence[GenerationTask]) -> None:
        for task in tasks:
            self._bus.publish(event, task)


def _fitting(tx: Transaction, limit: int, plan: Plan) -> list[GenerationTask]:
    """Return the first waiting tasks that have a place in the plan."""
    fitting: list[GenerationTask] = []
    looked_at = 0
    for depth in (limit, LOOK_AHEAD):  # nearly always, those in front have one
        pending = tx.tasks.next_pending(depth)
        for task in pending[looked_at:]:
            if len(fitting) >= limit:
                return fitting
            if plan.take(Asked.of(task)):
                fitting.append(task)
        if len(pending) < depth:
            break
        looked_at = len(pending)
    return fitting


_LIVE = (GenerationStatus.PENDING, GenerationStatus.PROCESSING)


def _holds(lease: LeaseId | None, task: GenerationTask) -> bool:
    if lease is not None:
        return task.lease is not None and task.lease.id == lease
    return task.lease is None or task.lease.worker == BY_HAND  # without one, the lifecycle has the say


def _found(task: GenerationTask | None, task_id: TaskId) -> GenerationTask:
    if task is None:
        raise NotFoundError("task", task_id)
    return task


def _belongs(task: GenerationTask, account: AccountId | None) -> None:
    if account is not None and task.request.account != account:
        raise NotFoundError("task", task.id)  # not "forbidden": ids of others are nobody's business


def _timed(response: GenerationResponse, task: GenerationTask, now: datetime) -> GenerationResponse:
    if response.processing_time is not None or task.started_at is None:
        return response
    return response.model_copy(update={"processing_time": (now - task.started_at).total_seconds()})


def _images_of(task: GenerationTask) -> tuple[ImageId, ...]:
    return task.request.input_images + (task.response.outputs if task.response else ())
