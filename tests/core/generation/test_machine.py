"""The service and the ledger against a plain model, in any order of steps, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import (
    ConflictError,
    InsufficientPointsError,
    InvalidTransitionError,
    LeaseLostError,
    NotFoundError,
    TooManyTasksError,
)
from core.generation.models import GenerationStatus, GenerationTask
from core.generation.service import Limits
from core.ids import AccountId, LeaseId, TaskId, WorkerId
from core.points.models import EntryKind, LedgerEntry, Pot
from tests.fakes.builders import ANN, BOB, a_request, a_response, an_origin
from tests.fakes.ids import RepeatingIds
from tests.fakes.loop import VirtualTimeLoop
from tests.fakes.world import World, a_world

T = TypeVar("T")

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED

LEASE = 30.0
ATTEMPTS = 3
STARTING_GRANT = 60
PER_ACCOUNT = 4
WORKERS = (WorkerId("one"), WorkerId("two"))

accounts = st.sampled_from([ANN, BOB])
workers = st.sampled_from(WORKERS)
spots = st.integers(0, 100)


@dataclass(frozen=True)
class Told:
    """What the model knows of a task."""

    account: AccountId
    price: int
    status: GenerationStatus = PENDING
    attempts: int = 0
    lease: LeaseId | None = None
    until: float = 0.0
    origin: str | None = None


class Machine(RuleBasedStateMachine):
    """Every rule does the same to the service and to the model; the invariants compare them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        # Few ids, so that those of forgotten tasks come again.
        self.world: World = a_world(
            starting_grant=STARTING_GRANT,
            limits=Limits(per_account=PER_ACCOUNT),
            ids=RepeatingIds([f"t{number}" for number in range(9)]),
            lease_seconds=LEASE,
        )
        self.seconds = 0.0
        self.tasks: dict[TaskId, Told] = {}
        self.spent = {ANN: 0, BOB: 0}
        """Points of completed tasks, forgotten ones too."""
        self.granted = {ANN: 0, BOB: 0}
        self.leases: list[tuple[TaskId, LeaseId]] = []
        """Every lease that was ever given."""
        self.revisions: dict[TaskId, int] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.get_loop().run_until_complete(work)

    def teardown(self) -> None:
        self.runner.close()

    def pick(self, spot: int, *statuses: GenerationStatus) -> TaskId | None:
        found = [task for task, told in self.tasks.items() if not statuses or told.status in statuses]
        return found[spot % len(found)] if found else None

    def balance(self, account: AccountId) -> int:
        """Return what is left: grants without the prices of completed and of live tasks."""
        live = [one.price for one in self.tasks.values() if one.account == account and not one.status.final]
        return STARTING_GRANT + self.granted[account] - self.spent[account] - sum(live)

    def started(self, task: GenerationTask) -> None:
        told = self.tasks[task.id]
        assert told.status is PENDING
        assert task.lease is not None
        assert task.lease.id not in [lease for _, lease in self.leases]
        self.leases.append((task.id, task.lease.id))
        self.tasks[task.id] = replace(
            told,
            status=PROCESSING,
            attempts=told.attempts + 1,
            lease=task.lease.id,
            until=self.seconds + LEASE,
        )

    def end(self, task: TaskId, status: GenerationStatus) -> None:
        told = self.tasks[task]
        self.tasks[task] = replace(told, status=status, lease=None)
        if status is COMPLETED:
            self.spent[told.account] += told.price

    # Rules

    @initialize()
    def open_the_accounts(self) -> None:
        for account in (ANN, BOB):
            self.run(self.world.account(account))

    @rule(account=accounts, pictures=st.integers(1, 3), origin=st.none() | st.integers(0, 5))
    def create(self, account: AccountId, pictures: int, origin: int | None) -> None:
        message = None if origin is None else an_origin(str(origin))
        known = [one for one, told in self.tasks.items() if message and told.origin == message.key]
        live = [one for one in self.tasks.values() if one.account == account and not one.status.final]
        request = a_request(account=account, batch_size=pictures, origin=message)
        try:
            task = self.run(self.world.service.create_task(request))
        except TooManyTasksError:
            assert len(live) >= PER_ACCOUNT
        except InsufficientPointsError:
            assert self.balance(account) < 10 * pictures
        except ConflictError:
            pass  # all the few ids were given once: the model has nothing to say about chance
        else:
            if known:
                assert [task.id] == known
                return
            assert len(live) < PER_ACCOUNT
            assert task.id not in self.tasks
            self.tasks[task.id] = Told(account, 10 * pictures, origin=message.key if message else None)
            self.revisions[task.id] = 0

    @precondition(lambda self: min(map(self.balance, (ANN, BOB))) < 10)
    @rule(account=accounts, amount=st.integers(10, 40))
    def grant(self, account: AccountId, amount: int) -> None:
        assert self.world.points is not None
        key = str(self.granted[account])
        self.run(self.world.points.grant(account, amount, key=f"{account}{key}"))
        self.granted[account] += amount

    @rule(worker=workers, limit=st.integers(1, 3))
    def claim(self, worker: WorkerId, limit: int) -> None:
        self.claimed(worker, limit)

    def claimed(self, worker: WorkerId, limit: int) -> None:
        waiting = [task for task, told in self.tasks.items() if told.status is PENDING]
        claimed = self.run(self.world.service.claim(worker, limit))
        assert len(claimed) == min(limit, len(waiting))
        for task in claimed:
            self.started(task)

    @precondition(lambda self: self.tasks)
    @rule(spot=spots, worker=workers)
    def start_by_hand(self, spot: int, worker: WorkerId) -> None:
        if (task := self.pick(spot)) is None:
            return
        try:
            started = self.run(self.world.service.start_processing_task(task, worker=worker))
        except InvalidTransitionError:
            assert self.tasks[task].status is not PENDING
        else:
            self.started(started)

    @precondition(lambda self: self.leases)
    @rule(spot=spots, how=st.sampled_from(["complete", "fail", "release", "hand back"]))
    def settle(self, spot: int, how: str) -> None:
        task, lease = self.leases[-1 - spot % min(len(self.leases), 6)]
        self.settled(task, lease, how)

    @precondition(lambda self: self.stale())
    @rule(spot=spots, how=st.sampled_from(["complete", "fail", "release", "hand back"]))
    def settle_too_late(self, spot: int, how: str) -> None:
        stale = self.stale()
        self.settled(*stale[spot % len(stale)], how)

    def stale(self) -> list[tuple[TaskId, LeaseId]]:
        """Return old leases of tasks that somebody holds again."""
        live = {one: told.lease for one, told in self.tasks.items() if told.lease}
        return [(task, lease) for task, lease in self.leases if live.get(task, lease) != lease]

    def settled(self, task: TaskId, lease: LeaseId, how: str) -> None:
        told = self.tasks.get(task)
        service = self.world.service
        try:
            if how == "complete":
                self.run(service.complete_task(task, a_response(), lease=lease))
            elif how == "fail":
                self.run(service.fail_task(task, "no", lease=lease))
            else:
                self.run(service.release_task(task, lease=lease, spend_attempt=how == "release"))
        except NotFoundError:
            assert told is None
        except LeaseLostError:
            assert told is None or told.lease != lease
        else:
            assert told is not None
            assert told.lease == lease
            if how in {"complete", "fail"}:
                self.end(task, COMPLETED if how == "complete" else FAILED)
            else:
                attempts = told.attempts - (how == "hand back")
                self.tasks[task] = replace(told, status=PENDING, lease=None, attempts=attempts)

    @precondition(lambda self: self.tasks)
    @rule(spot=spots)
    def cancel(self, spot: int) -> None:
        if (task := self.pick(spot)) is None:
            return
        try:
            self.run(self.world.service.cancel_task(task))
        except InvalidTransitionError:
            assert self.tasks[task].status.final
        else:
            assert not self.tasks[task].status.final
            self.end(task, CANCELLED)

    @precondition(lambda self: len(self.tasks) > 4)
    @rule(account=accounts)
    def cancel_all(self, account: AccountId) -> None:
        cancelled = self.run(self.world.service.cancel_tasks_for_account(account))
        live = {one for one, told in self.tasks.items() if told.account == account and not told.status.final}
        assert {task.id for task in cancelled} == live
        for one in live:
            self.end(one, CANCELLED)

    @precondition(lambda self: len(self.tasks) > 2)
    @rule(spot=spots)
    def delete(self, spot: int) -> None:
        if (task := self.pick(spot)) is not None:
            self.run(self.world.service.delete_task(task))
            del self.tasks[task]

    @precondition(lambda self: self.leases)
    @rule(seconds=st.sampled_from([10.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.world.advance(seconds)
        self.seconds += seconds

    @precondition(lambda self: self.leases)
    @rule(old=st.booleans())
    def renew(self, old: bool) -> None:
        asked = dict(self.leases[::-1] if old else self.leases)  # of each task its first lease, or its last
        held = self.run(self.world.service.renew_leases(asked))
        assert held == {one for one, told in self.tasks.items() if told.lease and told.lease == asked[one]}
        for one in held:
            self.tasks[one] = replace(self.tasks[one], until=self.seconds + LEASE)

    @precondition(lambda self: self.leases)
    @rule(orphaned=st.booleans())
    def rescue(self, orphaned: bool) -> None:
        self.rescued(orphaned=orphaned)

    @precondition(lambda self: self.tasks)
    @rule(worker=workers)
    def crash_after_a_claim(self, worker: WorkerId) -> None:
        self.claimed(worker, 2)
        self.rescued(orphaned=True)

    def rescued(self, *, orphaned: bool) -> None:
        rescued = self.run(self.world.service.rescue(max_attempts=ATTEMPTS, orphaned=orphaned))
        expected = {
            one for one, told in self.tasks.items() if told.lease and (orphaned or told.until <= self.seconds)
        }
        assert {task.id for task in rescued} == expected
        for one in expected:
            told = self.tasks[one]
            if told.attempts < ATTEMPTS:
                self.tasks[one] = replace(told, status=PENDING, lease=None)
            else:
                self.end(one, FAILED)

    @precondition(lambda self: self.tasks)
    @rule()
    def pause_and_resume(self) -> None:
        self.run(self.world.service.pause())
        assert self.run(self.world.service.claim(WORKERS[0], 3)) == []
        self.run(self.world.service.resume())

    # Invariants

    @invariant()
    def every_task_is_where_the_model_has_it(self) -> None:
        for account in (ANN, BOB):
            found = self.run(self.world.service.get_tasks_for_account(account, limit=1_000))
            told = {one: task for one, task in self.tasks.items() if task.account == account}
            assert {task.id for task in found} == set(told)
            for task in found:
                known = told[task.id]
                lease = task.lease.id if task.lease else None
                assert (task.status, task.attempts, lease) == (known.status, known.attempts, known.lease)
                assert (lease is not None) is (task.status is PROCESSING)
                assert task.revision >= self.revisions[task.id]
                self.revisions[task.id] = task.revision

    @invariant()
    def every_point_is_where_the_model_has_it_and_moved_once(self) -> None:
        for account in (ANN, BOB):
            found = self.run(self.world.account(account))
            rows = self.run(self.world.ledger(account))
            moved = [(row.task, row.kind) for row in rows if row.task]
            assert len(moved) == len(set(moved))
            assert found.balance == self.balance(account) == sum(row.change_of(Pot.BALANCE) for row in rows)
            assert found.balance >= 0
            assert found.held == sum(row.change_of(Pot.HELD) for row in rows)
            assert found.held == sum(
                one.price
                for task, one in self.tasks.items()
                if one.account == account and one.status is PENDING and not self.was_deducted(rows, task)
            )

    @staticmethod
    def was_deducted(rows: list[LedgerEntry], task: TaskId) -> bool:
        return any(row.kind is EntryKind.DEDUCT and row.task == task for row in rows)


Machine.TestCase.settings = settings(max_examples=70, stateful_step_count=40)
TestMachine = Machine.TestCase
