"""Place and wait, as the Horde reports them."""

from __future__ import annotations

from adapters.engines.horde.pace import Pace
from core.generation.models import Progress
from tests.fakes.horde.world import World


async def test_the_place_counts_down_then_it_is_made_then_it_is_there(world: World) -> None:
    world.horde.knobs.waits, world.horde.knobs.works = 3, 2
    await world.generate(world.job())
    assert world.told == [
        Progress(0, 0, position=3, seconds=9),
        Progress(0, 0, position=2, seconds=6),
        Progress(0, 0, position=1, seconds=3),
        Progress(0, 1, seconds=1),
        Progress(0, 1, seconds=1),
        Progress(1, 1),
    ]


async def test_pictures_that_are_there_count_while_others_wait(world: World) -> None:
    job = world.job(batch_size=2)
    await world.leave_behind(job, sent=1)
    world.horde.requests[0].looks = 99  # made while nobody looked
    await world.generate(job)
    assert world.told[0] == Progress(1, 2, seconds=6)
    assert world.told[-1] == Progress(2, 2)


async def test_of_several_places_the_best_is_told_and_of_several_waits_the_longest(world: World) -> None:
    job = world.job(batch_size=2)
    await world.leave_behind(job)
    world.horde.knobs.waits = 5
    world.horde.requests[1].looks = 3
    await world.generate(job)
    assert world.told[0] == Progress(0, 0, position=2, seconds=15)


async def test_a_finished_picture_is_asked_for_once(world: World) -> None:
    await world.generate(world.job(batch_size=3))
    assert world.horde.routes("status") == 3
    assert world.horde.routes("picture") == 3


def test_it_looks_less_often_while_the_wait_is_long() -> None:
    pace = Pace()
    assert [pace.after(wait) for wait in (0, 20, 60, 100, 3600)] == [1.5, 1.5, 3, 5, 10]


async def test_who_asks_is_told_to_the_horde(world: World) -> None:
    await world.generate(world.job(), key="0000000000")
    _, headers = world.horde.calls[0]
    name, version, contact = headers["Client-Agent"].split(":")
    assert (name, contact) == ("easel", "easel")
    assert version
    assert headers["apikey"] == "0000000000"
