from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidTransitionError
from core.generation import lifecycle
from core.generation.models import GenerationStatus, GenerationTask
from tests.fakes.builders import a_failure, a_lease, a_response, a_task, some_progress
from tests.fakes.clock import NOON

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED

LATER = NOON + timedelta(seconds=8)
ALLOWED = {
    (PENDING, PROCESSING),
    (PENDING, CANCELLED),
    (PENDING, FAILED),
    (PROCESSING, COMPLETED),
    (PROCESSING, FAILED),
    (PROCESSING, CANCELLED),
    (PROCESSING, PENDING),
}
Step = Callable[[GenerationTask], GenerationTask]
STEPS: dict[str, tuple[GenerationStatus, Step]] = {
    "start": (PROCESSING, lambda task: lifecycle.start(task, a_lease(), LATER)),
    "hand back, spent": (PENDING, lambda task: lifecycle.hand_back(task, spend_attempt=True)),
    "hand back, unspent": (PENDING, lambda task: lifecycle.hand_back(task, spend_attempt=False)),
    "complete": (COMPLETED, lambda task: lifecycle.complete(task, a_response(), LATER)),
    "fail": (FAILED, lambda task: lifecycle.fail(task, a_failure(), LATER)),
    "cancel": (CANCELLED, lambda task: lifecycle.cancel(task, LATER)),
}
TAKE = {name: take for name, (_, take) in STEPS.items()} | {
    "advance": lambda task: lifecycle.advance(task, some_progress())
}


def changed(before: GenerationTask, after: GenerationTask) -> dict[str, object]:
    """Return the fields of `after` that are not as they were."""
    names = (field.name for field in fields(before))
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


@pytest.mark.parametrize("before", GenerationStatus)
@pytest.mark.parametrize("step", STEPS)
def test_only_the_steps_that_are_drawn_can_be_taken(before: GenerationStatus, step: str) -> None:
    after, take = STEPS[step]
    if (before, after) in ALLOWED:
        assert take(a_task(before)).status is after
    else:
        with pytest.raises(InvalidTransitionError) as caught:
            take(a_task(before))
        assert caught.value.facts == {"before": before, "after": after}


def test_the_table_is_the_one_in_the_design() -> None:
    table = {(before, after) for before, afters in lifecycle.TRANSITIONS.items() for after in afters}
    assert table == ALLOWED
    assert set(lifecycle.TRANSITIONS) == set(GenerationStatus)


def test_starting_takes_a_lease_and_spends_an_attempt() -> None:
    task = a_task(attempts=2)
    started = lifecycle.start(task, a_lease(7), LATER)
    assert changed(task, started) == {
        "status": PROCESSING,
        "revision": 2,
        "attempts": 3,
        "lease": a_lease(7),
        "started_at": LATER,
    }


def test_starting_forgets_the_progress_of_before() -> None:
    assert lifecycle.start(a_task(progress=some_progress()), a_lease(), LATER).progress is None


def test_advancing_changes_the_progress_alone() -> None:
    task = a_task(PROCESSING)
    after = lifecycle.advance(task, some_progress(3, 20))
    assert changed(task, after) == {"revision": 2, "progress": some_progress(3, 20)}


@pytest.mark.parametrize("status", [one for one in GenerationStatus if one is not PROCESSING])
def test_only_what_is_processing_advances(status: GenerationStatus) -> None:
    with pytest.raises(InvalidTransitionError) as caught:
        lifecycle.advance(a_task(status), some_progress())
    assert caught.value.facts == {"before": status, "after": PROCESSING}


@pytest.mark.parametrize(("spend", "attempts"), [(True, 4), (False, 3)])
def test_handing_back_puts_the_task_where_it_was(spend: bool, attempts: int) -> None:
    task = a_task(PROCESSING, attempts=4, progress=some_progress(), rank=3, priority=1)
    after = lifecycle.hand_back(task, spend_attempt=spend)
    expected = a_task(attempts=attempts, revision=2, rank=3, priority=1)
    assert after == expected


@pytest.mark.parametrize(
    ("status", "finish"),
    [
        (COMPLETED, lambda task: lifecycle.complete(task, a_response(), LATER)),
        (FAILED, lambda task: lifecycle.fail(task, a_response(), LATER)),
    ],
)
def test_an_end_keeps_the_response_and_the_start(status: GenerationStatus, finish: Step) -> None:
    task = a_task(PROCESSING, progress=some_progress())
    assert changed(task, finish(task)) == {
        "status": status,
        "revision": 2,
        "lease": None,
        "progress": None,
        "response": a_response(),
        "completed_at": LATER,
    }


def test_cancelling_leaves_no_response() -> None:
    task = a_task(PROCESSING, progress=some_progress())
    assert changed(task, lifecycle.cancel(task, LATER)) == {
        "status": CANCELLED,
        "revision": 2,
        "lease": None,
        "progress": None,
        "completed_at": LATER,
    }


@given(st.lists(st.sampled_from(sorted(TAKE)), max_size=30))
def test_whatever_is_tried_a_task_stays_sound(tried: list[str]) -> None:
    task = a_task()
    for name in tried:
        before = task
        try:
            task = TAKE[name](task)
        except InvalidTransitionError:
            assert task is before
        else:
            assert task.revision > before.revision
            assert (before.status, task.status) in ALLOWED or name == "advance"
            assert not before.status.final
        assert task.attempts >= 0
        assert (task.lease is not None) is (task.status is PROCESSING)
        assert (task.completed_at is not None) is task.status.final
        assert task.progress is None or task.status is PROCESSING
        assert (task.id, task.request, task.price, task.rank) == (
            before.id,
            before.request,
            before.price,
            before.rank,
        )
