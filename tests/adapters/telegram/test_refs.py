"""References and places."""

from __future__ import annotations

import pytest

from adapters.telegram.refs import Place
from adapters.telegram.sightings import Sightings
from core.delivery.models import MessageRef


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("?12", Place(5, answers=12)),
        ("15", Place(5, message=15)),
        ("15+16,17", Place(5, message=15, further=(16, 17))),
        (None, Place(5)),
    ],
)
def test_a_reference_is_read_and_written_the_same(text: str | None, place: Place) -> None:
    ref = MessageRef("telegram", "5", message=text)
    assert Place.of(ref) == place
    assert place.ref == ref


def test_a_topic_is_kept() -> None:
    ref = MessageRef("telegram", "-100", message="?3", thread="7")
    assert Place.of(ref).thread == 7
    assert Place.of(ref).ref == ref


def test_all_messages_of_a_place() -> None:
    assert Place(5, message=15, further=(16, 17)).messages == [15, 16, 17]
    assert Place(5, answers=12).messages == []


def test_what_is_sent_next_comes_after_what_was_seen() -> None:
    seen = Sightings()
    assert seen.marks(5, 3) == [3]
    seen.saw(5, 10)
    seen.saw(6, 40)
    assert seen.marks(5, 3) == [10, 40], "private chats are counted together, or each by itself"
    assert seen.marks(-1_002_000_000_000, 3) == [3]
    seen.saw(-1_002_000_000_000, 9)
    assert seen.marks(-1_002_000_000_000, 3) == [9]
    assert seen.marks(5, 3) == [10, 40]
