from __future__ import annotations

import pytest

from adapters.storage.memory import MemoryStore
from core.generation.job_notes import KEPT, StoredJobNotes
from core.ids import TaskId
from tests.fakes.clock import ManualClock

ONE, TWO = TaskId("one"), TaskId("two")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def notes(store: MemoryStore, clock: ManualClock) -> StoredJobNotes:
    return StoredJobNotes(store, "horde", clock)


async def test_what_was_put_is_got_until_it_is_forgotten(notes: StoredJobNotes) -> None:
    assert await notes.get(ONE) is None
    await notes.put(ONE, "first")
    await notes.put(ONE, "second")
    assert (await notes.get(ONE), await notes.get(TWO)) == ("second", None)
    await notes.forget(ONE)
    await notes.forget(ONE)
    assert await notes.get(ONE) is None


async def test_another_start_finds_it(notes: StoredJobNotes, store: MemoryStore, clock: ManualClock) -> None:
    await notes.put(ONE, "kept")
    assert await StoredJobNotes(store, "horde", clock).get(ONE) == "kept"


async def test_engines_do_not_read_each_others(notes: StoredJobNotes, store: MemoryStore) -> None:
    other = StoredJobNotes(store, "openai")
    await notes.put(ONE, "horde's")
    assert await other.get(ONE) is None
    await other.forget(ONE)
    assert await notes.get(ONE) == "horde's"


async def test_a_platforms_notes_are_none_of_an_engines(notes: StoredJobNotes, store: MemoryStore) -> None:
    await notes.put(ONE, "horde's")
    assert await store.read(lambda tx: tx.notes.get("horde", ONE)) is None


@pytest.mark.parametrize(("more", "found"), [(0, "first"), (1, None)])
async def test_what_no_job_has_forgotten_goes_in_the_end(
    notes: StoredJobNotes, store: MemoryStore, clock: ManualClock, more: float, found: str | None
) -> None:
    other = StoredJobNotes(store, "openai", clock)
    await notes.put(ONE, "first")
    await other.put(ONE, "another's")
    clock.advance(KEPT.total_seconds() + more)
    await notes.put(TWO, "second")
    assert await notes.get(ONE) == found
    assert (await notes.get(TWO), await other.get(ONE)) == ("second", "another's")


async def test_a_job_that_goes_on_keeps_its_note(notes: StoredJobNotes, clock: ManualClock) -> None:
    for _ in range(3):
        await notes.put(ONE, "still here")
        clock.advance(KEPT.total_seconds() * 0.9)
    await notes.put(TWO, "second")
    assert await notes.get(ONE) == "still here"
