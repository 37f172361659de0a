from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.pool.breaker import Breaker, BreakerSettings, Circuit


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def a_breaker(**settings: float) -> tuple[Breaker, Clock]:
    clock = Clock()
    values = {"faults": 3, "pause": 1.0, "pause_most": 8.0} | settings
    return Breaker(BreakerSettings(**values), clock), clock  # type: ignore[arg-type]


def test_it_begins_closed() -> None:
    breaker, _ = a_breaker()
    assert breaker.circuit is Circuit.CLOSED
    assert not breaker.is_due()


def test_one_failure_opens_it_and_names_the_reason() -> None:
    breaker, _ = a_breaker()
    breaker.failed("engine_unavailable: unreachable")
    assert breaker.circuit is Circuit.OPEN
    assert breaker.reason == "engine_unavailable: unreachable"


def test_only_several_faults_in_a_row_open_it() -> None:
    breaker, _ = a_breaker(faults=3)
    for _ in range(5):
        breaker.faulted("x")
        breaker.faulted("x")
        assert breaker.circuit is Circuit.CLOSED
        breaker.succeeded()
    for _ in range(3):
        breaker.faulted("x")
    assert breaker.circuit is Circuit.OPEN


def test_an_ill_server_is_due_after_its_pause_and_not_before() -> None:
    breaker, clock = a_breaker(pause=1.0)
    breaker.failed("x")
    clock.seconds += 0.99
    assert not breaker.is_due()
    clock.seconds += 0.01
    assert breaker.is_due()


def test_the_pauses_double_up_to_a_bound() -> None:
    breaker, clock = a_breaker(pause=1.0, pause_most=8.0)
    pauses = []
    for _ in range(6):
        breaker.failed("x")
        pauses.append(breaker.retry_at - clock())
    assert pauses == [1, 2, 4, 8, 8, 8]


def test_a_good_probe_lets_one_job_try() -> None:
    breaker, _ = a_breaker()
    breaker.failed("x")
    breaker.recovered()
    assert breaker.circuit is Circuit.HALF_OPEN
    assert not breaker.is_due()


def test_a_good_try_closes_it_and_forgets_the_pauses() -> None:
    breaker, clock = a_breaker()
    for _ in range(4):
        breaker.failed("x")
    breaker.recovered()
    breaker.succeeded()
    assert (breaker.circuit, breaker.reason) == (Circuit.CLOSED, "")
    breaker.failed("y")
    assert breaker.retry_at - clock() == 1


@pytest.mark.parametrize("how", ["failed", "faulted"])
def test_a_bad_try_opens_it_again_for_longer(how: str) -> None:
    breaker, clock = a_breaker()
    breaker.failed("x")
    breaker.recovered()
    getattr(breaker, how)("y")
    assert breaker.circuit is Circuit.OPEN
    assert breaker.retry_at - clock() == 2


def test_a_good_probe_of_a_server_that_is_well_says_nothing_new() -> None:
    breaker, _ = a_breaker()
    breaker.recovered()
    assert breaker.circuit is Circuit.CLOSED


@given(st.lists(st.sampled_from(["failed", "faulted", "recovered", "succeeded"]), max_size=60))
def test_whatever_happens_it_is_closed_only_after_a_success_or_before_the_first_trouble(
    events: list[str],
) -> None:
    breaker, _ = a_breaker(faults=2)
    is_troubled = False
    faults = 0
    for event in events:
        before = breaker.circuit
        getattr(breaker, event)(*(["x"] if event in {"failed", "faulted"} else []))
        faults = faults + 1 if event == "faulted" else 0 if event == "succeeded" else faults
        if event == "failed" or (event == "faulted" and (faults >= 2 or before is Circuit.HALF_OPEN)):
            is_troubled = True
        if event == "succeeded":
            is_troubled = False
        assert (breaker.circuit is Circuit.CLOSED) is not is_troubled
        assert bool(breaker.reason) is is_troubled
