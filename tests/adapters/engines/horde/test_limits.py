"""The Horde's rate limits, obeyed."""

from __future__ import annotations

import asyncio

import pytest

from adapters.engines.horde.limits import RateLimits
from adapters.engines.wire.connection import Answer
from core.errors import EngineBusyError
from tests.fakes.horde.world import World


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def answer(status: int = 200, **headers: str) -> Answer:
    names = {"left": "X-Ratelimit-Remaining", "limit": "X-Ratelimit-Limit", "reset": "X-Ratelimit-Reset"}
    named = {names.get(name, "Retry-After"): value for name, value in headers.items()}
    return Answer(status, named, b"")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> RateLimits:
    return RateLimits(clock, lambda: clock.now + 1.7e9)


def test_nothing_waits_before_anything_is_known(limits: RateLimits) -> None:
    limits.take("check")
    assert limits.pause("check") == 0


def test_a_window_that_is_used_up_is_waited_for_and_no_other(limits: RateLimits, clock: Clock) -> None:
    limits.learn("status", answer(left="0", limit="10", after="42"))
    assert limits.pause("status") == 42
    assert limits.pause("check") == 0
    clock.now += 42
    assert limits.pause("status") == 0


def test_the_time_of_day_of_a_reset_counts_where_no_pause_is_named(limits: RateLimits, clock: Clock) -> None:
    limits.learn("status", answer(left="0", limit="10", reset=str(int(clock.now + 1.7e9 + 9))))
    assert limits.pause("status") == 9


def test_calls_that_are_under_way_are_counted(limits: RateLimits) -> None:
    limits.learn("check", answer(left="2", limit="10", after="1"))
    limits.take("check")
    limits.take("check")
    assert limits.pause("check") == 1


def test_answers_that_overtake_each_other_give_nothing_back(limits: RateLimits) -> None:
    limits.learn("check", answer(left="0", limit="10", after="1"))
    limits.learn("check", answer(left="3", limit="10", after="1"))
    assert limits.pause("check") == 1


def test_those_who_waited_do_not_all_rush_into_the_next_window(limits: RateLimits, clock: Clock) -> None:
    limits.learn("async", answer(left="0", limit="2", after="1"))
    clock.now += 1
    limits.take("async")
    assert limits.pause("async") == 0
    limits.take("async")
    assert limits.pause("async") == 1


@pytest.mark.parametrize(
    ("headers", "pause"), [({"after": "7"}, 7), ({}, 1), ({"after": "soon"}, 1), ({"after": "0"}, 0.05)]
)
def test_a_refusal_is_a_pause_whatever_it_names(
    limits: RateLimits, headers: dict[str, str], pause: float
) -> None:
    limits.learn("check", answer(429, **headers))
    assert limits.pause("check") == pytest.approx(pause)


def test_headers_that_are_no_numbers_say_nothing(limits: RateLimits) -> None:
    limits.learn("check", answer(left="-1", limit="x", after="1"))
    limits.learn("check", answer(left="0", limit="10", reset="tomorrow"))
    assert limits.pause("check") == 0


async def test_many_jobs_at_once_keep_within_the_limits(world: World) -> None:
    engine = world.engine()
    await engine.probe()  # the first call of a route teaches its window
    jobs = [engine.generate(world.job(f"task{n:02}", batch_size=2), world.told.append) for n in range(4)]
    results = await asyncio.gather(*jobs)
    assert [len(result.images) for result in results] == [2] * 4
    calls = sum(world.horde.routes(route) for route in ("async", "check", "status"))
    assert len(world.horde.limits.refused) <= calls / 4


async def test_a_call_that_came_too_early_is_made_again(world: World) -> None:
    world.horde.limits.windows["async"] = (1, 20)
    engines = [world.engine() for _ in range(2)]  # neither knows of what the other one used up
    jobs = [one.generate(world.job(f"task{n}x"), world.told.append) for n, one in enumerate(engines)]
    assert all(result.images for result in await asyncio.gather(*jobs))
    assert "async" in world.horde.limits.refused


async def test_a_pause_beyond_all_patience_is_being_busy(world: World) -> None:
    world.horde.limits.windows["async"] = (0, 10000)
    with pytest.raises(EngineBusyError) as caught:
        await world.generate(world.job(), patience=0.5)
    assert caught.value.retry_after > 50


async def test_a_busy_horde_ends_no_job_that_waits_there(world: World) -> None:
    world.horde.limits.windows["check"] = (1, 3)
    assert await world.generate(world.job(), patience=0.001)
    assert len(world.horde.requests) == 1
