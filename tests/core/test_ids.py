from __future__ import annotations

from contextlib import suppress
from datetime import UTC, timedelta

import pytest

from core.access import Caller, Permission
from core.clock import SystemClock
from core.ids import TASK_ID_ALPHABET, TASK_ID_LENGTH, RandomIds, TaskId
from core.tracing import about, current_task
from tests.fakes.builders import ANN


def test_a_task_id_is_short_and_of_letters_that_nobody_misreads() -> None:
    ids = RandomIds()
    for _ in range(200):
        task = ids.task()
        assert len(task) == TASK_ID_LENGTH
        assert set(task) <= set(TASK_ID_ALPHABET)


def test_the_alphabet_has_no_letters_that_look_like_others() -> None:
    assert len(set(TASK_ID_ALPHABET)) == 32
    assert not set("ilou") & set(TASK_ID_ALPHABET)


def test_leases_are_never_given_twice() -> None:
    ids = RandomIds()
    assert len({ids.lease() for _ in range(1000)}) == 1000


def test_an_incident_can_be_read_aloud() -> None:
    incident = RandomIds().incident()
    assert len(incident) == 5
    assert set(incident) <= set(TASK_ID_ALPHABET)


def test_the_systems_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert SystemClock().now() - now < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("is_admin", "permission", "may"),
    [
        (False, Permission.MEMBER, True),
        (False, Permission.ADMIN, False),
        (True, Permission.MEMBER, True),
        (True, Permission.ADMIN, True),
    ],
)
def test_who_may_what(is_admin: bool, permission: Permission, may: bool) -> None:
    assert Caller(ANN, is_admin=is_admin).may(permission) is may


def test_nobody_is_an_admin_by_default() -> None:
    assert not Caller(ANN).is_admin


def test_the_current_task_is_marked_inside_alone() -> None:
    with about(TaskId("outer")):
        with about(TaskId("inner")):
            assert current_task.get() == "inner"
        assert current_task.get() == "outer"
    assert current_task.get() is None


def test_a_failure_inside_unmarks_the_task() -> None:
    with suppress(ZeroDivisionError), about(TaskId("inner")):
        raise ZeroDivisionError
    assert current_task.get() is None
