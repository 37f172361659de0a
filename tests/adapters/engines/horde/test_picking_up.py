"""A job outlives Easel: its requests are found again by their note, or taken back."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import EngineUnavailableError
from tests.fakes.horde.world import World


async def test_each_id_is_noted_before_the_next_request_is_sent(world: World) -> None:
    await world.generate(world.job(batch_size=3))
    ids = [one.id for one in world.horde.requests]
    assert world.notes.history == [" ".join(ids[: count + 1]) for count in range(3)]


async def test_a_job_that_was_left_behind_is_held_and_taken_up_without_another_request(world: World) -> None:
    await world.leave_behind(world.job(batch_size=2))
    again = world.job(attempt=2, batch_size=2)
    engine = world.engine(kudos_most=1)  # it is paid for already
    assert await engine.holds(again)
    result = await engine.generate(again, world.told.append)
    assert len(result.images) == 2
    assert len(world.horde.requests) == 2
    assert not await engine.holds(again)


async def test_the_rest_of_a_job_that_was_half_sent_is_sent(world: World) -> None:
    await world.leave_behind(world.job(batch_size=3), sent=1)
    images = await world.generate(world.job(attempt=2, batch_size=3))
    assert len(images) == 3
    assert [one.params["seed"] for one in world.horde.requests] == ["7", "8", "9"]


async def test_a_note_whose_requests_are_gone_holds_nothing_and_goes(world: World) -> None:
    await world.leave_behind(world.job(batch_size=2))
    world.horde.forget()
    assert not await world.engine().holds(world.job(attempt=2, batch_size=2))
    assert not world.notes.texts


async def test_a_note_whose_request_went_meanwhile_begins_anew(world: World) -> None:
    await world.leave_behind(world.job())
    world.horde.forget()
    assert await world.generate(world.job(attempt=2))
    assert len(world.horde.requests) == 2


async def test_a_faulted_job_is_not_held(world: World) -> None:
    await world.leave_behind(world.job())
    world.horde.requests[0].faulted = True
    assert not await world.engine().holds(world.job(attempt=2))


@pytest.mark.parametrize("note", ["", "../models", "a  b", "x" * 65, "id?x=1"])
async def test_a_note_of_something_else_is_no_path(world: World, note: str) -> None:
    world.notes.texts[world.job().task] = note
    assert not await world.engine().holds(world.job())
    assert not world.horde.calls


async def test_whether_it_holds_a_job_is_not_known_while_the_horde_is_away(world: World) -> None:
    await world.leave_behind(world.job())
    await world.horde.close()
    with pytest.raises(EngineUnavailableError):
        await world.engine().holds(world.job(attempt=2))
    assert world.notes.texts


async def test_a_cancelled_job_is_taken_back_alone(world: World) -> None:
    world.horde.knobs.waits = 10**6
    engine = world.engine()
    running = [
        asyncio.create_task(engine.generate(world.job(task, batch_size=2), world.told.append))
        for task in ("one11a", "two22b")
    ]
    while len(world.horde.requests) < 4:
        world.horde.looked.clear()
        await world.horde.looked.wait()
    running[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await running[0]
    mine = set(world.notes.texts[world.job("two22b").task].split())
    assert {one.id for one in world.horde.open} == mine
    assert set(world.notes.texts) == {world.job("two22b").task}
    running[1].cancel()
    await asyncio.wait(running)
    assert not world.horde.open


async def test_a_job_that_is_cancelled_while_it_is_sent_is_taken_back_too(world: World) -> None:
    world.horde.answers.clear()
    running = asyncio.create_task(world.engine().generate(world.job(), world.told.append))
    await world.horde.asked.wait()
    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()  # the id is not known yet
    world.horde.answers.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(world.horde.requests) == 1
    assert not world.horde.open
    assert not world.notes.texts


async def test_cancelling_twice_still_takes_it_back(world: World) -> None:
    world.horde.knobs.waits = 10**6
    running = asyncio.create_task(world.engine().generate(world.job(), world.told.append))
    await world.horde.looked.wait()
    running.cancel()
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not world.horde.open
    assert not world.notes.texts


async def test_cancelling_while_the_horde_is_away_ends_soon_and_forgets(world: World) -> None:
    world.horde.knobs.waits = 10**6
    running = asyncio.create_task(world.engine().generate(world.job(), world.told.append))
    await world.horde.looked.wait()
    await world.horde.close()
    running.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await running
    assert not world.notes.texts
