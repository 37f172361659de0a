from __future__ import annotations

from core.generation.previews import BYTES_MOST, Previews
from core.ids import TaskId

FOX, HARE = TaskId("f0x000"), TaskId("hare00")


def test_the_newest_is_kept_of_each_until_it_is_forgotten() -> None:
    previews = Previews()
    for task, preview in ((FOX, b"first"), (HARE, b"other"), (FOX, b"second")):
        previews.put(task, preview)
    assert (previews.get(FOX), previews.get(HARE)) == (b"second", b"other")
    previews.forget(FOX)
    previews.forget(FOX)
    assert (previews.get(FOX), previews.get(HARE)) == (None, b"other")


def test_what_is_too_large_is_no_preview() -> None:
    previews = Previews()
    previews.put(FOX, b"first")
    previews.put(FOX, bytes(BYTES_MOST + 1))
    assert previews.get(FOX) == b"first"
