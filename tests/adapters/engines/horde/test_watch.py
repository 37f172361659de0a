"""For how long nobody may be able to make a request."""

from __future__ import annotations

import pytest

from adapters.engines.horde.answers import Standing
from adapters.engines.horde.watch import Watch
from core.errors import EngineRejectedError

POSSIBLE = Standing(done=False)
IMPOSSIBLE = Standing(done=False, is_possible=False)


def test_so_long_without_a_worker_is_too_long() -> None:
    now = [0.0]
    watch = Watch(20, lambda: now[0])
    watch.see(0, IMPOSSIBLE)
    now[0] = 19
    watch.see(0, IMPOSSIBLE)
    now[0] = 20
    with pytest.raises(EngineRejectedError) as caught:
        watch.see(0, IMPOSSIBLE)
    assert caught.value.facts == {"reason": "no_worker"}


@pytest.mark.parametrize("other", [POSSIBLE, Standing(done=False, is_possible=False, processing=1)])
def test_a_worker_in_between_begins_the_time_anew(other: Standing) -> None:
    now = [0.0]
    watch = Watch(20, lambda: now[0])
    for seen in (IMPOSSIBLE, other, IMPOSSIBLE):
        watch.see(0, seen)
        now[0] += 15
    now[0] += 5
    with pytest.raises(EngineRejectedError):
        watch.see(0, IMPOSSIBLE)


def test_each_request_has_a_time_of_its_own() -> None:
    now = [0.0]
    watch = Watch(20, lambda: now[0])
    watch.see(0, IMPOSSIBLE)
    now[0] = 25
    watch.see(1, IMPOSSIBLE)
    with pytest.raises(EngineRejectedError):
        watch.see(0, IMPOSSIBLE)
