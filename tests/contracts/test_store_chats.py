"""What every store does with removals, with what was received, and with notes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.delivery.models import MessageRef, Removal
from core.errors import StorageUnavailableError
from core.intake.models import Received
from core.intake.repository import PER_CHAT
from core.store import Store, Transaction
from tests.fakes.clock import NOON

HERE = MessageRef("telegram", "42", "7", "topic")
BARE = MessageRef("telegram", "42", "8")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def received(key: str, *, platform: str = "telegram", chat: str = "42", payload: str = "{}") -> Received:
    return Received(platform, key, chat, payload, at(0.5))


async def removals(store: Store, platform: str = "telegram", seconds: float = 0) -> list[Removal]:
    return list(await store.read(lambda tx: tx.removals.due(platform, at(seconds), 99)))


async def waiting(store: Store, platform: str = "telegram", limit: int = 99) -> list[str]:
    return [one.key for one in await store.read(lambda tx: tx.received.waiting(platform, limit))]


async def test_a_removal_is_asked_for_once_and_done_once(store: Store) -> None:
    for ref in (HERE, BARE, HERE, MessageRef("discord", "42", "7")):
        await store.write(lambda tx, ref=ref: tx.removals.add(ref))  # type: ignore[misc]
    assert await removals(store) == [Removal(HERE), Removal(BARE)]
    await store.write(lambda tx: tx.removals.finish(HERE))
    assert await removals(store) == [Removal(BARE)]
    assert [one.ref.platform for one in await removals(store, "discord")] == ["discord"]


async def test_a_removal_is_put_off(store: Store) -> None:
    await store.write(lambda tx: tx.removals.add(HERE))
    assert await store.read(lambda tx: tx.removals.next_due("telegram")) is None
    later = Removal(HERE, failures=2, not_before=at(9))
    await store.write(lambda tx: tx.removals.update(later))
    await store.write(lambda tx: tx.removals.update(Removal(BARE, 1, at(1))))  # nobody asked for that one
    assert await removals(store) == []
    assert await store.read(lambda tx: tx.removals.next_due("telegram")) == at(9)
    assert await removals(store, seconds=9) == [later]


async def test_at_most_so_many_removals(store: Store) -> None:
    await store.write(lambda tx: tx.removals.add(HERE))
    await store.write(lambda tx: tx.removals.add(BARE))
    found = await store.read(lambda tx: tx.removals.due("telegram", at(0), 1))
    assert [one.ref for one in found] == [HERE]


async def test_what_was_received_comes_back_in_order(store: Store) -> None:
    kept = [received("9"), received("10", chat="43"), received("8", payload='{"text": "ü"}')]
    for one in kept:
        assert await store.write(lambda tx, one=one: tx.received.add(one))  # type: ignore[misc]
    assert list(await store.read(lambda tx: tx.received.waiting("telegram", 99))) == kept
    assert await waiting(store, limit=2) == ["9", "10"]
    assert await waiting(store, "discord") == []


async def test_one_chats_backlog_hides_no_other_chat(store: Store) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(PER_CHAT + 5):
            tx.received.add(received(f"{number}"))
        tx.received.add(received("other", chat="43"))
        tx.received.add(received("elsewhere", platform="discord"))

    await store.write(fill)
    first = [f"{number}" for number in range(PER_CHAT)]
    assert await waiting(store) == [*first, "other"]
    assert await waiting(store, limit=3) == first[:3]
    await store.write(lambda tx: tx.received.finish("telegram", first, at(1)))
    rest = [f"{number}" for number in range(PER_CHAT, PER_CHAT + 5)]
    assert await waiting(store) == [*rest, "other"]


async def test_the_same_key_is_taken_once(store: Store) -> None:
    assert await store.write(lambda tx: tx.received.add(received("9")))
    assert not await store.write(lambda tx: tx.received.add(received("9", payload="other")))
    assert await store.write(lambda tx: tx.received.add(received("9", platform="discord")))
    await store.write(lambda tx: tx.received.finish("telegram", ["9", "unknown"], at(1)))
    assert await waiting(store) == []
    assert not await store.write(lambda tx: tx.received.add(received("9")))
    assert await waiting(store, "discord") == ["9"]


async def test_what_was_handled_is_forgotten_when_it_is_old(store: Store) -> None:
    for key in ("1", "2", "3"):
        await store.write(lambda tx, key=key: tx.received.add(received(key)))  # type: ignore[misc]
    await store.write(lambda tx: tx.received.finish("telegram", ["1"], at(1)))
    await store.write(lambda tx: tx.received.finish("telegram", ["1", "2"], at(5)))  # "1" was handled at 1
    assert await store.write(lambda tx: tx.received.forget_before(at(5))) == 1
    assert await waiting(store) == ["3"]
    assert await store.write(lambda tx: tx.received.add(received("1")))
    assert not await store.write(lambda tx: tx.received.add(received("2")))


async def test_notes_are_kept_replaced_and_deleted(store: Store) -> None:
    async def note(name: str, platform: str = "telegram") -> str | None:
        return await store.read(lambda tx: tx.notes.get(platform, name))

    assert await note("photo:a") is None
    await store.write(lambda tx: tx.notes.put("telegram", "photo:a", "one", at(0)))
    await store.write(lambda tx: tx.notes.put("telegram", "photo:a", "two", at(1)))
    await store.write(lambda tx: tx.notes.put("discord", "photo:a", "three", at(1)))
    assert (await note("photo:a"), await note("photo:a", "discord")) == ("two", "three")
    await store.write(lambda tx: tx.notes.delete("telegram", "photo:a"))
    await store.write(lambda tx: tx.notes.delete("telegram", "photo:a"))
    assert (await note("photo:a"), await note("photo:a", "discord")) == (None, "three")


async def test_old_notes_are_forgotten(store: Store) -> None:
    for name in ("form:1", "form:2", "photo:1"):
        await store.write(lambda tx, name=name: tx.notes.put("telegram", name, "1", at(0)))  # type: ignore[misc]
    await store.write(lambda tx: tx.notes.put("discord", "form:1", "1", at(0)))
    await store.write(lambda tx: tx.notes.put("telegram", "form:2", "2", at(5)))
    assert await store.write(lambda tx: tx.notes.forget_before("telegram", "form:", at(5))) == 1
    assert await store.read(lambda tx: tx.notes.get("telegram", "form:2")) == "2"
    assert await store.read(lambda tx: tx.notes.get("telegram", "photo:1")) == "1"
    assert await store.read(lambda tx: tx.notes.get("discord", "form:1")) == "1"


async def test_a_reader_writes_none_of_them(store: Store) -> None:
    for work in (
        lambda tx: tx.removals.add(HERE),
        lambda tx: tx.received.add(received("9")),
        lambda tx: tx.notes.put("telegram", "a", "b", at(0)),
    ):
        with pytest.raises(StorageUnavailableError):
            await store.read(work)


@pytest.mark.parametrize("naive", [datetime(2026, 1, 1)])  # noqa: DTZ001 - what must be refused
async def test_a_time_without_a_zone_is_refused(store: Store, naive: datetime) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        await store.write(lambda tx: tx.notes.put("telegram", "a", "b", naive))
