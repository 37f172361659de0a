"""Requests that expire, fault, or find nobody, and a Horde that goes silent."""

from __future__ import annotations

import time

import pytest

from adapters.engines.horde.pace import Pace
from core.errors import (
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
)
from tests.fakes.horde.world import World


async def test_a_faulted_request_is_a_fault(world: World) -> None:
    world.horde.knobs.fault = 1
    with pytest.raises(EngineFaultError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "faulted"
    assert not world.horde.open
    assert not world.notes.texts


async def test_a_request_that_is_lost_is_sent_once_more(world: World) -> None:
    world.horde.knobs.lose = 1
    assert await world.generate(world.job())
    assert len(world.horde.requests) == 2
    assert world.horde.requests[0].body == world.horde.requests[1].body
    assert world.notes.history == [one.id for one in world.horde.requests]


async def test_a_horde_without_codes_says_by_its_status_that_a_request_is_lost(world: World) -> None:
    world.horde.knobs.lose, world.horde.knobs.codes = 1, False
    assert await world.generate(world.job())
    assert len(world.horde.requests) == 2


async def test_a_request_that_is_lost_twice_is_the_hordes_fault(world: World) -> None:
    world.horde.knobs.lose = 2
    with pytest.raises(EngineUnavailableError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "lost"
    assert len(world.horde.requests) == 2
    assert not world.notes.texts


async def test_a_warning_that_nobody_can_do_it_refuses_it_and_takes_it_back(world: World) -> None:
    world.horde.knobs.no_worker = True
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "no_worker"
    assert not world.horde.open
    assert not world.notes.texts


async def test_the_operators_model_that_nobody_serves_is_a_request_without_a_worker(world: World) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job(), models="AlbedoBase XL")
    assert caught.value.facts["reason"] == "no_worker"


async def test_nobody_for_long_refuses_it_and_takes_it_back(world: World) -> None:
    world.horde.knobs.impossible = True
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(world.job())
    assert caught.value.facts["reason"] == "no_worker"
    assert world.horde.routes("check") > 1
    assert not world.horde.open


async def test_nobody_for_a_moment_is_nothing(world: World) -> None:
    job = world.job()
    world.horde.knobs.impossible = True

    def comes_back(_: object) -> None:
        world.horde.knobs.impossible = False

    engine = world.engine(pace=Pace(least=0.002, most=0.01, retry=0.002, stranded=30))
    assert (await engine.generate(job, comes_back)).images


async def test_looks_that_are_not_answered_well_are_made_again(world: World) -> None:
    world.horde.knobs.broken = 3
    assert await world.generate(world.job())
    assert len(world.horde.requests) == 1


async def test_a_horde_that_goes_silent_in_mid_job_is_noticed(world: World) -> None:
    world.horde.knobs.silent = True
    engine = world.engine(hurry={"silence": 0.1})
    began = time.monotonic()
    with pytest.raises(EngineTimeoutError) as caught:
        await engine.generate(world.job(), world.told.append)
    assert caught.value.facts["seconds"] == 0.1
    assert time.monotonic() - began < 1
    assert not world.horde.open
    assert not world.notes.texts


async def test_a_horde_that_is_broken_for_long_is_noticed(world: World) -> None:
    world.horde.knobs.broken = 10**6
    engine = world.engine(hurry={"silence": 0.05})
    with pytest.raises(EngineTimeoutError):
        await engine.generate(world.job(), world.told.append)


async def test_a_job_that_waits_too_long_is_given_up_and_taken_back(world: World) -> None:
    world.horde.knobs.waits = 10**6
    engine = world.engine(hurry={"wait_most": 0.1})
    with pytest.raises(EngineRejectedError) as caught:  # another try would wait from the queue's end again
        await engine.generate(world.job(), world.told.append)
    assert caught.value.facts == {"reason": "too_slow", "seconds": 0.1}
    assert not world.horde.open
    assert not world.notes.texts


async def test_a_horde_that_is_not_there_is_unavailable_at_once(world: World) -> None:
    await world.horde.close()
    engine = world.engine()
    for call in (engine.probe(), engine.generate(world.job(), world.told.append)):
        with pytest.raises(EngineUnavailableError) as caught:
            await call
        assert caught.value.facts["reason"] == "unreachable"


async def test_a_store_that_fails_costs_no_picture(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.notes.broken = {"get", "put", "forget"}
    assert await world.generate(world.job())
    assert "note" in caplog.text


async def test_an_answer_of_another_shape_is_an_engine_error(world: World) -> None:
    world.horde.models = {"a" * 500: 3, "bad\nname": 2, "good": 1, "odd": "many"}  # type: ignore[dict-item]
    engine = world.engine()
    await engine.probe()
    assert engine.capabilities().models == ("good",)
    world.horde.knobs.kudos = float("nan")
    with pytest.raises(EngineError) as caught:
        await world.generate(world.job(), kudos_most=5)
    assert caught.value.facts["reason"] == "answer"
