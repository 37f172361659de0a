"""The worker: claims tasks, has the engine make their pictures, and settles them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum

from core.errors import (
    CoreError,
    EngineError,
    EngineTimeoutError,
    InternalError,
    InvalidTransitionError,
    LeaseLostError,
    NoEngineError,
    NotFoundError,
    StorageError,
)
from core.events import EventBus
from core.generation.engine import EngineJob, EngineResult, PictureMaker
from core.generation.events import TASK_CREATED, TASK_DELETED, TASK_UPDATED
from core.generation.images import ImageStore
from core.generation.models import (
    GenerationMetadata,
    GenerationResponse,
    GenerationStatus,
    GenerationTask,
    Progress,
)
from core.generation.parameters import parameters_text
from core.generation.pool.room import Asked, Plan
from core.generation.previews import Previews
from core.generation.service import GenerationService
from core.ids import IdSource, ImageId, LeaseId, RandomIds, TaskId, WorkerId
from core.tracing import about

logger = logging.getLogger(__name__)

RoomMaker = Callable[[Sequence[Asked], Sequence[Asked]], Callable[[], Plan]]
"""Given what is coming to the engine and those that it works on, returns what makes plans."""

SETTLE_TRIES = 7
"""Tries to store a task's end when the database can't be written: about six seconds in all."""

GIVE_WAY = 0.1
"""Seconds at most that pictures wait to be stored until the engine has its next task: decoding them holds
up whatever else this process does, and a commit of a few milliseconds above all."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """All times in seconds."""

    slots: int = 1
    """Tasks at one time on their way to an engine or with one. As many again may have their pictures
    stored, or wait for a server that can take them."""
    lease: float = 30.0
    """How long a lease lasts; renewed every third of it. The same figure as the service's."""
    poll: float = 2.0
    """How often to look for work that no event told of."""
    progress: float = 0.5
    """How often at most a task's progress is stored."""
    job: float = 600.0
    """How long an engine may take for one attempt."""
    attempts: int = 5
    """Starts of one task before a retryable fault is final."""
    backoff: float = 1.0
    """Pause after a retryable fault, doubled for each in a row, up to `backoff_most`."""
    backoff_most: float = 60.0
    drain: float = 20.0
    """How long a stop waits for running tasks before it hands them back."""


class _Phase(IntEnum):
    COMING = 0
    """Its input pictures are being read."""
    AT_ENGINE = 1
    ENDING = 2
    """Its pictures, or what went wrong, are being stored: the engine can have the next one."""


@dataclass(slots=True)
class _Job:
    task: GenerationTask
    lease: LeaseId
    phase: _Phase = _Phase.COMING
    runner: asyncio.Task[None] | None = None
    progress: Progress | None = None
    """Not stored yet."""
    stop_reason: str = ""
    """Why the task is not ours any more; empty while it is."""


class Worker:
    """Has up to `slots` tasks made at one time, until it is told to stop."""

    def __init__(
        self,
        service: GenerationService,
        engine: PictureMaker,
        images: ImageStore,
        bus: EventBus,
        *,
        name: WorkerId,
        settings: WorkerSettings | None = None,
        ids: IdSource | None = None,
        room: RoomMaker | None = None,
        previews: Previews | None = None,
    ) -> None:
        """`room` says which tasks the engine could begin now; None for any, as many as there are slots.

        `previews` are kept for whoever shows the tasks.
        """
        self._service = service
        self._engine = engine
        self._images = images
        self._bus = bus
        self._name = name
        self._settings = settings or WorkerSettings()
        self._ids = ids or RandomIds()
        self._jobs: dict[TaskId, _Job] = {}
        self._cancelled_while_claiming: set[TaskId] = set()
        self._bell = asyncio.Event()
        self._offered = asyncio.Event()
        """Every place at the engine that has become free has been offered to the queue."""
        self._progressed = asyncio.Event()
        self._stopping = False
        self._room = room
        self._previews = previews or Previews()
        self._faults = 0
        """Retryable ones in a row, with neither a picture nor a refusal between them."""

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the running tasks are finished or handed back."""
        self._stopping = True
        self._bell.set()

    def wake(self) -> None:
        """Look for work now: there may be room for some."""
        self._bell.set()

    @property
    def running(self) -> int:
        """How many tasks are being worked on."""
        return len(self._jobs)

    async def run(self) -> None:
        """Work until `stop`, then drain. Cancelling it hands everything back at once."""
        unsubscribe = [
            self._bus.subscribe(TASK_CREATED, self._on_created),
            self._bus.subscribe(TASK_UPDATED, self._on_updated),
            self._bus.subscribe(TASK_DELETED, self._on_updated),  # a live one is cancelled first
        ]
        try:
            async with asyncio.TaskGroup() as loops:
                beside = [
                    loops.create_task(self._heartbeat()),
                    loops.create_task(self._store_progress()),
                ]
                try:
                    await self._claim_until_stopped()
                    await self._wait_for_jobs(self._settings.drain)
                finally:
                    await self._hand_back_jobs()
                    for one in beside:
                        one.cancel()
        finally:
            for end in unsubscribe:
                end()

    # Claiming

    async def _claim_until_stopped(self) -> None:
        while not self._stopping:
            self._bell.clear()
            fill = self._filler()
            plan = fill() if fill else None
            free = self._free_slots(plan.waiting if plan else 0)
            if plan:
                free = min(free, plan.left)
            self._cancelled_while_claiming.clear()
            if free > 0:
                for task in await self._claim(free, fill):
                    self._begin(task)
            if not self._bell.is_set():
                self._offered.set()
            await self._rest(self._settings.poll)
            if self._faults and not self._stopping:
                await self._back_off()

    def _free_slots(self, waiting: int) -> int:
        """Return how many more tasks may be begun: what only has to be stored takes no slot, in reason."""
        busy = sum(job.phase is not _Phase.ENDING for job in self._jobs.values())
        slots = self._settings.slots
        return min(slots - busy + waiting, 2 * slots + 1 - len(self._jobs))

    def _filler(self) -> Callable[[], Plan] | None:
        """Return what makes plans of the room as it is now; each is for one try to fill it."""
        if self._room is None:
            return None
        coming: list[Asked] = []
        running: list[Asked] = []
        for job in self._jobs.values():
            if job.phase is not _Phase.ENDING:
                (coming if job.phase is _Phase.COMING else running).append(Asked.of(job.task))
        return self._room(coming, running)

    async def _claim(self, free: int, fill: Callable[[], Plan] | None) -> list[GenerationTask]:
        claiming = asyncio.ensure_future(self._service.claim(self._name, free, fill=fill))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            with suppress(StorageError):
                for task in await claiming:  # what was claimed meanwhile is handed back with the others
                    self._begin(task)
            raise
        except StorageError as error:
            logger.warning("could not claim: %s", error)
            return []

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            pass

    async def _back_off(self) -> None:
        """Leave what is at fault alone for a while; neither a stop nor a success elsewhere waits for that."""
        seconds = min(self._settings.backoff * 2 ** (self._faults - 1), self._settings.backoff_most)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._faults and not self._stopping and (left := deadline - loop.time()) > 0:
            self._bell.clear()
            await self._rest(left)

    def _begin(self, task: GenerationTask) -> None:
        assert task.lease is not None  # noqa: S101 - a claimed task has one
        if task.id in self._cancelled_while_claiming:
            return  # its event came before the claim's answer
        job = _Job(task, task.lease.id)
        if task.id in self._jobs:  # an earlier attempt that was rescued from us
            self._abandon(self._jobs[task.id], "the lease was lost")
        self._jobs[task.id] = job
        with about(task.id):
            job.runner = asyncio.create_task(self._run_job(job), name=f"task {task.id}")
        # Not in the runner's own `finally`: one that is cancelled before its first step never gets there.
        job.runner.add_done_callback(lambda _: self._forget(job))

    def _forget(self, job: _Job) -> None:
        if self._jobs.get(job.task.id) is job:
            del self._jobs[job.task.id]
            self._previews.forget(job.task.id)
        self._bell.set()

    def _on_created(self, _: GenerationTask) -> None:
        self._bell.set()

    def _on_updated(self, task: GenerationTask) -> None:
        if task.status is GenerationStatus.PENDING:
            self._bell.set()
        elif task.status is GenerationStatus.CANCELLED:
            self._cancelled_while_claiming.add(task.id)
            if task.id in self._jobs:
                self._abandon(self._jobs[task.id], "cancelled")

    @staticmethod
    def _abandon(job: _Job, reason: str) -> None:
        if job.runner is not None and not job.stop_reason:
            job.stop_reason = reason
            job.runner.cancel()

    # One task

    async def _run_job(self, job: _Job) -> None:
        task = job.task
        logger.info("started, attempt %d", task.attempts)
        try:
            response = await self._generate(job)
            await self._settle(
                lambda: self._service.complete_task(task.id, response, lease=job.lease), "completed"
            )
        except asyncio.CancelledError:
            logger.info("stopped: %s", job.stop_reason or "shutting down")
            if not job.stop_reason:
                raise
        except CoreError as error:
            await self._fail(job, error)
        except Exception:
            incident = self._ids.incident()
            logger.exception("the task failed for a reason of ours, incident %s", incident)
            await self._fail(job, InternalError(incident=incident))

    async def _generate(self, job: _Job) -> GenerationResponse:
        request = job.task.request
        inputs = [await self._images.load(image) for image in request.input_images]
        job.phase = _Phase.AT_ENGINE
        try:
            async with asyncio.timeout(self._settings.job):
                result = await self._call_engine(job, tuple(inputs))
        except TimeoutError:
            raise EngineTimeoutError(seconds=self._settings.job) from None
        finally:
            job.phase = _Phase.ENDING
            job.progress = None  # the end says more
            self._offered.clear()
            self._bell.set()
        await self._give_way()
        response = await self._keep_pictures(job.task, result)
        self._faults = 0
        return response

    async def _give_way(self) -> None:
        """Let the next task begin, where one is looked for at all."""
        if self._stopping or self._faults:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVE_WAY):
                await self._offered.wait()

    async def _call_engine(self, job: _Job, inputs: tuple[bytes, ...]) -> EngineResult:
        engine_job = EngineJob(
            job.task.id, job.task.attempts, job.task.request, inputs, price=job.task.price or None
        )
        try:
            return await self._engine.generate(
                engine_job, lambda progress: self._note_progress(job, progress)
            )
        except asyncio.CancelledError as error:
            if job.runner is not None and job.runner.cancelling():
                raise
            raise RuntimeError("something inside the engine was cancelled, not its call") from error

    async def _keep_pictures(self, task: GenerationTask, result: EngineResult) -> GenerationResponse:
        metadata = GenerationMetadata(
            seed=result.seed,
            engine=result.engine,
            model=result.model,
            sensitive=result.sensitive,
            stand_in=result.stand_in,
        )
        outputs: list[ImageId] = []
        for index, png in enumerate(result.images):
            stored = await self._images.save(png, parameters_text(task.request, metadata, index))
            outputs.append(stored.id)
        return GenerationResponse(outputs=tuple(outputs), metadata=metadata)

    async def _fail(self, job: _Job, error: CoreError) -> None:
        """Queue the task again where that may help, else fail and refund it."""
        task = job.task
        self._count(error)
        if isinstance(error, NoEngineError):
            logger.info("no engine could begin it")
            await self._settle(
                lambda: self._service.release_task(task.id, lease=job.lease, spend_attempt=False),
                "queued again",
            )
        elif error.retryable and task.attempts < self._settings.attempts:
            logger.info("attempt %d of %d: %s", task.attempts, self._settings.attempts, error)
            await self._settle(
                lambda: self._service.release_task(task.id, lease=job.lease, spend_attempt=True),
                "queued again",
            )
        else:
            logger.info("failed: %s", error)
            await self._settle(
                lambda: self._service.fail_task(task.id, error, lease=job.lease), "failed and refunded"
            )

    def _count(self, error: CoreError) -> None:
        if self._room is not None and isinstance(error, EngineError):
            return  # it knows which server is at fault, and keeps the work away from that one alone
        if error.retryable:
            self._faults += 1
        elif isinstance(error, EngineError):
            self._faults = 0  # it answered; what failed beside it says nothing about it

    async def _settle(self, write: Callable[[], Awaitable[GenerationTask]], outcome: str) -> None:
        """Store the end of an attempt. Whoever lost the task meanwhile says nothing about it.

        Where the database stays unwritable the lease ends by itself and the rescuer takes over.
        """
        pause = 0.1
        for attempt in range(1, SETTLE_TRIES + 1):
            try:
                await write()
            except (LeaseLostError, NotFoundError, InvalidTransitionError):
                logger.info("the task is somebody else's now: dropped what came of it")
                return
            except StorageError as error:
                if attempt == SETTLE_TRIES:
                    logger.error("could not store that it %s: %s", outcome, error)  # noqa: TRY400
                    return
                await asyncio.sleep(pause)
                pause *= 2
            else:
                logger.info("%s", outcome)
                return

    # Beside the tasks

    def _note_progress(self, job: _Job, progress: Progress) -> None:
        if progress.preview is not None:
            self._previews.put(job.task.id, progress.preview)
        job.progress = replace(progress, preview=None)
        self._progressed.set()

    async def _store_progress(self) -> None:
        """Store the newest progress of every job, at most once every `progress` seconds."""
        while True:
            await self._progressed.wait()
            self._progressed.clear()
            reports = []
            for job in self._jobs.values():
                if job.progress is not None:
                    reports.append(self._service.report_progress(job.task.id, job.progress, lease=job.lease))
                    job.progress = None
            # Progress is news, not a fact: what can't be stored is replaced by the next one.
            await asyncio.gather(*reports, return_exceptions=True)
            await asyncio.sleep(self._settings.progress)

    async def _heartbeat(self) -> None:
        """Renew the leases, and stop the work on every task that is no longer ours."""
        while True:
            await asyncio.sleep(self._settings.lease / 3)
            jobs = list(self._jobs.values())
            if not jobs:
                continue
            try:
                held = await self._service.renew_leases({job.task.id: job.lease for job in jobs})
            except StorageError as error:
                logger.warning("could not renew leases: %s", error)
                continue
            for job in jobs:
                if job.task.id not in held:
                    self._abandon(job, "the lease was lost")

    # Stopping

    async def _wait_for_jobs(self, seconds: float) -> None:
        runners = [job.runner for job in self._jobs.values() if job.runner is not None]
        if runners:
            logger.info("waiting up to %g s for %d running tasks", seconds, len(runners))
            await asyncio.wait(runners, timeout=seconds)

    async def _hand_back_jobs(self) -> None:
        """Stop what still runs and queue it again; the interruption is not the task's fault."""
        jobs = list(self._jobs.values())
        runners = [job.runner for job in jobs if job.runner is not None]
        for runner in runners:
            runner.cancel()
        await asyncio.gather(*runners, return_exceptions=True)
        for job in jobs:
            if job.stop_reason:
                continue
            with about(job.task.id):
                await self._settle(
                    lambda job=job: self._service.release_task(  # type: ignore[misc]
                        job.task.id, lease=job.lease, spend_attempt=False
                    ),
                    "handed back",
                )
