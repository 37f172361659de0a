"""The limits that the outbox keeps."""

from __future__ import annotations

import itertools

import pytest

from adapters.telegram.outbox import Outbox
from adapters.telegram.refs import Place
from core.errors import RateLimitedError


class Now:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def _done() -> None:
    return None


async def _calls(outbox: Outbox, now: Now, place: Place, seconds: float, *, is_news: bool) -> list[float]:
    """Call as often as is allowed for so long."""
    made = []
    end = now.seconds + seconds
    while now.seconds < end:
        pause = outbox.pause(place, is_news=is_news)
        if pause:
            now.seconds += pause + 0.001
            continue
        await outbox.call(place, _done)
        made.append(now.seconds)
    return made


async def test_a_private_chat_takes_one_a_second_with_short_bursts() -> None:
    now = Now()
    made = await _calls(Outbox(now=now), now, Place(5, message=1), 60, is_news=False)
    assert 50 <= len(made) <= 64
    for first in made:
        assert sum(1 for one in made if first <= one < first + 3.9) <= 4


async def test_a_message_is_edited_every_two_seconds_in_private_and_rarer_in_groups() -> None:
    for place, seconds in ((Place(5, message=1), 2.0), (Place(-5, message=1), 6.0)):
        now = Now()
        made = await _calls(Outbox(now=now), now, place, 60, is_news=True)
        assert min(b - a for a, b in itertools.pairwise(made)) >= seconds


async def test_a_group_takes_less_than_twenty_a_minute() -> None:
    now = Now()
    made = await _calls(Outbox(now=now), now, Place(-5, message=1), 600, is_news=False)
    assert all(sum(1 for one in made if first <= one < first + 60) <= 18 for first in made)
    assert len(made) > 150


async def test_all_together_take_less_than_thirty_a_second() -> None:
    now = Now()
    outbox = Outbox(now=now)
    made: list[float] = []
    for chat in range(1, 200):
        while (pause := outbox.pause(Place(chat))) > 0:
            now.seconds += pause
        await outbox.call(Place(chat), _done)
        made.append(now())
    assert max(sum(1 for one in made if first <= one < first + 1) for first in made) <= 20
    assert max(sum(1 for one in made if first <= one < first + 0.25) for first in made) <= 6
    assert made[-1] - made[0] < 11


async def test_an_album_waits_until_all_of_it_fits() -> None:
    now = Now()
    outbox = Outbox(now=now)
    place = Place(5, message=1)
    await outbox.call(place, _done)
    assert outbox.pause(place) == 0
    assert outbox.pause(place, calls=3) == 0
    assert 3.9 <= outbox.pause(place, calls=7) <= 4.1
    now.seconds += 4.1
    assert outbox.pause(place, calls=7) == 0
    await outbox.call(place, _done, calls=7)
    assert outbox.pause(place) > 3.9


async def test_a_chat_that_has_had_enough_is_left_alone() -> None:
    now = Now()
    outbox = Outbox(now=now)

    async def refuse() -> None:
        raise RateLimitedError(9)

    with pytest.raises(RateLimitedError):
        await outbox.call(Place(5), refuse)
    assert outbox.pause(Place(5)) == 9
    assert outbox.pause(Place(6)) == 0
