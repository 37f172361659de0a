from __future__ import annotations

import pytest

from adapters.engines.openai_images.pacing import Pacing
from core.errors import EngineBusyError


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_room_comes_back_evenly() -> None:
    time = Time()
    pacing = Pacing(6, time)
    pacing.take(4)
    pacing.take(2)
    with pytest.raises(EngineBusyError) as caught:
        pacing.take(1)
    assert caught.value.retry_after == pytest.approx(10)
    time.now += caught.value.retry_after
    pacing.take(1)


def test_a_refused_job_takes_no_room() -> None:
    pacing = Pacing(2, Time())
    pacing.take(1)
    for _ in range(3):
        with pytest.raises(EngineBusyError):
            pacing.take(2)
    pacing.take(1)


def test_a_job_of_more_calls_than_a_minute_has_is_made_and_owes_the_rest() -> None:
    time = Time()
    pacing = Pacing(2, time)
    pacing.take(4)
    with pytest.raises(EngineBusyError) as caught:
        pacing.take(1)
    assert caught.value.retry_after == pytest.approx(90)


def test_nothing_is_paced_without_a_bound() -> None:
    pacing = Pacing(0, Time())
    for _ in range(100):
        pacing.take(8)
